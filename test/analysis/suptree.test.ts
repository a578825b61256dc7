import { describe, expect, test } from "vitest";
import { analyze, check } from "./check.ts";

const S = `import { Supervisor, DynamicSupervisor, GenServer, Task, processName, defineApplication, startOf, System } from "suptree";
class A extends GenServer {}
class B extends GenServer {}
`;

/** A supervisor `Sup` with these children, in a file that knows `A` and `B`. */
const sup = (children: string, before = "", rest = ""): string =>
  `${S}${before}\nclass Sup extends Supervisor { init() { return { children: ${children}, ${rest} }; } }`;

describe("definitions", () => {
  test("everything is read, defaults are marked", () => {
    const model = check(
      `${S}
      export class Sup extends Supervisor {
        init() {
          return {
            strategy: "rest_for_one", intensity: 3, period: 10, autoShutdown: "any_significant",
            children: [
              { id: "a", start: [A] },
              { id: "b", start: [B, 1], restart: "transient", shutdown: 1_000, significant: true, name: "bee" },
              { id: "c", start: startOf(B), restart: "temporary", shutdown: "brutal_kill", type: "worker" },
            ],
          };
        }
      }`,
      `
      Sup rest_for_one 3 in 10s any_significant
        a: A
        b: B transient shutdown 1000 significant as bee
        c: B temporary shutdown brutal_kill worker
      `,
    );
    const [a, , c] = model.supervisors[0]!.children;
    expect(a).toMatchObject({ restart: "permanent", shutdown: 5000, type: "worker", significant: false });
    expect(a!.defaults.toSorted()).toEqual(["restart", "shutdown", "significant", "type"]);
    expect(c!.start).toEqual({ symbol: "B", file: "main.ts", line: 3 });
    expect(model.roots).toEqual(["main.ts#Sup"]);
  });

  test("an empty spec has OTP's defaults", () => {
    const [s] = analyze(sup("[]")).supervisors;
    expect(s).toMatchObject({
      strategy: "one_for_one",
      intensity: 1,
      period: 5,
      autoShutdown: "never",
      unknown: [],
    });
  });

  test("a supervisor of tasks without an init has the flags that its start gives", () => {
    const { supervisors } = analyze(`import { Supervisor, TaskSupervisor, DynamicSupervisor } from "suptree";
      class Plain extends TaskSupervisor {}
      class Limited extends TaskSupervisor {}
      class Bare extends DynamicSupervisor {}
      class Sup extends Supervisor { init() { return { children: [
        { id: "plain", start: [Plain] },
        { id: "limited", start: [Limited, { intensity: 4 }] },
        { id: "bare", start: [Bare] },
      ] }; } }`);
    const limits = supervisors.map(({ name, dynamic, intensity, period }) => [
      name,
      dynamic,
      intensity,
      period,
    ]);
    expect(limits.toSorted()).toEqual([
      ["Bare", true, null, null],
      ["Limited", true, 4, 5],
      ["Plain", true, 1, 5],
      ["Sup", false, 1, 5],
    ]);
  });

  test("nesting, and infinity as the shutdown of supervisors", () => {
    const model = check(
      `${S}
      class Inner extends Supervisor { init() { return { children: [{ id: "a", start: [A] }] }; } }
      class Outer extends Supervisor { init() { return { children: [{ id: "inner", start: [Inner] }] }; } }`,
      `
      Inner
        a: A
      Outer
        inner: Inner ▸
      `,
    );
    expect(model.supervisors[1]!.children[0]).toMatchObject({ type: "supervisor", shutdown: "infinity" });
    expect(model.roots).toEqual(["main.ts#Outer"]);
  });

  test("a supervisor that starts itself terminates the analysis and is a root", () => {
    const model = analyze(
      `${S} class Sup extends Supervisor { init() { return { children: [{ id: "me", start: [Sup] }] }; } }`,
    );
    expect(model.roots).toEqual(["main.ts#Sup"]);
  });

  test("a root has the name and the arguments of its starts, where they agree; those of tests count where there is no other", () => {
    const { supervisors } = analyze(`
      // FILE app.ts
      import { GenServer, Supervisor, System } from "suptree";
      class A extends GenServer {}
      const children = (n: number) => ({ children: Array.from({ length: n }, (_, i) => ({ id: \`a\${i}\`, start: [A] })) });
      export class Named extends Supervisor { init() { return children(1); } }
      export class Given extends Supervisor { init(n: number) { return children(n); } }
      export class Twice extends Supervisor { init() { return children(1); } }
      export class Tested extends Supervisor { init() { return children(1); } }
      export class Child extends Supervisor { init() { return children(1); } }
      export class Top extends Supervisor { init() { return { children: [{ id: "child", start: [Child] }] }; } }
      const system = new System();
      await system.start([Named], { name: "named" });
      await system.start([Given, 2], { name: "given" });
      await system.start([Twice], { name: "one" });
      await system.start([Twice], { name: "two" });
      await system.start([Child], { name: "child" });
      // FILE app.test.ts
      import { System } from "suptree";
      import { Named, Tested } from "./app.ts";
      await new System().start([Named]);
      await new System().start([Tested], { name: "tested" });`);
    const said = supervisors.map(({ name, startName, given }) => [name, startName, given]);
    expect(said.toSorted()).toEqual([
      ["Child", undefined, undefined],
      ["Given", "given", [2]],
      ["Named", "named", undefined],
      ["Tested", "tested", undefined],
      ["Top", undefined, undefined],
      ["Twice", undefined, undefined],
    ]);
  });

  test("dynamic supervisors, with and without a template", () => {
    const model = check(
      `${S}
      class Conns extends DynamicSupervisor { init() { return { intensity: 10, child: { start: [A], restart: "temporary" } }; } }
      class Free extends DynamicSupervisor { init() { return {}; } }
      class Simple extends Supervisor { init() { return { strategy: "simple_one_for_one", children: [{ id: "a", start: [A] }] }; } }`,
      `
      Conns simple_one_for_one 10 in
        A: A many dynamic temporary
      Free one_for_one
      Simple simple_one_for_one
        a: A many dynamic
      `,
    );
    expect(model.supervisors.map((s) => s.dynamic)).toEqual([true, true, true]);
  });

  test("applications and what they depend on", () => {
    check(
      `${S}
      class Sup extends Supervisor { init() { return { children: [] }; } }
      const mnesia = defineApplication({ name: "mnesia", start: [Sup] });
      export const chat = defineApplication({ name: "chat", applications: [mnesia, "logger"], start: [Sup] });`,
      `
      Sup
      application mnesia: Sup
      application chat after mnesia, logger: Sup
      `,
    );
  });

  test("an abstract class is no definition, its subclasses are", () => {
    check(
      `${S}
      abstract class Base extends Supervisor {
        abstract kids(): unknown[];
        init() { return { intensity: 7, children: [...this.kids(), { id: "z", start: [B] }] }; }
      }
      class One extends Base { kids() { return [{ id: "one", start: [A] }]; } }
      class Two extends Base {
        kids() { return []; }
        override init() { return { ...super.init(), strategy: "one_for_all" }; }
      }`,
      `
      One 7 in
        one: A
        z: B
      Two one_for_all 7 in
        z: B
      `,
    );
  });

  test("a class made by a function keeps its base", () => {
    check(
      `${S}
      const Named = (Base: typeof Supervisor) => class extends Base { label = "x"; };
      class Sup extends Named(Supervisor) { init() { return { children: [{ id: this.label, start: [A] }] }; } }`,
      `
      Sup
        x: A
      `,
    );
  });

  test("a name alone is nothing", () => {
    const model = analyze(`
      class Supervisor {} class GenServer {}
      class A extends GenServer {}
      export class Sup extends Supervisor { init() { return { strategy: "one_for_one", children: [{ id: "a", start: [A] }] }; } }
      const text = \`import { Supervisor } from "suptree"; class X extends Supervisor {}\`;
      // import { Supervisor } from "suptree"
    `);
    expect(model.supervisors).toEqual([]);
    expect(model.orphans).toEqual([]);
  });

  test("namesakes in one file get keys of their own", () => {
    const model = analyze(`${S}
      class Sup extends Supervisor { init() { return { children: [{ id: "a", start: [A] }, { id: "a", start: [B] }] }; } }`);
    expect(model.supervisors[0]!.children.map((c) => c.key)).toEqual(["main.ts#Sup/a", "main.ts#Sup/a~2"]);
  });

  test("ranges: the list is the array literal, a child is the element", () => {
    const text = `${S}class Sup extends Supervisor { init() { return { children: [
        { id: "a", start: [A] },
        make("b"),
      ] }; } }
      function make(id: string) { return { id, start: [B] as const }; }`;
    const [s] = analyze(text).supervisors;
    const lines = text.split("\n");
    const cut = (l: { line: number; column: number; endLine: number; endColumn: number }): string =>
      l.line === l.endLine
        ? lines[l.line - 1]!.slice(l.column - 1, l.endColumn - 1)
        : `${lines[l.line - 1]!.slice(l.column - 1)}…${lines[l.endLine - 1]!.slice(0, l.endColumn - 1).trim()}`;
    expect(cut(s!.childrenLocation!)).toBe("[…]");
    expect(s!.children.map((c) => cut(c.location))).toEqual(['{ id: "a", start: [A] }', 'make("b")']);
    expect(cut(s!.nameLocation!)).toBe("Sup");
    // An id that stands in a helper is not this child's alone.
    expect(s!.children.map((c) => c.idLocation && cut(c.idLocation))).toEqual(['id: "a"', undefined]);
  });
});

