/**
 * Every way of keeping pids with every way of telling messages apart: what is planted is found, what makes it harmless is seen,
 * whichever of them somebody writes.
 */
import { describe, expect, test } from "vitest";
import { app, findingsOf } from "./program.ts";
import { type Arm, BOOKS, type Book, type Code, DISPATCHES } from "./writing-styles.ts";

/** Programs about other messages: none of them is about an end. */
const TICK: Arm = { tag: "tick", body: `console.log("tick");` };

interface Variant {
  readonly name: string;
  /** Before a pid is kept. */
  readonly watch: string;
  readonly infos: (book: Book) => readonly Arm[];
  readonly says: readonly string[];
}

const VARIANTS: readonly Variant[] = [
  { name: "nobody watches", watch: "", infos: () => [], says: ["missing-monitor keepsDeadPids"] },
  { name: "linked", watch: "this.link(m.pid);", infos: () => [TICK], says: [] },
  {
    name: "told",
    watch: "this.monitor(m.pid);",
    infos: (book) => [{ tag: "DOWN", body: book.drop("m.pid") }, TICK],
    says: [],
  },
  {
    name: "told, and dropped",
    watch: "this.monitor(m.pid);",
    infos: () => [TICK],
    says: ["missing-monitor dropsDown"],
  },
];

/** What another function does sees no private fields, and its calls of statics are told by no `this`. */
const ELSEWHERE: ReadonlySet<string> = new Set(["freeFn", "moduleTable"]);

/** A method of a computed name may be any: that none is there is not claimed. */
const NOT_CLAIMED: ReadonlySet<string> = new Set(["byName"]);

function program(book: Book, cast: string, { watch, infos }: Variant): string {
  const say = `const p = ${book.get("m.room")}; if (p) this.send(p, { type: "said" });`;
  const messages = DISPATCHES[cast]!(
    "handleCast",
    "type",
    [
      { tag: "join", body: `${watch} ${book.put("m.room", "m.pid")}` },
      { tag: "say", body: say },
    ],
    "onCast",
  );
  const arms = infos(book);
  const info = cast === "mapMethods" || cast === "arrows" || cast === "methods" ? "sw" : cast;
  const news: Code = arms.length === 0 ? {} : DISPATCHES[info]!("handleInfo", "type", arms, "onInfo");
  const parts = [book, messages, news];
  const all = (part: keyof Code): string => parts.map((code) => code[part] ?? "").join("\n");
  const base = all("base").trim();
  return app(
    `${all("module")}
${base === "" ? "" : `abstract class Base extends GenServer { ${base} }`}
class Rooms extends ${base === "" ? "GenServer" : "Base"} { ${all("members")} }`,
    `{ id: "rooms", start: [Rooms] }`,
  );
}

for (const [kept, book] of Object.entries(BOOKS))
  describe(kept, () => {
    for (const cast of Object.keys(DISPATCHES)) {
      if (ELSEWHERE.has(cast) && (book.isPrivate || kept === "statics")) continue;
      test(cast, () => {
        for (const variant of VARIANTS) {
          if (NOT_CLAIMED.has(cast) && variant.name === "told, and dropped") continue;
          expect({ variant: variant.name, says: findingsOf(program(book, cast, variant)) }).toEqual({
            variant: variant.name,
            says: variant.says,
          });
        }
      });
    }
  });
