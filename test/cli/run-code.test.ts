/** `suptree run --code`: programs that work, and everything that can be wrong with one. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { project, suptree } from "./cli.ts";

const SUP = (
  child: string,
  more = "",
): string => `import { GenServer, Supervisor, type SupervisorSpec } from "suptree";
${more}
export class Worker extends GenServer {
  ${child}
}
export class AppSup extends Supervisor {
  override init(): SupervisorSpec {
    return { intensity: 2, children: [{ id: "worker", start: [Worker] }] };
  }
}
`;
const run = (files: Record<string, string>, ...more: string[]) =>
  suptree(project(files), ["run", "app.ts#AppSup", "--code", ...more]);

test("runs the program's own classes, and shows what they write", { timeout: 60_000 }, async () => {
  const { code, out, err } = await run(
    { "app.ts": SUP('count = 0;\n  override init() { console.log("up at", Date.now(), Math.random()); }') },
    "--crash",
    "worker=boom",
  );
  expect(err).toBe("");
  expect(out).toMatch(/^00:00\.000 {2}worker: up at 1577836800000 0\.\d+$/m);
  expect(out).toContain("worker crashed (boom). one_for_one: started worker #2. 1 of 2 restarts in 5 s.");
  expect(out).toContain("In the end 2 processes run.");
  expect(code).toBe(0);
});

test("an error of the program is told with its stack, in the program's own lines", {
  timeout: 60_000,
}, async () => {
  const { out } = await run({
    "deep.ts":
      "export function deep(n: number): number {\n  if (n === 0) throw new Error('at the bottom');\n  return deep(n - 1) + 1;\n}\n",
    "app.ts": SUP(
      'override async init() { this.sendAfter(10, this.self, "go" as never); }\n  override handleInfo() { deep(1); }',
      'import { deep } from "./deep.ts";',
    ),
  });
  expect(out).toMatch(
    /^00:00\.010 {2}worker \(error\): Error: at the bottom\n +at deep deep\.ts:2:22\n +at deep deep\.ts:3:10\n +at \S*handleInfo app\.ts:5:\d+$/m,
  );
});

test("the console writes as consoles do, and errors bring their causes and their places", {
  timeout: 60_000,
}, async () => {
  const { out } = await run({
    "app.ts": SUP(
      `override async init() {
    const circle: any = { name: "a" };
    circle.self = circle;
    console.log("%s has %d items, %i%% of %o %j%c", "cart", 3, 42.9, { a: 1 }, circle, "color: red", "and more");
    console.group("outer"); console.log("in\\nside"); console.groupEnd();
    console.count("n"); console.count("n");
    console.time("t");
    console.assert(false, "asserted"); console.assert(true, "never");
    console.error("failed", new RangeError("logged", { cause: new Error("why") }));
    setTimeout(() => { console.timeEnd("t"); console.log("in a timer"); }, 5);
    this.sendAfter(20, this.self, "go" as never);
  }
  override async handleInfo() { await one(); }`,
      `const one = async () => { await null; await two(); };
const two = async () => { throw new AggregateError([new Error("x")], "several"); };`,
    ),
  });
  const lines = out.split("\n").filter((line) => /^\d|^ +(at|with|caused)/.test(line));
  const said = lines.map((line) => line.replace(/^[\d:.]+ {2}/, "")).join("\n");
  expect(said).toContain('worker: cart has 3 items, 42% of { a: 1 } { name: "a", self: [cycle] } and more');
  expect(out).toContain("worker:   in\n  side");
  expect(said).toContain("worker: n: 2");
  expect(said).toContain("worker (error): Assertion failed asserted");
  expect(out).not.toContain("never");
  expect(out).toMatch(
    /failed RangeError: logged\n +caused by Error: why\n +at Worker\.init app\.ts:\d+:\d+\n/,
  );
  // Written by the timer of a process.
  expect(said).toContain("worker: t: 5 ms\nworker: in a timer");
  expect(out).toMatch(
    /AggregateError: several\n +with Error: x\n +at two app\.ts:3:\d+\n +at one app\.ts:2:\d+\n +at \S*handleInfo app\.ts/,
  );
});

test("fetch does what it is told, and the run is the same when it is played again", {
  timeout: 60_000,
}, async () => {
  const folder = project({
    "app.ts": SUP(
      `override async init() { this.sendAfter(1, this.self, "go" as never); }
  override async handleInfo() {
    try { const found = await fetch("http://x/"); console.log(found.status, JSON.stringify(await found.json()), this.now()); }
    catch (error) { console.log(String(error).slice(0, 60), this.now()); }
  }`,
    ),
  });
  const by = async (...more: string[]) =>
    (await suptree(folder, ["run", "app.ts#AppSup", "--code", "--for", "60000", ...more])).out;
  expect(await by("--fetch", "answers")).toContain("worker: 200 {} 11");
  expect(await by("--fetch", "slow", "--save", "slow.json")).toContain("worker: 200 {} 30001");
  expect(await by("--fetch", "fails")).toContain("worker: TypeError: fetch failed 11");
  expect(await by()).toContain("worker: NotInSandbox: fetch was used at app.ts:6:");
  expect(await by("--replay", "slow.json")).toContain("worker: 200 {} 30001");
  const { err } = await suptree(folder, ["run", "app.ts#AppSup", "--fetch", "fails"]);
  expect(err).toContain("Stand-ins use nothing of the world around a program.");
});

test("what is waited for comes as written, late, or not at all, and a double's fetch is the network's", {
  timeout: 90_000,
}, async () => {
  const folder = project({
    "suptree.doubles.ts": `class Client { #rows = [1, 2]; async query() { return this.#rows.length; } name = () => "pg"; }
export default {
  pg: { Client, connect: async () => new Client() },
  fetch: async (url: string) => ({ ok: true, url }),
};
`,
    "app.ts": SUP(
      `override async init() { this.sendAfter(1, this.self, "go" as never); }
  async tell(what: string, asked: () => Promise<unknown>) {
    const at = this.now();
    try { console.log(what, JSON.stringify(await asked()), this.now() - at); }
    catch (error) { console.log(what, String(error).slice(0, 42), this.now() - at); }
  }
  override async handleInfo() {
    await this.tell("double", () => connect().then((client: any) => client.query()));
    await this.tell("method", () => new Client().query());
    await this.tell("sleep", () => sleep(5, "rested"));
    await this.tell("fetch", () => fetch("http://x/"));
    await this.tell("limit", () => new Promise((_, fail) => AbortSignal.timeout(7).addEventListener("abort", () => fail("over"))));
    await this.tell("timer", () => new Promise((done) => setTimeout(done, 4, "rang")));
  }`,
      `import { connect, Client } from "pg";\nimport { setTimeout as sleep } from "node:timers/promises";`,
    ),
  });
  const by = async (...more: string[]) => {
    const { out } = await suptree(folder, ["run", "app.ts#AppSup", "--code", "--for", "200000", ...more]);
    return [...out.matchAll(/worker: (.*)$/gm)].map(([, line]) => line);
  };
  expect(await by()).toEqual([
    "double 2 0",
    "method 2 0",
    'sleep "rested" 5',
    'fetch {"ok":true,"url":"http://x/"} 0',
    "limit over 7",
    'timer "rang" 4',
  ]);
  expect(await by("--waiting", "slow", "--save", "slow.json")).toEqual([
    // Both the connection and the answer are late.
    "double 2 60000",
    "method 2 30000",
    'sleep "rested" 30005',
    'fetch {"ok":true,"url":"http://x/"} 0',
    "limit over 7",
    'timer "rang" 30004',
  ]);
  expect(await by("--replay", "slow.json")).toHaveLength(6);
  expect(await by("--waiting", "fails", "--fetch", "slow")).toEqual([
    "double Error: what was waited for failed: the run 0",
    "method Error: what was waited for failed: the run 0",
    "sleep Error: what was waited for failed: the run 5",
    'fetch {"ok":true,"url":"http://x/"} 30000',
    "limit over 7",
  ]);
});

test("a child whose code needs a machine runs as its stand-in, alone, and the saved run keeps that", {
  timeout: 60_000,
}, async () => {
  const folder = project({
    "app.ts": `import { readFileSync } from "node:fs";
import { GenServer, Supervisor, type SupervisorSpec } from "suptree";
class Disk extends GenServer { override init() { this.trapExit(true); readFileSync("/etc/hosts"); } }
class Other extends GenServer { override init() { console.log("other", this.whereis("disk") !== undefined); } }
class Inner extends Supervisor {
  override init(): SupervisorSpec { return { children: [{ id: "disk", start: [Disk], name: "disk" }] }; }
}
export class AppSup extends Supervisor {
  override init(): SupervisorSpec {
    return { children: [{ id: "inner", start: [Inner] }, { id: "other", start: [Other] }] };
  }
}
`,
  });
  const by = (...more: string[]) => suptree(folder, ["run", "app.ts#AppSup", "--code", ...more]);
  expect((await by()).out).toContain("no file system");
  const alone = await by("--stand-in", "disk", "--crash", "disk", "--save", "run.json");
  expect(alone.code).toBe(0);
  expect(alone.out).toContain("other: other true");
  expect(alone.out).toContain("disk crashed");
  expect(JSON.parse(readFileSync(path.join(folder, "run.json"), "utf8")).standIns).toEqual([
    "app.ts#Inner/disk",
  ]);
  const again = await by("--replay", "run.json");
  expect(again.out).toBe(alone.out);
  // A supervisor's stand-in takes all below it along.
  expect((await by("--stand-in", "inner")).out).toContain("other: other true");
  expect((await by("--stand-in", "nobody")).err).toContain("no such child; there are disk, inner, other");
  expect((await suptree(folder, ["run", "app.ts#AppSup", "--stand-in", "disk"])).err).toContain(
    "is for --code",
  );
});

test("a saved run is played again, event by event, and asks for --code", { timeout: 60_000 }, async () => {
  const folder = project({
    "app.ts": SUP(
      "override async init() { await new Promise((done) => setTimeout(done, 100 * Math.random())); }",
    ),
  });
  const args = ["run", "app.ts#AppSup", "--json", "--code"];
  const first = await suptree(folder, [...args, "--kill", "worker@500", "--save", "run.json"]);
  expect(first.err).toBe("");
  const again = await suptree(folder, [...args, "--replay", "run.json"]);
  expect(again.err).toBe("");
  const [a, b] = [JSON.parse(first.out), JSON.parse(again.out)];
  expect(a.events.length).toBeGreaterThan(10);
  expect(b.events.slice(0, a.events.length)).toEqual(a.events);
  expect(a.run.mode).toBe("code");
  const without = await suptree(folder, ["run", "app.ts#AppSup", "--replay", "run.json"]);
  expect(without.code).toBe(2);
  expect(without.err).toContain("it is a run of real code; add --code");
});

/** Programs that cannot be run as they are, and the sentence for each. */
const WRONG: Record<string, [Record<string, string>, number, RegExp]> = {
  "throws when it is loaded": [
    {
      "app.ts": `import "./broken.ts";\n${SUP("")}`,
      "broken.ts": 'const limit = () => { throw new Error("no limit"); };\n\nlimit();',
    },
    1,
    /The module failed when it was loaded: Error: no limit \(broken\.ts:1:29\)/,
  ],
  "waits at its top level for good": [
    { "app.ts": SUP("", "await new Promise(() => {});") },
    1,
    /has not finished loading: its top level waits for something that does not come\. Start what waits in a process/,
  ],
  "never finishes loading": [
    { "app.ts": SUP("", "for (;;);") },
    1,
    /does not answer, and was ended\. the top level of the module was running and did not return/,
  ],
  "imports a package that is not there": [
    {
      "app.ts": SUP("", 'import { a } from "./lib.ts"; a();'),
      "lib.ts": 'export { pad as a } from "left-pad";',
    },
    2,
    /lib\.ts:1:26: The package left-pad is not installed: install it \(npm install left-pad\), or give .* suptree\.doubles\.ts\. \(imported by app\.ts\)/,
  ],
  "imports a file that is not there": [
    { "app.ts": SUP("", 'import "./nothing.ts";') },
    2,
    /app\.ts:2:8: There is no file \.\/nothing\.ts\./,
  ],
  "has a type error": [{ "app.ts": SUP("count: string = 5;") }, 0, /In the end 2 processes run/],
  "holds too much data": [
    {
      "app.ts": SUP("", 'import data from "./data.json"; console.log(data.length);'),
      "data.json": `"${"x".repeat(9_000_000)}"`,
    },
    2,
    /It holds 9 MB, and a run takes at most 8 MB: import less, or give a smaller module in its place/,
  ],
  "uses a file in a callback": [
    { "app.ts": SUP('override init() { readFileSync("x"); }', 'import { readFileSync } from "node:fs";') },
    1,
    /node:fs\.readFileSync was used at app\.ts:4:\d+, and a run in the sandbox has no file system\. Give something in its place/,
  ],
  "uses the network through a global": [
    { "app.ts": SUP('override async init() { await fetch("http://localhost"); }') },
    1,
    /fetch was used at app\.ts:4:\d+, and a run in the sandbox has no network/,
  ],
  "loads a native addon": [
    { "app.ts": SUP("override init() { addon.open(); }", 'import addon from "./x.node";'), "x.node": "\0" },
    1,
    /the native addon .*x\.node\.open was used at app\.ts:4:\d+, and a run in the sandbox has no native code/,
  ],
  "needs an argument": [
    {
      "app.ts": `import { Supervisor } from "suptree";
export class AppSup extends Supervisor {
  override init(options: { size: number }) { return { intensity: options.size, children: [] }; }
}`,
    },
    1,
    /The init of AppSup takes an argument, and a run gives it none: run an application or a supervisor that starts it with them/,
  ],
  "does without an argument that it asks for": [
    {
      "app.ts": `import { Supervisor } from "suptree";
export class AppSup extends Supervisor {
  override init(size: number) { return { children: Array.from({ length: size }, () => ({ id: "a", start: [AppSup] })) }; }
}`,
    },
    0,
    /The init of AppSup takes an argument, and a run gives it none/,
  ],
  "runs out of memory": [
    {
      "app.ts": SUP(
        "override init() { const all: unknown[] = []; for (;;) all.push(new Array(1000).fill(all.length)); }",
      ),
    },
    1,
    /(?:used more than \d+ MB of memory|does not answer|took more than|asked for)/,
  ],
  "loops in a callback": [
    { "app.ts": SUP("override init() { for (;;); }") },
    1,
    /does not answer, and was ended\. init of worker \(<2>\) was running and did not return/,
  ],
  "is of another library": [
    {
      "app.ts": `import { Supervisor } from "@hamicek/noex";
export const AppSup = await Supervisor.start({ children: [] });`,
    },
    2,
    /trees of noex run with stand-ins only; leave --code out/,
  ],
};