describe("children that are computed", () => {
  test("conditions give children that may be there", () => {
    check(
      sup(
        `[
          { id: "a", start: [A] },
          ...(metrics ? [{ id: "m", start: [B] }] : []),
          debug && { id: "d", start: [B] },
          fast ? { id: "f", start: [A] } : { id: "s", start: [B] },
        ].filter(Boolean)`,
        "declare const metrics: boolean, debug: boolean, fast: boolean;",
      ),
      `
      Sup
        a: A
        m: B maybe
        d: B maybe
        f: A maybe
        s: B maybe
      `,
    );
  });

  test("conditions that are known are decided", () => {
    check(
      sup(
        `[DEBUG && { id: "d", start: [A] }, DEBUG ? { id: "x", start: [A] } : { id: "y", start: [B] }].filter((c) => c)`,
        "const DEBUG = false;",
      ),
      `
      Sup
        y: B
      `,
    );
  });

  test("map over a known list, with constants, enums and templates", () => {
    check(
      sup(
        `[...NAMES.map((name, i) => ({ id: \`\${prefix}-\${name}-\${i}\`, start: [A] })), { id: Kind.Last, start: [B] }]`,
        `const NAMES = ["x", "y"] as const; const prefix = "p"; enum Kind { First = "first", Last = "last" }`,
      ),
      `
      Sup
        p-x-0: A
        p-y-1: A
        last: B
      `,
    );
  });

  test("map over an unknown list: many, with a pattern", () => {
    check(
      sup(
        `[...process.argv.map((name) => ({ id: \`shard-\${name}\`, start: [A, name] })), { id: "z", start: [B] }]`,
      ),
      `
      Sup
        shard-*: A many
        z: B
      `,
    );
  });

  test("Array.from, with a known and an unknown length", () => {
    check(
      sup(
        `Array.from({ length: SIZE }, (_, i) => ({ id: "w" + (i + 1), start: [A] }))`,
        "const SIZE = 2 * 1;",
      ),
      `
      Sup
        w1: A
        w2: A
      `,
    );
    check(
      sup(
        `Array.from({ length: os.cpus().length }, (_, i) => ({ id: \`w\${i}\`, start: [A] }))`,
        `import os from "node:os";`,
      ),
      `
      Sup
        w*: A many
      `,
    );
    check(
      sup(`Array.from({ length: 1000 }, (_, i) => ({ id: \`w\${i}\`, start: [A] }))`),
      `
      Sup
        w*: A many 1000
      `,
    );
  });

  test("statements: push in order, in conditions, in loops", () => {
    check(
      `${S}
      const PORTS = { http: 80, https: 443 };
      class Sup extends Supervisor {
        init(options: { metrics: boolean; hosts: string[] }) {
          const children = [{ id: "a", start: [A] }];
          if (options.metrics) children.push({ id: "m", start: [B] });
          for (let i = 0; i < 2; i++) children.push({ id: \`w\${i}\`, start: [A] });
          for (const host of options.hosts) { children.push({ id: "host-" + host, start: [B, host] }); }
          for (const [name, port] of Object.entries(PORTS)) children.push({ id: name, start: [A, port] });
          ["x", "y"].forEach((id) => { children.push({ id, start: [B] }); });
          let strategy = "one_for_one";
          if (PORTS.http === 80) strategy = "one_for_all";
          return { strategy, children };
        }
      }`,
      `
      Sup one_for_all
        a: A
        m: B maybe
        w0: A
        w1: A
        host-*: B many
        http: A
        https: A
        x: B
        y: B
      `,
    );
  });

  test("helpers: a spec, a list, an object with a spec in it; in methods, getters, statics and other classes", () => {
    check(
      `${S}
      const worker = (id: string, cls = A) => ({ id, start: [cls] });
      function pair(prefix: string) { return [worker(prefix + "1"), worker(\`\${prefix}2\`, B)]; }
      function plan() { return { spec: { intensity: 9 }, extra: [{ id: "e", start: [A] }] }; }
      class Config { static readonly base = { restart: "transient" as const }; readonly last = "z"; }
      class Sup extends Supervisor {
        static readonly COUNT = 4;
        private readonly config = new Config();
        get fixed() { return { id: "fixed", start: [A], ...Config.base }; }
        private tail() { return [{ id: this.config.last, start: [B] }]; }
        init() {
          const { spec, extra } = plan();
          return { ...spec, period: Sup.COUNT, children: [...pair("p"), ...extra, this.fixed, ...this.tail()] };
        }
      }`,
      `
      Sup 9 in 4s
        p1: A
        p2: B
        e: A
        fixed: A transient
        z: B
      `,
    );
  });

  test("early returns and switches", () => {
    check(
      `${S}
      function kids(kind: string) {
        switch (kind) { case "a": return [{ id: "a", start: [A] }]; default: return [{ id: "b", start: [B] }]; }
      }
      function add(list: unknown[], on: boolean) { if (!on) return; list.push({ id: "opt", start: [A] }); }
      class Sup extends Supervisor {
        init(on: boolean) {
          const children = [...kids("a"), ...kids("other")];
          add(children, on);
          add(children, false);
          return { children };
        }
      }`,
      `
      Sup
        a: A
        b: B
        opt: A maybe
      `,
    );
  });
});

