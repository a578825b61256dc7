/** Faults as the command line writes them. */
import { UsageError } from "./io.ts";

export interface FaultOption {
  kind: "crash" | "exit" | "kill" | "hang";
  /** What the user called the child. */
  child: string;
  reason: string | null;
  /** Virtual milliseconds since the start; null: when the tree is quiet. */
  at: number | null;
}

/** `db`, `db@2000`, and for an exit `db=shutdown@2000`. */
export function parseFault(kind: FaultOption["kind"], text: string): FaultOption {
  const timed = /^(.*)@(\d+)$/s.exec(text);
  const rest = timed?.[1] ?? text;
  const at = timed ? Number(timed[2]) : null;
  const equals = rest.indexOf("=");
  const takesReason = kind === "exit" || kind === "crash";
  const child = takesReason && equals >= 0 ? rest.slice(0, equals) : rest;
  const reason = takesReason && equals >= 0 ? rest.slice(equals + 1) : null;
  if (child === "") throw new UsageError(`--${kind} ${text}: names no child`);
  if (kind === "exit" && (reason === null || reason === "")) {
    throw new UsageError(`--exit ${text}: give a reason too, e.g. --exit ${child}=shutdown`);
  }
  if (!takesReason && rest.includes("=")) throw new UsageError(`--${kind} ${text}: takes no reason`);
  return { kind, child, reason: reason === "" ? null : reason, at };
}
