import fc from "fast-check";
import { expect, test } from "vitest";
import { nameOfPlace, placeAbove, placeUnder, rootPlace } from "../../src/model/index.ts";

const ids = fc.array(fc.string({ unit: fc.constantFrom("a", "/", "\\", "~", " ") }), {
  minLength: 1,
  maxLength: 5,
});
const placeOf = ([root = "", ...below]: readonly string[]): string =>
  below.reduce(placeUnder, rootPlace(root));

test("no two rows of ids have one place, and a place gives its ids back", () => {
  fc.assert(
    fc.property(ids, ids, (one, other) => {
      expect(placeOf(one) === placeOf(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      expect(nameOfPlace(placeOf(one))).toBe(one.at(-1));
      expect(placeAbove(placeOf(one))).toBe(one.length === 1 ? "" : placeOf(one.slice(0, -1)));
    }),
    { numRuns: 2000 },
  );
});

test("ids without signs of their own are as they are", () => {
  expect(placeOf(["AppSup", "pool", "worker-1"])).toBe("AppSup/pool/worker-1");
  expect(nameOfPlace(placeOf(["AppSup", "https://a.example/x", "b"]), 2)).toBe("https://a.example/x/b");
});
