/** Arguments of a start that its `init` does not take. */
import type { Misfit } from "../../model/index.ts";
import type { Value } from "../evaluate/values.ts";
import type { Signature } from "./unresolved-definitions.ts";

/** The first that is certain. `partial`: more arguments follow when a child is started from a template. */
export function misfitOf(
  args: readonly Value[],
  { params, open }: Signature,
  partial: boolean,
): Misfit | null {
  if (args.length > params.length && !open)
    return { kind: "surplus", given: args.length, takes: params.length };
  for (const [i, { name, required, primitive }] of params.entries()) {
    const value = args[i];
    if (value === undefined) {
      if (required && !partial) return { kind: "missing", argument: name };
      continue;
    }
    const given = primitive === null ? null : kindOf(value);
    if (given !== null && primitive !== null && given !== primitive)
      return { kind: "type", argument: name, expected: primitive, given };
  }
  return null;
}

/** What a value certainly is; null for all that may be something else. */
function kindOf(value: Value): string | null {
  switch (value.kind) {
    case "literal": {
      const kind = typeof value.value;
      return kind === "string" || kind === "number" || kind === "boolean" ? kind : null;
    }
    case "record":
      return "object";
    case "list":
      return "array";
    case "function":
      return "function";
    default:
      return null;
  }
}