describe("what is not known says so", () => {
  test("values computed at run time", () => {
    check(
      sup(
        `[{ id: makeId(1), start: [A], restart: process.env.RESTART, shutdown: Number(process.env.MS) }, ...load()]`,
        `import { makeId, load } from "elsewhere";`,
        "intensity: Math.random()",
      ),
      `
      Sup null in
        ?: A null shutdown null !id: computed at run time: makeId(...); !restart: computed at run time: process.env.RESTART; !shutdown: computed at run time: Number(...);
        ! intensity: computed at run time: Math.random()
        ! children: computed at run time: load()
      `,
    );
  });

  test("a default of a destructured parameter is not a fact, unless nothing is given", () => {
    check(
      `${S}
      class Sup extends Supervisor {
        init({ intensity = 9, name = "x" }: { intensity?: number; name?: string }) {
          return { intensity, children: [{ id: name, start: [A] }] };
        }
      }
      const child = ({ id, restart = "transient" }: { id: string; restart?: string }) => ({ id, restart, start: [A] });
      class Known extends Supervisor { init() { return { children: [child({ id: "k" }), child({ id: "t", restart: "temporary" })] }; } }`,
      `
      Sup null in
        ?: A !id: argument 1 of init is not known;
        ! intensity: argument 1 of init is not known
      Known
        k: A transient
        t: A temporary
      `,
    );
  });

  test("variables that change after their definition", () => {
    check(
      sup(
        `[{ id: name, start: [A] }, ...MORE, ...LIST]`,
        `let name = "a"; export function rename(n: string) { name = n; } const LIST = [{ id: "b", start: [B] }]; export const add = () => LIST.push({ id: "c", start: [B] }); const MORE = [...LIST]; MORE.push({ id: "m", start: [B] });`,
      ),
      `
      Sup
        ?: A !id: "name" is changed after its definition (line 4);
        m: B
        ! children: ...LIST is not known: "LIST" is changed after its definition (line 4)
      `,
    );
  });

  test("spreads that are not known hide what they may replace, and only that", () => {
    check(
      sup(
        `[{ id: "a", start: [A], restart: "transient", ...extra, shutdown: 1 }]`,
        `import { extra } from "elsewhere";`,
      ),
      `
      Sup
        ?: ? null shutdown 1 null !start: ...extra is not known; !id: ...extra is not known; !restart: ...extra is not known; !significant: ...extra is not known; !type: ...extra is not known; !startTimeout: ...extra is not known; !name: ...extra is not known;
      `,
    );
  });

  test("half-typed code still gives a tree", () => {
    check(
      `${S}class Sup extends Supervisor { init() { return { strategy: "one_for_all", children: [ { id: "a", start: [A] }, { id: "b", start: [B], rest`,
      `
      Sup one_for_all
        a: A
        b: B
        ! children: a list is not closed in the source
      `,
    );
    check(
      `${S}class Sup extends Supervisor { init() { return { children: [ { id: "a", start: [A] }, { id: , start: [`,
      `
      Sup
        a: A
        ?: ? shutdown null null !start: a list is not closed in the source; !id: it is missing in the source; !type: what it starts is not known; !shutdown: the default depends on what it starts;
        ! children: a list is not closed in the source
      `,
    );
  });

  test("an argument that one start gives is known", () => {
    check(
      `${S}
      class Pool extends Supervisor { init(o: { size: number }) { return { children: Array.from({ length: o.size }, (_, i) => ({ id: \`w\${i}\`, start: [A] })) }; } }
      class Sup extends Supervisor { init() { return { children: [{ id: "pool", start: [Pool, { size: 2 }] }] }; } }`,
      `
      Pool
        w0: A
        w1: A
      Sup
        pool: Pool ▸
      `,
    );
  });

  test("with two starts it is not", () => {
    const model = analyze(`${S}
      class Pool extends Supervisor { init(id: string) { return { children: [{ id, start: [A] }] }; } }
      class Sup extends Supervisor { init() { return { children: [{ id: "p1", start: [Pool, "x"] }, { id: "p2", start: [Pool, "y"] }] }; } }`);
    expect(model.supervisors[0]!.children[0]).toMatchObject({ id: null, key: "main.ts#Pool/?1" });
  });
});
