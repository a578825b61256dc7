/** Home-made supervisors that the user's settings describe. See docs/dialects/spec-object.md. */
import { callFunction } from "../../evaluate/calls.ts";
import type { CallSite, Interpreter } from "../../evaluate/interpreter.ts";
import { type At, alternatives, lit, record, unknown, type Value } from "../../evaluate/values.ts";
import type { ChildDraft, CodeRef, SupervisorDraft } from "../../link/unresolved-definitions.ts";
import type { SpecObjectConfig } from "../../options.ts";
import { blankChild, idWithin, noteNoSpec, openUnknown, readChildren, readId } from "../children.ts";
import type { Dialect, ModuleSink } from "../dialect.ts";
import {
  AUTO_SHUTDOWNS,
  asBoolean,
  asNumber,
  asShutdown,
  asText,
  Fields,
  oneOf,
  RESTARTS,
  STRATEGIES,
  TYPES,
} from "../fields.ts";
import { nameAround } from "../naming.ts";
import { madeAt } from "../site.ts";
import { CALL_TRAITS } from "../traits.ts";
import { watched } from "../watched.ts";
import { ACTORBOY, LIBRARIES, withPreset } from "./presets.ts";

/** The dialect of one configuration. */
export function specObject(given: SpecObjectConfig): Dialect {
  const config = withPreset(given);
  const isNew = config.callee.startsWith("new ");
  const path = config.callee.replace(/^new /, "").split(".");
  const isStart = (site: CallSite): boolean =>
    site.callee.kind === "external" &&
    site.callee.pkg === config.module &&
    site.isNew === isNew &&
    site.callee.path.join(".") === path.join(".");
  const isHelper = ({ callee }: CallSite): boolean =>
    callee.kind === "external" &&
    callee.pkg === config.module &&
    config.helpers?.includes(callee.path.join(".")) === true;
  return {
    name: config.name,
    traits: {
      ...CALL_TRAITS,
      periodUnit: config.units?.period ?? "s",
      supervisorShutdown: config.defaults?.shutdown ?? null,
      groupRestarts: config.name === ACTORBOY.name ? "running" : null,
    },
    packages: [config.module],
    names: new Set([path[0]!]),
    value: (site, I) =>
      isHelper(site)
        ? (site.args[0] ?? null)
        : isStart(site)
          ? {
              kind: "term",
              tag: "proc",
              data: {
                site: lit(madeAt(site.at, I, ...site.args)),
                supervisor: lit(config.name),
                spec: site.args[config.argument ?? 0] ?? lit(undefined),
              },
              at: site.at,
            }
          : null,
    define: (site, I, sink) => {
      if (isStart(site)) new Reader(config, site.at, I, sink, isStart).supervisor(site);
    },
  };
}

/** The dialects of the libraries that need no setting. */
export const libraries: readonly Dialect[] = LIBRARIES.map((config) => {
  const dialect = specObject(config);
  // Barrels that pass on a name as common as `start` are not looked for.
  return config.callee === "start" ? { ...dialect, names: new Set<string>() } : dialect;
});

class Reader {
  readonly #config: SpecObjectConfig;
  readonly #at: At;
  readonly #interpreter: Interpreter;
  readonly #sink: ModuleSink;
  readonly #isStart: (site: CallSite) => boolean;

  constructor(
    config: SpecObjectConfig,
    at: At,
    I: Interpreter,
    sink: ModuleSink,
    isStart: (site: CallSite) => boolean,
  ) {
    this.#isStart = isStart;
    this.#config = config;
    this.#at = at;
    this.#interpreter = I;
    this.#sink = sink;
  }