for (const [name, [files, code, sentence]] of Object.entries(WRONG)) {
  test(`a program that ${name} has its sentence`, { timeout: 60_000 }, async () => {
    const result = await run(files);
    expect(`${result.err}${result.out}`).toMatch(sentence);
    expect(result.code).toBe(code);
  });
}

test("a module that starts its tree itself is not started twice", { timeout: 60_000 }, async () => {
  const text = `${SUP("")}\nimport { System } from "suptree";\nconst system = new System();\nawait system.start(AppSup);\n`;
  const { out, code } = await run({ "app.ts": text });
  expect(out).toContain("The module starts AppSup itself when it is loaded: that is what runs.");
  expect(out).toContain("In the end 2 processes run.");
  expect(code).toBe(0);
});

test("a module without a tree runs as it is; what several export is asked for", {
  timeout: 60_000,
}, async () => {
  const folder = project({
    "app.ts": SUP(""),
    "main.ts":
      'import { System } from "suptree";\nimport { AppSup } from "./app.ts";\nconst s = new System();\nawait s.start(AppSup);\nconsole.log("on");\nawait s.stop();\n',
    "two.ts": `${SUP("")}\nexport class Other extends Supervisor { override init() { return { children: [] }; } }`,
  });
  const main = await suptree(folder, ["run", "main.ts", "--code"]);
  expect(main.out).toContain("the program: on");
  expect(main.code).toBe(0);
  const two = await suptree(folder, ["run", "two.ts", "--code"]);
  expect(two.err).toContain("which tree? Add #NAME; there are AppSup, Other");
});

