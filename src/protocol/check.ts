/** What every schema of the protocol shares: exactness at compile time, and a readable refusal at run time. */
import * as v from "valibot";

type Flat<T> = T extends readonly (infer E)[]
  ? Flat<E>[]
  : T extends object
    ? { [K in keyof T]: Flat<T[K]> }
    : T;
type Same<A, B> = (<G>() => G extends A ? 1 : 2) extends <G>() => G extends B ? 1 : 2 ? true : false;
/** A schema whose output is `T`, whatever it is written with. */
export type SchemaOf<T> = v.GenericSchema<unknown, T>;

/**
 * Types a schema as one of `T`, and refuses to compile when it does not describe exactly `T`: a field that was
 * added to the contract and forgotten in the schema would otherwise be dropped on its way, unnoticed.
 */
export function schemaOf<T>() {
  return <S extends v.GenericSchema>(
    schema: S &
      (Same<Flat<v.InferOutput<S>>, Flat<T>> extends true ? unknown : "the schema differs from its type"),
  ): SchemaOf<T> => schema as unknown as SchemaOf<T>;
}

/** A message that was refused: what was wrong, and where in the message. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
}

/**
 * Validates a message that came from outside.
 * @throws ProtocolError naming the kind of message, the path in it and what was expected there.
 */
export function parseMessage<T>(schema: SchemaOf<T>, kind: string, message: unknown): T {
  const result = v.safeParse(schema, message, { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  const path = v.getDotPath(issue);
  throw new ProtocolError(`Refused a ${kind} message${path === null ? "" : ` at ${path}`}: ${issue.message}`);
}
