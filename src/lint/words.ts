/** Wording helpers, so that every rule speaks the same way. */
import {
  type Child,
  type DialectTraits,
  EDGE_VERBS,
  type EdgeKind,
  type Supervisor,
  shortened,
} from "../model/index.ts";

/** A child as messages call it: its id, else what it starts, else its place. */
export function childName(child: Child): string {
  if (child.id !== null) return child.id;
  if (child.start.symbol !== null) return child.start.symbol;
  const place = /\?(\d+)$/.exec(child.key)?.[1];
  return place ? `child ${place}` : child.key;
}

/** In backticks, as every message writes names. */
export const quote = (name: string): string => `\`${shortened(name)}\``;

/** "a", "a and b", "a, b and c"; after `limit` names "a, b, c and 4 more". */
export function list(names: readonly string[], limit = 6, word: "and" | "or" = "and"): string {
  const shown = names.length > limit ? names.slice(0, limit - 1) : names;
  const rest = names.length - shown.length;
  const parts = rest > 0 ? [...shown, `${rest} more`] : [...shown];
  const last = parts.pop() ?? "";
  return parts.length > 0 ? `${parts.join(", ")} ${word} ${last}` : last;
}

export const listChildren = (children: readonly Child[], limit?: number): string =>
  list(
    children.map((child) => quote(childName(child))),
    limit,
  );

/** "1 child", "3 children". */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** What a use that finds no process ends with, where OTP's word for it is the library's: " (noproc)". */
export const noproc = ({ otpReasons }: DialectTraits): string => (otpReasons ? " (noproc)" : "");

export const verb = (kind: EdgeKind): string => EDGE_VERBS[kind];

/** A restart budget as OTP people say it: "1 restart in 5 s"; null when a part of it is not known. */
export function budget(supervisor: Supervisor): string | null {
  if (supervisor.intensity === null || supervisor.period === null) return null;
  return `${count(supervisor.intensity, "restart")} in ${supervisor.period} s`;
}
