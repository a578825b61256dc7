import { expect, test } from "vitest";
import { check, lintFiles } from "./check.ts";

const sup = (restart = "permanent", start = "[A, { list: [], n: 1 }, []]") => `
export class Sup extends Supervisor {
  init() {
    return { children: [{ id: "a", start: ${start}, restart: "${restart}" }] };
  }
}
`;

test("contents of a parameter, of a part of it, and of the field that keeps it", () => {
  const { findings } = check(
    "shared-start-argument",
    `
import { GenServer, Supervisor } from "suptree";
class A extends GenServer {
  init(options: { list: number[]; n: number; deep: { x: number } }, names: string[]) {
    this.options = options;
    this.deep = options.deep;
    options.n = 2;
    ~~~~~~~~~ shared-start-argument changed
    names.push("a");
    ~~~~~~~~~~~~~~~ shared-start-argument changed
  }
  handleCast() {
    this.options.n++;
    ~~~~~~~~~~~~~~ shared-start-argument changed
    delete this.options.deep;
           ~~~~~~~~~~~~~~~~~ shared-start-argument changed
    [1].forEach((x) => { this.deep.x = x; });
                         ~~~~~~~~~~~ shared-start-argument changed
  }
  private options;
  private deep;
}
${sup()}`,
  );
  expect(findings[0]!.message).toContain(
    "`A` changes `options.n`, which comes with the argument `options` of its start.",
  );
});

test("copies, other values, conditions, other objects of the same name and methods of unknown things", () => {
  check(
    "shared-start-argument",
    `
import { GenServer, Supervisor } from "suptree";
class A extends GenServer {
  init(options, bus: Bus, extra = {}, ...rest) {
    this.copy = { ...options };
    this.twice = options;
    if (options.n > 1) this.maybe = options;
    this.fallback = options ?? {};
    bus.add(this);
    extra.x = 1;
    rest.push(1);
    const inner = (options) => { options.n = 1; };
    inner({});
    this.bus = bus;
  }
  handleCast() {
    this.copy.n = 2;
    this.twice = { n: 1 };
    this.twice.n = 2;
    this.maybe.n = 2;
    this.fallback.n = 2;
    this.own.n = 2;
    this.bus.push(1);
  }
  handleInfo(options) {
    options.n = 1;
  }
  own = { n: 1 };
}
${sup()}`,
  );
});

test("a temporary child is not started again", () => {
  const source = (restart: string) => `
import { GenServer, Supervisor } from "suptree";
class A extends GenServer {
  init(options) { options.n = 1; }
}
${sup(restart)}`;
  const findings = (restart: string) =>
    lintFiles(new Map([["a.ts", source(restart)]]), {}).filter(
      ({ rule }) => rule === "shared-start-argument",
    );
  expect(findings("transient")).toHaveLength(1);
  expect(findings("temporary")).toHaveLength(0);
});

test("aliases, helpers, base classes, declared parts of other files, and a guard that the start decides", () => {
  const files = (start: string) =>
    new Map([
      [
        "options.ts",
        `export interface Options { seen: Set<string>; limits: { hosts: Map<string, number>; ready: ReadonlySet<string> }; debug?: boolean }`,
      ],
      [
        "notes.ts",
        `import type { Options } from "./options.ts";
export function note(options: Options, host: string) { options.limits.hosts.set(host, 1); }`,
      ],
      [
        "base.ts",
        `import { GenServer } from "suptree";
import type { Options } from "./options.ts";
import { note } from "./notes.ts";
export class Base extends GenServer {
  protected options!: Options;
  init(options: Options) { this.options = options; }
  handleCast(message: { url: string }) {
    const { seen, limits } = this.options;
    seen.add(message.url);
    limits.ready.has(message.url);
    note(this.options, message.url);
  }
  handleInfo() {
    if (this.options.debug) this.options.limits = { hosts: new Map(), ready: new Set() };
    const copy = { ...this.options };
    copy.debug = false;
    const set = new Set(this.options.seen);
    set.add("x");
  }
}`,
      ],
      [
        "app.ts",
        `import { Supervisor } from "suptree";
import { Base } from "./base.ts";
class A extends Base {}
export class Sup extends Supervisor {
  init() { return { children: [{ id: "a", start: ${start} }] }; }
}`,
      ],
    ]);
  const changed = (start: string) =>
    lintFiles(files(start), {}).map(
      ({ rule, message }) => `${rule}: ${/changes `([^`]*)`/.exec(message)?.[1]}`,
    );
  const always = ["shared-start-argument: seen", "shared-start-argument: options.limits.hosts"];
  const start = (debug: boolean) =>
    `[A, { seen: new Set(), limits: { hosts: new Map(), ready: new Set() }, debug: ${debug} }]`;
  expect(changed(start(false)).sort()).toEqual([...always].sort());
  expect(changed(start(true)).sort()).toEqual(
    [...always, "shared-start-argument: this.options.limits"].sort(),
  );
});
