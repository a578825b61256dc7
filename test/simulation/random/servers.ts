/** Classes of servers, and what their callbacks return. */
import fc from "fast-check";
import { type Drawn, drawnStatement } from "./drawn.ts";
import type { Statements } from "./statements.ts";
import type { Callback } from "./writing.ts";

const few = (most: number) => fc.array(drawnStatement, { maxLength: most });
const result = fc.nat({ max: 999 });

/** A class of servers as it was drawn. */
export const server = fc.record({
  init: few(3),
  continued: few(2),
  call: few(2),
  later: few(1),
  cast: few(2),
  tick: few(2),
  end: few(2),
  terminate: few(1),
  results: fc.array(result, { minLength: 8, maxLength: 8 }),
});
export type Server = typeof server extends fc.Arbitrary<infer T> ? T : never;

/** A callback that awaits is async. */
function method(head: string, result: string, body: string): string {
  const waits = /\bawait\b/.test(body.replace(/async (?:\(\w*\)) => (?:\{[^{}]*\}|[^;]*)/g, ""));
  return `  override ${waits ? "async " : ""}${head}: ${waits ? `Promise<${result}>` : `${result} | Promise<${result}>`} {\n    ${body}\n  }`;
}

const INIT = [
  "",
  "",
  "",
  'return continueWith("go");',
  "return timeout(300);",
  "return timeout(0);",
  'return ok("more", continueWith("go"));',
  "return ok(2, timeout(120));",
  "return ok(1);",
  "return hibernate;",
  "if (given === 3) return ignore;",
  'if (given === 2) return stop("declined");',
  'if (given === 4) return stop({ shutdown: "not now" });',
  'if (given === 4) this.exit("shutdown");',
];
const AFTER = [
  "",
  "",
  "",
  'if (this.left-- > 0) return continueWith("on");',
  "if (this.left-- > 0) return timeout(200);",
  "if (this.left-- > 0) return timeout(0);",
  "if (this.left-- > 0) return timeout(40 * this.left);",
  'return timeout("infinity");',
  'if (this.count === 4) return stop({ shutdown: "done" });',
  "return hibernate;",
  'if (this.count === 3) return stop("normal");',
];
const ANSWER = [
  "return reply(m, this.count);",
  "return reply(m, { ok: true, n: this.count });",
  'return reply(m, this.table.get(m.key ?? "k0"));',
  'return this.left-- > 0 ? reply(m, 1, continueWith("after")) : reply(m, 0);',
  'if (this.count === 2) return stop("shutdown", reply(m, "bye")); return reply(m, 2);',
  'if (this.count > 3) throw new Error("full"); return reply(m, 3);',
  "this.waiting.push(from); return noReply;",
  "return reply(m, this.count, timeout(50));",
  'if (this.count % 2 === 1) return stop({ shutdown: "odd" }, reply(m, 5)); return reply(m, 4, hibernate);',
  "this.waiting.push(replyTo(m, from)); return continueWith(from);",
  "this.reply(from, this.count); return noReply;",
  'return stop("boom", reply(m, null));',
];
const LATER = [
  "",
  "this.waiting.push(from); return noReply;",
  "this.waiting.push(from); return timeout(60);",
  "await this.sleep(20); return reply(m, 1);",
  "this.after.push(() => { this.reply(from, this.count); }); return noReply;",
  'void this.sleep(30).then(() => { this.reply(from, "slept"); }); return noReply;',
  'this.async(async (task) => { await task.sleep(20); this.reply(from, "task"); }); return noReply;',
];

/** `parent`: another server's class, which it may extend. */
export function serverClass(name: string, drawn: Server, write: Statements, parent: string | null): string {
  const pick = (from: readonly string[], n: number): string =>
    from[(drawn.results[n] ?? 0) % from.length] ?? "";
  const all = (of: readonly Drawn[], at: Callback): string => write.all(of, at);
  const methods: string[] = [];
  const add = (head: string, result: string, parts: readonly string[], last: string): void => {
    const written = parts.filter((each) => each.trim() !== "");
    if (written.length > 0) methods.push(method(head, result, [...written, last].join("\n    ")));
  };
  const above = ["Served", "Served", parent ?? "Served", parent ?? "Served", "Keeper<M>", "Base"][
    (drawn.results[3] ?? 0) % 6
  ] as string;
  const isServed = above !== "Base";
  const inherits = above === parent;
  add(
    "init(given: number = 0)",
    "InitResult",
    [write.careful(drawn.init), pick(INIT, 0)].map((each, n) =>
      n === 0 ? `${inherits ? "await super.init(given + 1)" : "this.count = given"};\n    ${each}` : each,
    ),
    "",
  );
  add(
    "handleContinue(term: unknown)",
    "HandlerResult",
    [all(drawn.continued, "continue"), drawn.continued.length === 0 ? "" : pick(AFTER, 4)],
    "this.last = term;",
  );
  const later = [all(drawn.later, "call"), pick(LATER, 1)].filter((each) => each !== "").join(" ");
  add(
    "handleCall(m: M, from: From)",
    "CallResult",
    [
      later === "" ? "" : `if (m.type === "later") { ${later} }`,
      drawn.call.length === 0
        ? ""
        : `if (m.type === "get") { ${all(drawn.call, "call")} ${pick(ANSWER, 2)} }`,
    ],
    isServed ? "return super.handleCall(m, from);" : "return noReply;",
  );
  add(
    "handleCast(m: M)",
    "HandlerResult",
    [all(drawn.cast, "cast"), pick(AFTER, 5)],
    isServed ? "return super.handleCast(m);" : "",
  );
  const ends = all(drawn.end, "end");
  const types = ['m.type === "DOWN"', 'm.type === "EXIT"', 'm.type === "DOWN" || m.type === "EXIT"'][
    (drawn.results[6] ?? 0) % 3
  ];
  const ticks = [all(drawn.tick, "info"), pick(AFTER, 7)].join("\n    ").trim();
  add(
    "handleInfo(m: Info<M>)",
    "HandlerResult",
    [
      ends === "" ? "" : `if (${types}) { ${ends} }`,
      ticks === "" ? "" : `if (m.type === "tick" || m.type === "tock") { ${ticks} }`,
    ],
    isServed ? "return super.handleInfo(m);" : "",
  );
  add("terminate(reason: unknown)", "void", [all(drawn.terminate, "terminate")], "this.last = reason;");
  return `class ${name} extends ${above} {\n${methods.join("\n")}\n}`;
}