  #key(name: keyof NonNullable<SpecObjectConfig["keys"]>): string {
    return this.#config.keys?.[name] ?? name;
  }

  /** A default that the configuration gives; null when it gives none: then an absent field is unknown. */
  #absent<T>(value: T | undefined): { is: T } | null {
    return value === undefined ? null : { is: value };
  }

  supervisor(site: CallSite): void {
    const at = this.#at;
    const spec =
      site.args[this.#config.argument ?? 0] ??
      record(new Map(), at, site.open ? unknown("computed at run time: the arguments", at) : null);
    const fields = new Fields(at);
    const { defaults = {}, units = {} } = this.#config;
    const spellings = new Map(Object.entries(this.#config.spellings ?? {}));
    const word = <T extends string>(words: readonly T[]) => oneOf(words, spellings);
    const name = this.#read(fields, spec, "name", "name", asText, { is: null as string | null });
    const strategies = word(STRATEGIES);
    const strategy = this.#read(
      fields,
      spec,
      "strategy",
      "strategy",
      strategies,
      this.#absent(strategies(defaults.strategy)),
    );
    const intensity = this.#read(
      fields,
      spec,
      "intensity",
      "intensity",
      asNumber,
      this.#absent(defaults.intensity),
    );
    const scale = units.period === "ms" ? 1000 : 1;
    const seconds = (v: Parameters<typeof asNumber>[0]): number | undefined => {
      const n = asNumber(v);
      return n === undefined ? undefined : n / scale;
    };
    const period = this.#read(fields, spec, "period", "period", seconds, this.#absent(defaults.period));
    const autoShutdown = this.#read(fields, spec, "autoShutdown", "autoShutdown", word(AUTO_SHUTDOWNS), {
      is: "never" as const,
    });
    const given = this.#config.childrenArgument;
    const list = given === undefined ? undefined : site.args[given];
    const raw = list === undefined ? rawPath(spec, this.#key("children")) : { value: list, at };
    let children: ChildDraft[] = [];
    let childrenAt: At | null = null;
    if (raw !== null && !(raw.value.kind === "literal" && raw.value.value === undefined)) {
      const found = readChildren(raw.value, raw.at, (v, place, many) =>
        this.#child(v, place, many, spellings),
      );
      children = found.children;
      childrenAt = found.literal;
      if (found.open !== null) fields.unknown.push(openUnknown(found.open));
    }
    const draft: SupervisorDraft = {
      key: madeAt(at, this.#interpreter, ...site.args),
      name: name ?? nameAround(at) ?? "supervisor",
      dialect: this.#config.name,
      at,
      nameAt: null,
      childrenAt,
      strategy,
      intensity,
      period,
      autoShutdown,
      children,
      dynamic: strategy === "simple_one_for_one",
      registers: name === null ? null : { name, origin: null },
      process: null,
      defaults: fields.defaults.filter((field) => field !== "name"),
      unknown: fields.unknown,
      takes: 0,
    };
    this.#sink.supervisor(draft);
  }

  #read<T>(
    fields: Fields,
    spec: Value,
    key: keyof NonNullable<SpecObjectConfig["keys"]>,
    field: string,
    parse: (v: string | number | boolean | null | undefined) => T | undefined,
    absent: { is: T } | null,
  ): T | null {
    const path = this.#key(key).split(".");
    const last = path.pop()!;
    let holder = spec;
    for (const n of path) {
      const inner = Fields.raw(holder, n);
      // A group of options that is left out leaves out every option in it.
      holder = inner === null || inner.value.kind === "literal" ? record(new Map(), this.#at) : inner.value;
    }
    if (holder.kind !== "record") {
      fields.because(field, holder, this.#at);
      return null;
    }
    return fields.read(
      holder,
      last,
      field,
      parse,
      absent,
      "it is absent, and the configuration gives no default",
    );
  }

  #child(v: Value, at: At, many: boolean, spellings: ReadonlyMap<string, string>): ChildDraft {
    const fields = new Fields(at);
    const child = blankChild(at, fields);
    const nested = v.kind === "term" && v.tag === "proc" ? this.#code(v, at) : null;
    if (nested !== null && v.kind === "term") {
      const name = Fields.raw(v.data.spec ?? lit(undefined), this.#key("name"))?.value;
      child.code = nested;
      child.id = name?.kind === "literal" && typeof name.value === "string" ? name.value : nested.symbol;
      return this.#policy(child, lit(undefined), at, fields, spellings);
    }
    if (v.kind !== "record") {
      noteNoSpec(v, at, fields);
      return child;
    }
    const start = rawPath(v, this.#key("start"));
    const isAgent = start === null && this.#config.helpers !== undefined;
    if (start === null && !isAgent) fields.note("start", "it is absent", at);
    else if (start === null) child.code.type = "worker";
    else {
      const code = this.#code(start.value, start.at);
      if (code === null) fields.because("start", start.value, start.at);
      else child.code = code;
    }
    const id =
      rawPath(v, this.#key("id")) ?? (this.#config.keys?.id === undefined ? rawPath(v, "name") : null);
    if (id === null) fields.note("id", "it is absent", at);
    else {
      child.id = readId(id.value, id.at, many, (field, reason, place) => fields.note(field, reason, place));
      Object.assign(child, idWithin(id.at, at));
    }
    if (isAgent) child.code.symbol = child.id;
    return this.#policy(child, v, at, fields, spellings);
  }

  /** When it is started again, and how it is stopped. */
  #policy(
    child: ChildDraft,
    given: Value,
    at: At,
    fields: Fields,
    spellings: ReadonlyMap<string, string>,
  ): ChildDraft {
    const { defaults = {}, units = {} } = this.#config;
    const v = given.kind === "literal" ? record(new Map(), at) : given;
    const restarts = oneOf(RESTARTS, spellings);
    child.restart = this.#read(
      fields,
      v,
      "restart",
      "restart",
      restarts,
      this.#absent(restarts(defaults.restart)),
    );
    child.significant = this.#read(fields, v, "significant", "significant", asBoolean, { is: false });
    const scale = units.shutdown === "s" ? 1000 : 1;
    const shutdown = (x: Parameters<typeof asShutdown>[0]) => {
      const is = asShutdown(typeof x === "string" ? (spellings.get(x) ?? x) : x);
      return typeof is === "number" ? is * scale : is;
    };
    child.shutdown = this.#read<number | "brutal_kill" | "infinity">(
      fields,
      v,
      "shutdown",
      "shutdown",
      shutdown,
      this.#absent(defaults.shutdown),
    );
    const type = child.code.type;
    child.type = this.#read(
      fields,
      v,
      "type",
      "type",
      oneOf(TYPES, spellings),
      type === null ? null : { is: type },
    );
    return child;
  }

  /** What a start refers to: a class, a nested supervisor, a tuple that begins with one, a function that makes one. */
  #code(v: Value, at: At): CodeRef | null {
    switch (v.kind) {
      case "class":
        return {
          symbol: v.class.name,
          at: { module: v.scope.module, start: v.class.start, end: v.class.end },
          key: null,
          type: "worker",
        };
      case "instance":
        return v.cls.kind === "class" ? this.#code(v.cls, at) : null;
      case "external":
        return { symbol: v.path.join("."), at: null, key: null, type: "worker" };
      case "term": {
        const site = v.data.site;
        if (v.data.supervisor === undefined || site?.kind !== "literal") return null;
        return {
          symbol: nameAround(v.at) ?? "supervisor",
          at: v.at,
          key: String(site.value),
          type: "supervisor",
        };
      }
      case "list":
        return v.contents.items[0] === undefined ? null : this.#code(v.contents.items[0].value, at);
      case "function": {
        const args = v.func.params.map((p) =>
          unknown("an argument of a start function", v.scope.module.at(p.target)),
        );
        const inside = new Set<string>();
        const result = watched(
          this.#interpreter,
          (site) => {
            if (this.#isStart(site)) inside.add(madeAt(site.at, this.#interpreter, ...site.args));
          },
          () => callFunction(this.#interpreter, v, args, v.self, at),
        );
        const made = alternatives(result).map((a) =>
          a.kind === "instance" || a.kind === "term" ? this.#code(a, at) : null,
        );
        if (made.length === 1 && made[0] !== null && made[0] !== undefined) return made[0];
        // A function that starts a supervisor and returns something else stands for it.
        const [nested] = inside;
        if (inside.size === 1 && nested !== undefined)
          return {
            symbol: v.func.name ?? nameAround(at) ?? "supervisor",
            at: v.scope.module.at(v.func),
            key: nested,
            type: "supervisor",
          };
        // The function itself is what runs.
        const symbol =
          v.func.name ?? nameAround({ module: v.scope.module, start: v.func.start, end: v.func.end });
        return symbol === null || symbol === this.#key("start")
          ? null
          : {
              symbol,
              at: { module: v.scope.module, start: v.func.start, end: v.func.end },
              key: null,
              type: "worker",
            };
      }
      default:
        return null;
    }
  }
}

/** A property by a path with dots. */
function rawPath(spec: Value, path: string): { value: Value; at: At } | null {
  let found: { value: Value; at: At } | null = null;
  let holder = spec;
  for (const n of path.split(".")) {
    found = Fields.raw(holder, n);
    if (found === null) return null;
    holder = found.value;
  }
  return found;
}