test("a program's own doubles, packages without I/O and Node's modules that need no machine", {
  timeout: 60_000,
}, async () => {
  const folder = project({
    "suptree.doubles.ts":
      'export default { "node:fs": { readFileSync: (name: string) => `contents of ${name}` }, pg: { connect: () => "a double" } };',
    "tsconfig.json":
      '{ "compilerOptions": { "paths": { "@lib/*": ["./lib/*"] }, "experimentalDecorators": true, "jsx": "react", "jsxFactory": "h" } }',
    "lib/tag.tsx":
      "const h = (name: string) => name;\nexport const tag = <b />;\nexport function twice(_: unknown, __: string, d: PropertyDescriptor) { const f = d.value; d.value = function () { return f.call(this) * 2; }; }",
    "node_modules/esm/package.json":
      '{ "name": "esm", "type": "module", "exports": { ".": { "import": "./a.js" }, "./sub": "./sub.js" } }',
    "node_modules/esm/a.js": 'export const a = "esm";',
    "node_modules/esm/sub.js": 'export default "sub";',
    "node_modules/cjs/package.json": '{ "name": "cjs", "main": "./b.js" }',
    "node_modules/cjs/b.js":
      'const util = require("util"); exports.b = util.format("%s!", "cjs"); exports.data = require("./c.json");',
    "node_modules/cjs/c.json": '{ "c": 1 }',
    "app.ts": SUP(
      `@twice
  count() { return 21; }
  override async init() {
    const bus = new EventEmitter(); bus.on("x", (v) => console.log(v)); bus.emit("x", "heard");
    await wait(50);
    console.log(readFileSync("f"), connect(), a, sub, b, data.c, join("a", "..", "b"), tag, this.count(), Buffer.from("hi").toString("hex"), randomUUID().length, process.env.HOME, performance.now());
    assert.ok(true);
  }`,
      `import { readFileSync } from "fs"; import { connect } from "pg"; import { a } from "esm"; import sub from "esm/sub"; import { b, data } from "cjs";
import { EventEmitter } from "node:events"; import { join } from "node:path"; import { setTimeout as wait } from "node:timers/promises"; import { randomUUID } from "node:crypto"; import assert from "node:assert";
import { tag, twice } from "@lib/tag";`,
    ),
  });
  const { out, err, code } = await suptree(folder, ["run", "app.ts#AppSup", "--code"]);
  expect(err).toBe("");
  expect(out).toContain("worker: heard");
  expect(out).toContain("contents of f a double esm sub cjs! 1 b b 42 6869 36 undefined 50");
  expect(code).toBe(0);
});

