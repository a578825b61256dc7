/** Compares what was observed with what OTP did. */
import { isDeepStrictEqual } from "node:util";
import type { Block, Json } from "./scenario.ts";

const key = (value: Json): string =>
  JSON.stringify(value, (_, inner: Json) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

/** Complaints about one block; none when it conforms: same result, same events, all chains in their order. */
export function compareBlock(expected: Block, observed: Block): string[] {
  const bad: string[] = [];
  const result = expected.result ?? null;
  const got = observed.result ?? null;
  if (!isDeepStrictEqual(result, got)) bad.push(`result: expected ${key(result)}, got ${key(got)}`);
  const where = new Map<string, number[]>();
  observed.events.forEach((event, i) => {
    const text = key(event);
    where.set(text, [...(where.get(text) ?? []), i]);
  });
  const at = expected.events.map((event) => where.get(key(event))?.shift());
  expected.events.forEach((event, i) => {
    if (at[i] === undefined) bad.push(`missing: ${key(event)}`);
  });
  for (const [text, left] of where) for (const _ of left) bad.push(`unexpected: ${text}`);
  for (const chain of expected.order ?? []) {
    for (let i = 1; i < chain.length; i++) {
      const a = chain[i - 1] as number;
      const b = chain[i] as number;
      if ((at[a] ?? -1) > (at[b] ?? Number.POSITIVE_INFINITY)) {
        bad.push(`order: ${key(expected.events[a] as Json)} must come before ${key(expected.events[b] as Json)}`);
      }
    }
  }
  return bad;
}

/** Complaints about the first block that differs: what follows is a consequence. */
export function compareTrace(expected: readonly Block[], observed: readonly Block[]): string[] {
  for (const [i, block] of expected.entries()) {
    const seen = observed[i];
    if (seen === undefined) return [`op ${block.op}: no block`];
    const bad = compareBlock(block, seen);
    if (bad.length > 0) return bad.map((line) => `op ${block.op}: ${line}`);
  }
  return [];
}
