import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeExactly, encodeExactly } from "../../src/files/index.ts";

const encoding = fc.constantFrom("utf-8" as const, "utf-16le" as const, "utf-16be" as const);
const text = fc
  .string({ unit: "binary" })
  .filter((each) => each.isWellFormed() && !each.startsWith("\uFEFF"));

test("law: what is read and written again is the same, byte for byte", () => {
  fc.assert(
    fc.property(text, encoding, fc.boolean(), (each, how, marked) => {
      const mark = marked || how !== "utf-8";
      const bytes = encodeExactly({ text: each, encoding: how, mark })!;
      const found = decodeExactly(bytes)!;
      expect(found).toEqual({ text: each, encoding: how, mark });
      expect(encodeExactly(found)!.equals(bytes)).toBe(true);
    }),
  );
});

test("law: any bytes come back, or are refused", () => {
  fc.assert(
    fc.property(
      fc.constantFrom([], [0xef, 0xbb, 0xbf], [0xff, 0xfe], [0xfe, 0xff]),
      fc.uint8Array({ maxLength: 40 }),
      (mark, rest) => {
        const bytes = Buffer.from([...mark, ...rest]);
        const found = decodeExactly(bytes);
        if (found) expect(encodeExactly(found)!.equals(bytes)).toBe(true);
      },
    ),
    { numRuns: 2000 },
  );
});

test.each([
  ["Latin-1", Buffer.from("caf\xe9", "latin1")],
  ["a character cut off", Buffer.from([0xe2, 0x82])],
  ["an overlong slash", Buffer.from([0xc0, 0xaf])],
  ["a surrogate in UTF-8", Buffer.from([0xed, 0xa0, 0x80])],
  ["half a pair in UTF-16", Buffer.from([0xff, 0xfe, 0x00, 0xd8])],
  ["half a unit in UTF-16", Buffer.from([0xfe, 0xff, 0x00, 0x61, 0x00])],
])("%s is refused", (_, bytes) => {
  expect(decodeExactly(bytes)).toBeNull();
});

test("a text with half a surrogate pair cannot be written", () => {
  expect(encodeExactly({ text: "a\ud800b", encoding: "utf-8", mark: false })).toBeNull();
});

test("UTF-16 and every kind of line end are kept", () => {
  const mixed = "a\r\nb\rc\nd\u2028e\u0000f";
  for (const how of ["utf-16le", "utf-16be", "utf-8"] as const) {
    const found = decodeExactly(encodeExactly({ text: mixed, encoding: how, mark: true })!);
    expect(found).toEqual({ text: mixed, encoding: how, mark: true });
  }
});
