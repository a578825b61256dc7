/** Statements as they are drawn, before they are written. */
import fc from "fast-check";

/** One statement, as it was drawn: which it is, what decides its parts, and what stands inside of it. */
export interface Drawn {
  kind: number;
  parts: readonly number[];
  inside: readonly Drawn[];
}

const parts = fc.array(fc.nat({ max: 999 }), { minLength: 7, maxLength: 7 });
const leaf: fc.Arbitrary<Drawn> = fc.record({
  kind: fc.nat({ max: 999 }),
  parts,
  inside: fc.constant([]),
});
export const drawnStatement: fc.Arbitrary<Drawn> = fc.record({
  kind: fc.nat({ max: 999 }),
  parts,
  inside: fc.array(leaf, { maxLength: 2 }),
});
