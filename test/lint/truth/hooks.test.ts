/** Base classes that call hooks: what a subclass does not fill in does nothing. */
import { describe } from "vitest";
import { app, cases } from "./program.ts";

const template = (terminate: string, hook: string): string =>
  app(
    `abstract class Base extends GenServer { ${terminate} onStop() {} bye = () => {}; }
     class W extends Base { ${hook} }`,
    `{ id: "w", start: [W] }`,
  );
const NOT_RUN = ["trap-exit terminateNotRun"];

/** A class that a function makes of what it is given. */
const made = (given: string, terminate = "h.end?.(reason)"): string =>
  app(
    `const server = (h) => class extends GenServer { terminate(reason) { ${terminate}; } };
     const W = server({ ${given} });`,
    `{ id: "w", start: [W] }`,
  );

describe("terminate", () => {
  cases([
    ["a hook that its maker is not given", made("init: () => 1")],
    ["one that it is given", made("end: (r) => save(r)"), NOT_RUN],
    ["one that it may be given", made("...options"), NOT_RUN],
    ["one that is called for certain", made("init: () => 1", "h.end(reason)"), NOT_RUN],
    ["what it would be given is not worked out", made("init: () => 1", "h.end?.(save())")],
    ["a hook that nobody fills", template("terminate() { this.onStop(); }", "")],
    ["the same, waited for", template("async terminate(reason) { await this.onStop(reason); }", "")],
    ["handed on", template("terminate(reason) { return this.onStop(reason); }", "")],
    ["a hook that is a field", template("terminate() { this.bye(); }", "")],
    ["an empty hook of its own", template("terminate() { this.onStop(); }", "onStop() {}")],
    ["one hook calls another", template("terminate() { this.stopAll(); } stopAll() { this.onStop(); }", "")],
    [
      "the base's, and the library's",
      template("terminate(r) { super.terminate(r); }", "terminate(r) { super.terminate(r); }"),
    ],
    ["a hook that is filled", template("terminate() { this.onStop(); }", "onStop() { save(); }"), NOT_RUN],
    [
      "a filled one between",
      template(
        "terminate() { this.stopAll(); } stopAll() { this.onStop(); }",
        "stopAll() { super.stopAll(); console.log(1); }",
      ),
      NOT_RUN,
    ],
    [
      "a hook that is set later",
      template("terminate() { this.bye(); }", "handleCast(m) { this.bye = m.then; }"),
      NOT_RUN,
    ],
    ["what it gives the hook does something", template("terminate() { this.onStop(save()); }", ""), NOT_RUN],
    [
      "the base's does something",
      template("terminate(r) { save(r); }", "terminate(r) { super.terminate(r); }"),
      NOT_RUN,
    ],
    ["it calls itself", template("terminate() { this.terminate(); }", ""), NOT_RUN],
  ]);
});

/** What an object that a module makes keeps in a map: its own at first, and everybody's afterwards. */
const container = (made: string, children: string): string =>
  `import { type ChildSpec, GenServer, type ProcessClass, Supervisor } from "suptree";
class A extends GenServer { handleCast() { return stop(); } }
import { stop } from "suptree";
class Container {
  readonly #made = new Map<string, () => ChildSpec>();
  bind(id: string, cls: ProcessClass): this { this.#made.set(id, () => ({ id, start: [cls] })); return this; }
  resolve(): ChildSpec[] { return [...this.#made.values()].map((make) => make()); }
}
${made}
export class App extends Supervisor { init() { return { intensity: 3, period: 10, children: ${children} }; } }
`;
const ENDS = ["restart-policy permanentStops"];

describe("containers", () => {
  cases([
    ["of a module", container(`const c = new Container().bind("a", A);`, "c.resolve()"), ENDS],
    ["emptied at once", container(`const all = new Container().bind("a", A).resolve();`, "all"), ENDS],
    [
      "filled by another statement: not known",
      container(`const c = new Container(); c.bind("a", A);`, "c.resolve()"),
    ],
  ]);
});

const flags = (made: string, flag: string): string =>
  `import { GenServer, stop, Supervisor } from "suptree";
class A extends GenServer { handleCast() { return stop(); } }
class Flags { readonly #on = new Set(["beta"]); enable(n: string) { this.#on.add(n); return this; } has(n: string) { return this.#on.has(n); } }
${made}
export class App extends Supervisor { init() { return { intensity: 3, period: 10, children: flags.has("${flag}") ? [{ id: "a", start: [A] }] : [] }; } }
`;
const both = 'const flags = new Flags().enable("new");';

describe("flags of a module", () => {
  cases([
    ["on from the beginning", flags(both, "beta"), ENDS],
    ["turned on when it is made", flags(both, "new"), ENDS],
    ["perhaps turned on by somebody else", flags(both, "old"), ["restart-policy permanentStops?"]],
  ]);
});