test("the installed library's version is compared with the one that runs", { timeout: 60_000 }, async () => {
  const folder = project({
    "app.ts": SUP(""),
    "node_modules/suptree/package.json": '{ "name": "suptree", "version": "9.9.9" }',
  });
  const { out } = await suptree(folder, ["run", path.join(folder, "app.ts#AppSup"), "--code"]);
  expect(out).toMatch(
    /The program has suptree 9\.9\.9; this run uses \d+\.\d+\.\d+, which may behave otherwise\./,
  );
});

test("a root gets the name and the arguments that the program starts it with", {
  timeout: 60_000,
}, async () => {
  const app = `import { GenServer, Supervisor, type SupervisorSpec } from "suptree";
class Worker extends GenServer {
  override init(size: number) { this.send(this.self, size as never); }
  override handleInfo(size: number) { console.log(size, this.whereis("top") !== undefined); }
}
export class AppSup extends Supervisor {
  override init({ sizes }: { sizes: number[] }): SupervisorSpec {
    return { children: sizes.map((size) => ({ id: \`worker-\${size}\`, start: [Worker, size] })) };
  }
}
`;
  const main = `import { System } from "suptree";
import { AppSup } from "./app.ts";
await new System().start([AppSup, { sizes: [3, 4] }], { name: "top" });
`;
  const files = { "app.ts": app, "main.ts": main };
  const { out, err } = await suptree(project(files), ["run", ".#AppSup", "--code"]);
  expect(err).toBe("");
  expect(out).toContain("AppSup started worker-3, worker-4.");
  expect(out).toMatch(/worker-4: 4 true$/m);
  const standIns = await suptree(project(files), ["run", ".#AppSup"]);
  expect(standIns.out).toContain("AppSup started worker-3, worker-4.");
});
