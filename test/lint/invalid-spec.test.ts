import { expect, test } from "vitest";
import { lint } from "../../src/lint/index.ts";
import type { Child, Supervisor } from "../../src/model/index.ts";
import { check, lintFiles } from "./check.ts";
import { model } from "./model.ts";

test("a duplicate id, also through a constant and a spread", () => {
  check(
    "invalid-spec",
    `
import { GenServer, Supervisor } from "suptree";
class Worker extends GenServer {}
const ID = "worker";
const more = [{ id: "other", start: [Worker] }];
export class AppSup extends Supervisor {
  init() {
    return {
      children: [
        { id: ID, start: [Worker] },
        ...more,
        { id: "worker", start: [Worker] },
          ~~~~~~~~~~~~ invalid-spec duplicateId
      ],
    };
  }
}
`,
  );
});

const ids = (own: Partial<Supervisor>, child: Omit<Partial<Child>, "id"> = {}, second = "b") =>
  lint(
    model({
      App: {
        ...own,
        children: [
          { id: "a", ...child },
          { id: second, ...child },
        ],
      },
    }),
    { rules: { "restart-budget": "off" } },
  )
    .filter(({ rule }) => rule === "invalid-spec")
    .map(({ messageId }) => messageId);

test("what OTP refuses, and the values next to it that it takes", () => {
  expect(ids({}, { significant: true })).toEqual(["significantPermanent", "significantPermanent"]);
  expect(ids({}, { significant: true, restart: "transient" })).toEqual([
    "significantNever",
    "significantNever",
  ]);
  expect(ids({ autoShutdown: "any_significant" }, { significant: true, restart: "transient" })).toEqual([]);
  expect(ids({ autoShutdown: null }, { significant: true, restart: null })).toEqual([]);
  expect(ids({ intensity: -1 })).toEqual(["badIntensity"]);
  expect(ids({ intensity: 1.5 })).toEqual(["badIntensity"]);
  expect(ids({ intensity: 0 })).toEqual([]);
  expect(ids({ period: 0 })).toEqual(["badPeriod"]);
  expect(ids({ period: 1 })).toEqual([]);
  expect(ids({}, { shutdown: -1 })).toEqual(["badShutdown", "badShutdown"]);
  expect(ids({}, { shutdown: 0 })).toEqual([]);
  expect(ids({ dialect: "noex", period: 0.5 })).toEqual([]);
});

test("an id is a duplicate only when both children are there for sure", () => {
  expect(ids({}, {}, "a")).toEqual(["duplicateId"]);
  expect(ids({}, { cardinality: "maybe" }, "a")).toEqual([]);
  expect(ids({}, { cardinality: "many" }, "a")).toEqual([]);
  expect(ids({ dynamic: true }, {}, "a")).toEqual([]);
});

test("a registered name that two children take when they start", () => {
  const source = (a: string, b: string) => `
import { GenServer, Supervisor } from "suptree";
class Cache extends GenServer { init(o) { this.register("cache"); } }
class Plain extends GenServer {}
export class AppSup extends Supervisor {
  init() {
    return { children: [{ id: "a", ${a} }, { id: "b", ${b} }] };
  }
}
`;
  const named = (text: string) =>
    lintFiles(new Map([["app.ts", text]])).filter(({ rule }) => rule === "invalid-spec");
  const [finding, ...others] = named(source(`start: [Plain], name: "db"`, `start: [Plain], name: "db"`));
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ messageId: "duplicateName", severity: "error", certainty: "exact" });
  expect(named(source(`start: [Cache]`, `start: [Plain], name: "other"`))).toEqual([]);
  const twice = source(`start: [Cache]`, `start: [Cache]`);
  expect(named(twice)).toHaveLength(1);
  expect(named(twice.replace("this.register", "if (o) this.register"))).toEqual([]);
});

test("arguments of a start that init does not take", () => {
  const { findings } = check(
    "invalid-spec",
    `
import { DynamicSupervisor, GenServer, Supervisor, startOf } from "suptree";
class Plain extends GenServer {}
class Named extends GenServer { init(name: string, size = 1, flag?: boolean) {} }
class Derived extends Named {}
class Many extends GenServer { init(first: number, ...more: string[]) {} }
class Loose extends GenServer { init(anything: unknown, union: string | number, nothing: void) {} }
class Counting extends GenServer { init() { return arguments.length; } }
class None extends GenServer { init() {} }
class Options extends GenServer { init({ port }: { port: number }) {} }
abstract class Service<O = void> extends GenServer { init(options: O) {} }
class Unset extends Service {}
type Nothing = void | undefined;
class Aliased extends GenServer { init(options: Nothing) {} }
interface Settings { start: void; size: "small" | "large" | undefined }
class Indexed extends GenServer { init(options: Settings["start"]) {} }
class Sized extends GenServer { init(size: Settings["size"]) {} }
const made = <O>(name: string) => class extends GenServer { init(options: O) {} };
const Made = made<void>("m");
const NAME = "a constant";
export class AppSup extends Supervisor {
  init(given: string, rest: unknown[]) {
    return {
      children: [
        { id: "fits", start: [Named, "x"] },
        { id: "fits all", start: [Named, NAME, 2, true] },
        { id: "fits derived", start: [Derived, given] },
        { id: "fits many", start: [Many, 1, "a", "b"] },
        { id: "fits loose", start: [Loose, null, 5] },
        { id: "fits counting", start: [Counting, 1, 2] },
        { id: "fits spread", start: [Named, ...rest] },
        { id: "fits object", start: [Options, { port: 1 }] },
        { id: "fits void", start: [Unset] },
        { id: "fits alias", start: [Aliased] },
        { id: "fits indexed", start: [Indexed] },
        { id: "fits made", start: [Made] },
        { id: "not known", start: [Plain, 1] },
        { id: "part", start: [Sized] },
          ~~~~~~~~~~ invalid-spec startArguments
        { id: "number", start: [Named, 1] },
          ~~~~~~~~~~~~ invalid-spec startArguments
        { id: "none", start: [Named] },
          ~~~~~~~~~~ invalid-spec startArguments
        { id: "too many", start: [Named, "x", 1, true, 4] },
          ~~~~~~~~~~~~~~ invalid-spec startArguments
        { id: "derived", start: [Derived, { name: "x" }] },
          ~~~~~~~~~~~~~ invalid-spec startArguments
        { id: "many", start: [Many] },
          ~~~~~~~~~~ invalid-spec startArguments
        { id: "takes none", start: [None, 1] },
          ~~~~~~~~~~~~~~~~ invalid-spec startArguments
        { id: "object", start: [Options] },
          ~~~~~~~~~~~~ invalid-spec startArguments
      ],
    };
  }
}
export class Pool extends DynamicSupervisor {
  init() {
    return { child: { start: [Named] } };
  }
}
`,
  );
  expect(findings.map(({ message }) => message)).toContain(
    "`number` is not started as its init wants it: `name` is a string and gets a value of another kind (number).",
  );
});

test("what JavaScript leaves open is not missing", () => {
  check(
    "invalid-spec",
    `
// file: app.js
import { GenServer, Supervisor } from "suptree";
class Named extends GenServer { init(name, size) {} }
export class AppSup extends Supervisor {
  init() {
    return { children: [{ id: "a", start: [Named] }] };
  }
}
`,
  );
});
