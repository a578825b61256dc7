/** What the language offers to put a definition together: classes, modules, functions. */
import { describe, expect, test } from "vitest";
import { analyze, check } from "./check.ts";

const HEAD = `import { GenServer, Supervisor } from "suptree";
class W extends GenServer {}
`;

describe("classes", () => {
  test("template methods, accessors, super.init()", () => {
    check(
      `${HEAD}abstract class Base extends Supervisor {
        protected abstract kids(): object[];
        protected get strategy() { return "one_for_one"; }
        protected intensity = 3;
        override init() { return { strategy: this.strategy, intensity: this.intensity, period: 10, children: this.kids() }; }
      }
      class A extends Base {
        protected override get strategy() { return "one_for_all" as const; }
        protected override intensity = 7;
        protected kids() { return [{ id: "w", start: [W] }]; }
      }
      class B extends A { protected override kids() { return [...super.kids(), { id: "extra", start: [W] }]; } }
      class C extends A {
        override init() { const base = super.init(); return { ...base, intensity: base.intensity * 2, children: [...base.children, { id: "x", start: [W] }] }; }
      }`,
      `
      A one_for_all 7 in 10s
        w: W
      B one_for_all 7 in 10s
        w: W
        extra: W
      C one_for_all 14 in 10s
        w: W
        x: W
      `,
    );
  });

  test("mixins, static blocks, private fields", () => {
    check(
      `${HEAD}function Limited(Base, intensity = 9) {
        abstract class L extends Base { limits() { return { intensity, period: 30 }; } }
        return L;
      }
      class A extends Limited(Supervisor, 4) { init() { return { ...this.limits(), children: [{ id: "a", start: [W] }] }; } }
      class B extends Supervisor {
        static readonly KIDS = [{ id: "s", start: [W] }];
        static LIMIT: number;
        static { B.LIMIT = 12; this.KIDS.push({ id: "t", start: [W] }); }
        #period = 77;
        get specs() { return B.KIDS.map((k) => ({ ...k, id: \`\${k.id}!\` })); }
        init() { return { intensity: B.LIMIT, period: this.#period, children: this.specs }; }
      }`,
      `
      A 4 in 30s
        a: W
      B 12 in 77s
        s!: W
        t!: W
      `,
    );
  });

  test("a supervisor's fields are its own until init has run", () => {
    check(
      `${HEAD}class A extends Supervisor {
        private readonly kids = [];
        private add(id) { this.kids.push({ id, start: [W] }); }
        init() {
          this.add("one");
          if (process.env.TWO) this.add("two");
          for (let i = 0; i < 2; i++) this.add(\`n\${i}\`);
          const { kids } = this;
          kids.push({ id: "last", start: [W] });
          return { children: this.kids };
        }
      }`,
      `
      A
        one: W
        two: W maybe
        n0: W
        n1: W
        last: W
      `,
    );
  });

  test("a builder that init makes; one that others share", () => {
    check(
      `${HEAD}class Builder {
        specs = []; limit = 3;
        add(id) { this.specs.push({ id, start: [W] }); return this; }
        max(n) { this.limit = n; return this; }
        build() { return { intensity: this.limit, children: this.specs }; }
      }
      class A extends Supervisor { init() { return new Builder().add("a").max(8).add("b").build(); } }
      const shared = new Builder(); shared.max(2);
      class B extends Supervisor { init() { return shared.build(); } }`,
      `
      A 8 in
        a: W
        b: W
      B null in
        ! intensity: field "limit" is changed while the program runs
        ! children: field "specs" is changed while the program runs
      `,
    );
  });
});

describe("functions", () => {
  test("generators, currying, immediately called, recursion, options", () => {
    check(
      `${HEAD}const curry = (cls) => (id) => (restart = "transient") => ({ id, start: [cls], restart });
      const tree = (n) => (n === 0 ? [] : [{ id: "t" + n, start: [W] }, ...tree(n - 1)]);
      function spec({ id, restart = "temporary", ...rest }, ...extra) { return { id, restart, ...rest, ...Object.assign({}, ...extra) }; }
      class A extends Supervisor {
        *workers() { yield { id: "g1", start: [W] }; if (process.env.G) yield { id: "g2", start: [W] }; yield* this.more(); }
        *more() { yield { id: "g3", start: [W] }; }
        init(o) {
          return { children: [...this.workers(), curry(W)("c")(), (() => ({ id: "iife", start: [W] }))(), ...tree(3),
            spec({ id: "s", start: [W] }), spec({ id: "q", start: [W], restart: o.restart }, { shutdown: 9 })] };
        }
      }`,
      `
      A
        g1: W
        g2: W maybe
        g3: W
        c: W transient
        iife: W
        t3: W
        t2: W
        t1: W
        s: W temporary
        q: W null shutdown 9 !restart: argument "o" of init is not known;
      `,
    );
  });

  test("one of two specs: what both have is there", () => {
    check(
      `${HEAD}class A extends Supervisor {
        init(o) {
          if (o.big) return { strategy: "one_for_one", intensity: 5, children: [{ id: "a", start: [W] }, { id: "b", start: [W] }, { id: "c", start: [W], restart: "transient" }] };
          return { children: [{ id: "a", start: [W] }, { id: "c", start: [W] }] };
        }
      }`,
      `
      A one_for_one null in
        a: W
        b: W maybe
        c: W null !restart: init returns different values;
        ! intensity: init returns different values
      `,
    );
  });
});

