/** What is hidden of a program's data by the names of its fields. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HIDDEN_NAMES, hiding } from "../../src/live/index.ts";
import { fieldRows } from "../../src/runtime/fields.ts";
import { describeTerm } from "../../src/runtime/index.ts";
import type { LiveAnswers } from "../../src/runtime/live-protocol.ts";

const usual = hiding(HIDDEN_NAMES)!;

describe("hiding by name", () => {
  it("takes values out of described terms, and leaves the rest as it is", () => {
    for (const [term, text] of [
      [{ user: "ann", token: "abc", age: 3 }, '{ user: "ann", token: hidden, age: 3 }'],
      [{ apiKey: { id: 1, list: [1, 2] }, ok: true }, "{ apiKey: hidden, ok: true }"],
      [new Map([["PASSWORD", "x, y"]]), 'Map{["PASSWORD", hidden]}'],
      [{ "x-secret-y": 'a"b}' }, '{ "x-secret-y": hidden }'],
      [{ body: '{"password":"abc","a":1}' }, '{ body: "{\\"password\\": hidden" }'],
      [{ url: "http://x/?token=abc" }, '{ url: "http://x/?token= hidden" }'],
      [{ words: ["b", "a token"] }, '{ words: ["b", "a token"] }'],
      [{ type: "login", name: "ann" }, '{ type: "login", name: "ann" }'],
    ] as const)
      expect(usual.text(describeTerm(term))).toBe(text);
    expect(usual.text("Error: the token is old")).toBe("Error: the token is old");
  });

  it("lets no secret through, however deep it lies", () => {
    const leaf = fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.string());
    const secret = fc.constantFrom("token", "dbPassword", "SECRET_1", "client_secret", "Cookie");
    const name = fc.oneof(
      { weight: 2, arbitrary: fc.string({ maxLength: 6 }) },
      { weight: 1, arbitrary: secret },
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(name, tie("value"), { maxKeys: 4 }),
        fc.array(fc.tuple(name, tie("value")), { maxLength: 3 }).map((entries) => new Map(entries)),
      ),
    }));
    const hide = hiding("token|password|secret|cookie")!;
    const MARK = "wxyzzy";
    fc.assert(
      fc.property(value, secret, fc.integer({ min: 0, max: 2 }), (around, key, how) => {
        const held = how === 0 ? MARK : how === 1 ? { deep: [MARK] } : [MARK, { MARK }];
        const state = { around, [key]: held, map: new Map([[key, held]]), list: [{ [key]: held }] };
        const info = {
          state: Object.fromEntries(Object.entries(state).map(([k, v]) => [k, describeTerm(v)])),
          fields: fieldRows(state),
          mailbox: [describeTerm(state)],
          callers: [{ ref: 1, from: 2, request: describeTerm({ [key]: held }) }],
        } as unknown as LiveAnswers["inspect"];
        expect(JSON.stringify(hide.process(info))).not.toContain(MARK);
      }),
      { numRuns: 300 },
    );
  });

  it("never fails on any text, and does nothing where it has nothing to hide", () => {
    fc.assert(fc.property(fc.string(), (text) => void usual.text(text)));
    expect(hiding("")).toBeNull();
    expect(() => hiding("(")).toThrow("is no pattern of names");
  });
});
