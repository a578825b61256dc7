import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { checkOf } from "../../src/protocol/check.ts";
import { unpack } from "../../src/protocol/index.ts";

const leaf = fc.constantFrom<v.GenericSchema>(
  v.string(),
  v.number(),
  v.boolean(),
  v.literal("a"),
  v.picklist(["a", "b"]),
  v.nullable(v.number()),
  v.array(v.string()),
  v.pipe(v.number(), v.integer()),
  v.variant("t", [v.object({ t: v.literal("a") }), v.object({ t: v.literal("b"), x: v.number() })]),
);
const NAMES = ["a", "b", "x", "t"];
const schemas = fc
  .dictionary(fc.constantFrom(...NAMES), fc.tuple(leaf, fc.boolean()), { maxKeys: 3 })
  .map((entries) =>
    v.object(
      Object.fromEntries(
        Object.entries(entries).map(([name, [schema, optional]]) => [
          name,
          optional ? v.exactOptional(schema) : schema,
        ]),
      ),
    ),
  );
const flat = fc.constantFrom<unknown>("a", "b", "c", 1, 0.5, Number.NaN, true, null, undefined);
const object = (inner: fc.Arbitrary<unknown>) =>
  fc.dictionary(fc.constantFrom(...NAMES), inner, { maxKeys: 4 });
const inside = fc.oneof(flat, fc.array(flat, { maxLength: 2 }), object(flat));
const values = fc.oneof({ weight: 5, arbitrary: object(inside) }, { weight: 1, arbitrary: inside });

describe("a check made of a schema", () => {
  it("answers as the schema does, whatever comes", () => {
    let accepted = 0;
    fc.assert(
      fc.property(schemas, values, (schema, value) => {
        const expected = v.is(schema, value);
        if (expected) accepted += 1;
        expect(checkOf(schema)(value)).toBe(expected);
      }),
      { numRuns: 3_000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });
});

describe("packed events", () => {
  it("are refused when they are no text, too long, or not to be read", () => {
    for (const events of [undefined, [], 7, "{", "x".repeat(8_000_001)])
      expect(() => unpack({ kind: "trace", reset: false, events })).toThrow(/^Refused a sandbox message/);
  });

  it("are what they were; what is not packed stays itself", () => {
    const ready = { kind: "event", event: { type: "ready" } };
    expect(unpack(ready)).toBe(ready);
    for (const other of [null, undefined, 3, "trace"]) expect(unpack(other)).toBe(other);
    const events = [{ seq: 1, at: 0 }];
    const packed = { kind: "trace", reset: true, events: JSON.stringify(events) };
    expect(unpack(packed)).toEqual({ kind: "event", event: { type: "trace", reset: true, events } });
  });
});