describe("modules", () => {
  test("namespaces, also those that add to an enum, and the classes in them", () => {
    check(
      `import { GenServer, Supervisor } from "suptree";
      export namespace app {
        class W extends GenServer {}
        export const LIMIT = 5;
        export namespace deep { export const id = (n: number) => \`w\${n}\`; }
        export class Root extends Supervisor { init() { return { intensity: LIMIT, children: [{ id: deep.id(1), start: [W] }] }; } }
      }
      enum S { All = "one_for_all" }
      namespace S { export const max = 6; }
      class Other extends Supervisor { init() { return { strategy: S.All, intensity: S.max, children: [] }; } }`,
      `
      Root 5 in
        w1: W
      Other one_for_all 6 in
      `,
    );
  });

  test("CommonJS and export =", () => {
    check(
      `// FILE base.js
      const suptree = require("suptree");
      class Poller extends suptree.GenServer {}
      exports.Poller = Poller;
      exports.Cache = class Cache extends suptree.GenServer {};
      exports.makeSpec = (id, options = {}) => ({ id, start: [Poller], ...options });
      // FILE root.ts
      import suptree = require("suptree");
      import base = require("./base");
      class Root extends suptree.Supervisor {
        init() { return { children: [{ id: "p", start: [base.Poller] }, base.makeSpec("q", { restart: "temporary" }), { id: "c", start: [base.Cache] }] }; }
      }
      export = Root;
      // FILE app.js
      const Root = require("./root");
      const { defineApplication } = require("suptree");
      module.exports = defineApplication({ name: "app", start: [Root] });`,
      `
      Root
        p: Poller
        q: Poller temporary
        c: Cache
      application app: Root
      `,
    );
  });

  test("what is imported as a type is no use at run time", () => {
    const model = analyze(`
      // FILE main.ts
      import { Supervisor } from "suptree";
      import type { W } from "./w";
      import { type V } from "./w";
      export class A extends Supervisor { init() { return { children: [{ id: "w", start: [W] }, { id: "v", start: [V] }] }; } }
      // FILE w.ts
      import { GenServer } from "suptree";
      export class W extends GenServer {}
      export class V extends GenServer {}`);
    for (const child of model.supervisors[0]!.children) {
      expect(child).toMatchObject({ type: null, start: { symbol: null } });
      expect(child.unknown.find((u) => u.field === "start")?.reason).toBe("it is imported as a type only");
    }
  });

  test("what a module changes at its top level has its last value; what functions change has none", () => {
    check(
      `// FILE main.ts
      ${HEAD}
      const kids = [{ id: "a", start: [W] }];
      let strategy = "one_for_one";
      export const SPEC = { intensity: 1, period: 2 };
      kids.push({ id: "b", start: [W] });
      strategy = "one_for_all";
      SPEC.intensity = 9;
      const early = [...kids];
      kids.push({ id: "c", start: [W] });
      const open = []; export const add = (id) => open.push({ id, start: [W] });
      const names = new Set(["x"]); names.add("y");
      const later = new Map(); export const put = (k, v) => later.set(k, v);
      class A extends Supervisor { init() { return { strategy, ...SPEC, children: [...kids, ...[...names].map((id) => ({ id, start: [W] }))] }; } }
      class B extends Supervisor { init() { return { children: open }; } }
      class C extends Supervisor { init() { return { children: [...later.values()] }; } }
      // FILE other.ts
      import { SPEC } from "./main"; import { Supervisor } from "suptree";
      export class D extends Supervisor { init() { return { ...SPEC, children: [] }; } }`,
      `
      A one_for_all 9 in 2s
        a: W
        b: W
        c: W
        x: W
        y: W
      B
        ! children: "open" is changed after its definition (line 12)
      C
        ! children: computed at run time: later.values() ("later" is changed after its definition (line 14))
      D 9 in 2s
      `,
    );
  });

  test("a list that another file adds to", () => {
    check(
      `// FILE main.ts
      import { Supervisor } from "suptree"; import { children } from "./registry";
      export class Root extends Supervisor { init() { return { children }; } }
      // FILE registry.ts
      import { W } from "./w";
      export const children = [{ id: "own", start: [W] }];
      // FILE barrel.ts
      export * from "./registry";
      // FILE plugin.ts
      import { children } from "./barrel"; import { W } from "./w";
      children.push({ id: "plugin", start: [W] });
      // FILE w.ts
      import { GenServer } from "suptree";
      export class W extends GenServer {}`,
      `
      Root
        ! children: "children" is changed in plugin.ts
      `,
    );
  });
});
