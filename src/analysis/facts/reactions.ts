/**
 * What a process does by itself: in `init` and `handleContinue`, when somebody it is linked to or monitors has ended,
 * and on the messages that it sends itself. Its callbacks are run once for each of these, with what is known of the
 * message, so that their own conditions decide.
 */
import type { Act, EndKind, Location, Occasion, Reaction } from "../../model/index.ts";
import type { Dialect, ProcessCode } from "../dialects/dialect.ts";
import type { Pool } from "../evaluate/budget.ts";
import { callFunction } from "../evaluate/calls.ts";
import { type CallSite, type Hooks, Interpreter } from "../evaluate/interpreter.ts";
import { chainOf, property } from "../evaluate/objects.ts";
import { locationOf } from "../evaluate/scope.ts";
import {
  type At,
  alternatives,
  type Entry,
  type Fn,
  lit,
  type Rec,
  record,
  type Sym,
  unknown,
  type Value,
} from "../evaluate/values.ts";
import type { World } from "../evaluate/world.ts";
import type { ProcessDraft } from "../link/unresolved-definitions.ts";
import { reachesOutside } from "./reaches-outside.ts";
import type { FactSink } from "./sink.ts";

const MOST_TYPES = 24;
const MOST_PEERS = 6;
/** What comes as a message, and who takes it. */
const MESSAGES = [
  ["call", "handleCall"],
  ["cast", "handleCast"],
  ["info", "handleInfo"],
] as const;
/** Types of messages that the library itself sends. */
const LIBRARY_TYPES: ReadonlySet<unknown> = new Set(["EXIT", "DOWN", "timeout"]);
const ENDS: readonly EndKind[] = ["error", "killed", "noproc", "normal", "shutdown"];
/** The name of somebody of whom nothing is known. */
const UNKNOWN = "?";

/** Null where the code is none that has callbacks of its own. */
export function reactionsOf(
  world: World,
  dialects: readonly Dialect[],
  code: ProcessCode,
  draft: ProcessDraft,
  pool: Pool,
  args: readonly Value[] = [],
): Reaction[] | null {
  const own = dialects.find((dialect) => dialect.outcome !== undefined && dialect.name === code.dialect);
  return own === undefined ? null : new Reactions(world, dialects, own, code, draft, pool, args).all();
}

/** A process whose end a message tells of. */
interface Peer {
  event: "EXIT" | "DOWN";
  /** Where it was linked to or monitored; null for others. */
  of: At | null;
  name: string;
}

class Reactions {
  readonly #interpreter: Interpreter;
  readonly #dialects: readonly Dialect[];
  readonly #own: Dialect;
  readonly #code: ProcessCode;
  readonly #draft: ProcessDraft;
  /** The arguments of the start, as far as they are known. */
  readonly #args: readonly Value[];
  /** The types that a callback compares with. */
  readonly #types = new Set<string>();
  readonly #peers = new Map<string, Peer>();
  /** Where acts go now, innermost last. */
  #acts: Act[][] = [[]];
  #seen = new Set<string>();
  #base = 0;
  #calls = 0;
  #ended = false;

  constructor(
    world: World,
    dialects: readonly Dialect[],
    own: Dialect,
    code: ProcessCode,
    draft: ProcessDraft,
    pool: Pool,
    args: readonly Value[],
  ) {
    this.#args = args;
    this.#dialects = dialects;
    this.#own = own;
    this.#code = code;
    this.#draft = draft;
    this.#interpreter = new Interpreter(world, this.#hooks(), pool);
  }

  all(): Reaction[] {
    const found: Reaction[] = [];
    const run = (on: Occasion, callback: string, message: Value | null): void => {
      const acts = this.#run(callback, message);
      if (acts.length > 0) found.push({ on, acts });
    };
    this.#settle();
    run({ event: "init" }, "init", null);
    run({ event: "continue" }, "handleContinue", unknown("what it goes on with", this.#code.at));
    for (const [event, callback] of this.#takesMessages() ? MESSAGES : []) {
      for (const type of this.#typesOf(callback))
        run({ event, type }, callback, this.#message({ type: lit(type) }));
      run({ event, type: null }, callback, this.#other());
    }
    run({ event: "terminate" }, "terminate", unknown("why it ends", this.#code.at));
    const wants = found.some(({ acts }) => acts.some(({ does }) => does === "timeout"));
    if (wants) run({ event: "timeout" }, "handleInfo", this.#message({ type: lit("timeout") }));
    for (const peer of this.#peersOfOthers()) {
      const of = peer.of === null ? null : locationOf(peer.of);
      const alike = new Map<string, { ends: EndKind[]; acts: Act[] }>();
      for (const end of ENDS) {
        const acts = this.#run("handleInfo", this.#telling(peer, end)).map((act) => withReasonOf(act, end));
        const key = JSON.stringify(acts);
        const same = alike.get(key);
        if (same === undefined) alike.set(key, { ends: [end], acts });
        else same.ends.push(end);
      }
      for (const { ends, acts } of alike.values())
        if (acts.length > 0) found.push({ on: { event: peer.event, ends, of }, acts });
    }
    return this.#interpreter.exhausted ? [] : found;
  }

  /** Those that its callbacks link to or monitor on any occasion. */
  #peersOfOthers(): Peer[] {
    for (const use of this.#draft.uses) {
      if (use.kind === "link" || use.kind === "monitor") this.#peer(use.kind, use.target, use.at);
    }
    for (const start of this.#draft.starts)
      if (start.linked && start.under === null)
        this.#peer(
          "link",
          { kind: "term", tag: "proc", data: { site: lit(start.site ?? "") }, at: start.at },
          start.at,
        );
    return [...this.#peers.values(), { event: "EXIT", of: null, name: UNKNOWN }];
  }

  #peer(kind: "link" | "monitor", target: Value, at: At): void {
    const key = `${kind} ${at.module.file}:${at.start}`;
    if (this.#peers.size >= MOST_PEERS || this.#peers.has(key)) return;
    this.#peers.set(key, { event: kind === "link" ? "EXIT" : "DOWN", of: at, name: this.#nameOf(target) });
  }

  /** A field that holds one process, or the reference of one monitor, is compared as that. */
  #nameOf(v: Value, depth = 0): string {
    if (depth > 8) return UNKNOWN;
    if (v.kind === "literal") return JSON.stringify(v.value) ?? "undefined";
    if (v.kind === "term") {
      if (v.tag === "held" && v.data.name?.kind === "literal") return String(v.data.name.value);
      if (v.tag === "lookup" && v.data.target !== undefined) return this.#nameOf(v.data.target, depth + 1);
      if (v.tag === "name" && v.data.name !== undefined) return this.#nameOf(v.data.name, depth + 1);
      if (v.tag === "monitor" && v.data.target !== undefined)
        return `monitor ${this.#nameOf(v.data.target, depth + 1)}`;
      return `${v.tag} ${v.at.module.file}:${v.at.start}`;
    }
    if (v.kind === "symbol" && v.root === "field" && v.path.length === 0) {
      const held = this.#held(String(v.name));
      if (held !== null) return this.#nameOf(held, depth + 1);
    }
    if (v.kind === "symbol") return `${v.root} ${v.name} ${v.path.join(".")}`;
    return UNKNOWN;
  }

  /** The only process, or monitor's reference, that a field ever holds. */
  #held(field: string): Value | null {
    const values = (this.#draft.fields.get(field) ?? [])
      .flatMap(alternatives)
      .filter((v) => !(v.kind === "literal" && (v.value === null || v.value === undefined)));
    const terms = values.filter(
      (v) =>
        (v.kind === "term" && (v.tag === "proc" || v.tag === "lookup" || v.tag === "monitor")) ||
        (v.kind === "symbol" && v.root === "arg"),
    );
    if (terms.length === 0 || terms.length < values.length) return null;
    const names = new Set(terms.map((v) => this.#nameOf(v, 4)));
    return names.size === 1 ? terms[0]! : null;
  }

  #telling(peer: Peer, end: EndKind): Rec {
    const { at } = this.#code;
    const reason = end === "error" ? record(new Map(), at, unknown("why it has failed", at)) : lit(end);
    const who = told(peer.name, at);
    return this.#message(
      peer.event === "EXIT"
        ? { type: lit("EXIT"), from: who, reason }
        : { type: lit("DOWN"), pid: who, ref: told(`monitor ${peer.name}`, at), reason },
    );
  }

  #message(fields: Record<string, Value>): Rec {
    const { at } = this.#code;
    return record(
      new Map(Object.entries(fields).map(([n, v]): [string, Entry] => [n, { value: v, at, maybe: false }])),
      at,
    );
  }

  #takesMessages(): boolean {
    const { self } = this.#code;
    const base = self?.cls.kind === "class" ? chainOf(this.#interpreter, self.cls).base : null;
    return base?.kind === "external" && base.path.at(-1) === "GenServer";
  }

  /** The types that a callback tells apart. */
  #typesOf(callback: string): string[] {
    this.#types.clear();
    const { at } = this.#code;
    this.#run(callback, this.#message({ type: { kind: "term", tag: "type", data: {}, at } }));
    return [...this.#types].slice(0, MOST_TYPES);
  }

  /** A message of none of these types. */
  #other(): Value {
    return this.#message({ type: lit(Number.NaN) });
  }

  // ---- running ----

  /** Fields that callbacks change are not known between them. */
  #settle(): void {
    const { self } = this.#code;
    if (self?.cls.kind !== "class") return;
    for (const name of chainOf(this.#interpreter, self.cls).changed) self.fields.delete(name);
  }

  #run(name: string, message: Value | null): Act[] {
    const callback = this.#code.callbacks.find((each) => each.name === name);
    const I = this.#interpreter;
    if (callback?.fn.kind !== "function") {
      // The library's own throws: nobody has said what to do with a call or a cast.
      const silent = name !== "handleCall" && name !== "handleCast";
      const location = locationOf(this.#code.at);
      return silent ? [] : [{ location, does: "end", how: "error", reason: `no ${name}` }];
    }
    const { fn } = callback;
    this.#acts = [[]];
    this.#seen = new Set();
    this.#ended = false;
    I.phase = callback.phase;
    this.#calls = I.calls.length;
    const given = fn.func.params.map((p, i): Value => {
      const at = fn.scope.module.at(p.target);
      if (message !== null) {
        if (i === 0) return message;
        if (name === "handleCall" && i === 1)
          return this.#message({ pid: { kind: "term", tag: "caller", data: {}, at } });
        return unknown("a message that is not known", at);
      }
      return (
        (name === "init" ? this.#args[i] : undefined) ??
        callback.args[i] ??
        ({ kind: "symbol", root: "arg", name: i, path: [], at, of: this.#code.key } satisfies Sym)
      );
    });
    I.journal.branch(() => {
      this.#base = I.journal.level;
      const v = callFunction(I, fn, given, this.#code.self, this.#code.at);
      if (!Array.isArray(fn.func.body)) this.#returned(v, fn.scope.module.at(fn.func));
    });
    this.#settle();
    return this.#acts[0]!;
  }

  #add(act: Act): void {
    const key = JSON.stringify([act, this.#acts.length]);
    if (this.#interpreter.muted > 0 || this.#ended || this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#acts.at(-1)!.push(act);
    if (act.does === "end" && act.possible === undefined && this.#acts.length === 1) this.#ended = true;
  }

  #at(at: At): { location: Location; possible?: true } {
    const location = locationOf(at);
    return this.#interpreter.journal.level > this.#base ? { location, possible: true } : { location };
  }

  #returned(v: Value, at: At): void {
    const of = alternatives(v);
    for (const one of of) {
      const outcome = this.#own.outcome?.(one) ?? null;
      if (outcome === null) continue;
      const where = of.length > 1 ? { ...this.#at(at), possible: true as const } : this.#at(at);
      if (outcome.how === "timeout") this.#add({ ...where, does: "timeout", ms: outcome.ms });
      else this.#add({ ...where, does: "end", ...outcome });
    }
  }

  #hooks(): Hooks {
    const sink = this.#sink();
    return {
      call: (site, I) => {
        this.#site = site;
        const task = I.muted === 0 ? (this.#own.task?.(site) ?? null) : null;
        if (task !== null) return this.#task(task.fn, task.under, site.at);
        let value: Value | null = null;
        if (I.muted === 0)
          for (const dialect of this.#dialects) value ??= dialect.use?.(site, I, sink) ?? null;
        for (const dialect of this.#dialects) value ??= dialect.value?.(site, I) ?? null;
        if (value !== null) return value;
        if (reachesOutside(site, (pkg) => this.#dialects.some((d) => d.packages.includes(pkg))))
          return { kind: "term", tag: "outside", data: {}, at: site.at };
        return null;
      },
      functions: (callee, I) => this.#functions(callee, I),
      compared: (a, b) => {
        for (const [x, y] of [
          [a, b],
          [b, a],
        ] as const)
          if (x.kind === "term" && x.tag === "type" && y.kind === "literal" && typeof y.value === "string")
            if (!LIBRARY_TYPES.has(y.value)) this.#types.add(y.value);
      },
      field: (object, field, at, initial) => {
        if (object !== this.#code.self) return null;
        const held = this.#held(field);
        if (held !== null) return told(this.#nameOf(held), at, "held", field, this.#code.key);
        if (initial !== undefined && !this.#changes(field)) return null;
        return { kind: "symbol", root: "field", name: field, path: [], at, of: this.#code.key } satisfies Sym;
      },
      awaits: (value, _x, at, I) => {
        if (I.muted > 0) return;
        if (alternatives(value).some((v) => v.kind === "term" && v.tag === "outside"))
          this.#add({ ...this.#at(at), does: "wait", ms: null });
      },
      thrown: (_v, at) => this.#add({ ...this.#at(at), does: "end", how: "error", reason: null }),
      returned: (v, at, I) => {
        if (I.calls.length === this.#calls + 1) this.#returned(v, at);
      },
      attempt: (part, at) => {
        if (part === "try") {
          const act: Act = { ...this.#at(at), does: "try", acts: [], otherwise: [] };
          this.#acts.at(-1)!.push(act);
          this.#acts.push(act.acts);
          return;
        }
        this.#acts.pop();
        const act = this.#acts.at(-1)!.at(-1);
        if (part === "catch" && act?.does === "try") {
          this.#acts.push(act.otherwise);
          // What stands in a handler is done when it is.
          this.#bases.push(this.#base);
          this.#base = this.#interpreter.journal.level + 1;
        } else this.#base = this.#bases.pop() ?? this.#base;
      },
    };
  }

  readonly #bases: number[] = [];

  /** What a task does is followed like the rest; it is no part of the callback. */
  #task(fn: Value, under: Value | null, at: At): Value {
    const acts: Act[] = [];
    const supervisor =
      under === null
        ? {}
        : { under: under.kind === "literal" || under.kind === "term" ? textOf(under) : null };
    this.#add({ ...this.#at(at), does: "task", acts, ...supervisor });
    if (fn.kind === "function") {
      const ended = this.#ended;
      this.#acts.push(acts);
      callFunction(this.#interpreter, fn, [unknown("the task", at)], fn.self, at);
      this.#acts.pop();
      this.#ended = ended;
    }
    return unknown("a task", at);
  }

  #changes(field: string): boolean {
    const { self } = this.#code;
    return self?.cls.kind === "class" && chainOf(this.#interpreter, self.cls).changed.has(field);
  }

  #functions(callee: Sym, I: Interpreter): Fn[] {
    if (callee.root !== "field" || callee.of !== this.#code.key) return [];
    const found: Fn[] = [];
    for (const value of this.#draft.fields.get(String(callee.name)) ?? [])
      for (let v of alternatives(value)) {
        for (const n of callee.path) v = property(I, v, n, callee.at);
        for (const a of alternatives(v)) if (a.kind === "function") found.push(a);
      }
    return found;
  }

  #sink(): FactSink {
    const nothing = (): void => {};
    return {
      use: (kind, target, site, I) => {
        const sent = this.#own.sends?.(site) ?? null;
        const type = sent === null ? null : typeOf(sent.message);
        if (sent?.toItself === true && sent.event !== "call") {
          this.#add({ ...this.#at(site.at), does: "message", event: sent.event, type, ms: sent.ms });
          return;
        }
        if (kind === "link" || kind === "monitor") {
          this.#peer(kind, target, site.at);
          if (target.kind === "term" && target.tag === "caller") {
            this.#add({ ...this.#at(site.at), does: "attend", kind });
            return;
          }
        }
        const guarded = I.guarded > 0 ? { guarded: true as const } : {};
        this.#add({
          ...this.#at(site.at),
          does: "use",
          kind,
          ...guarded,
          ...(type === null ? {} : { type }),
        });
      },
      start: (start) => {
        if (start.under === null) {
          const guarded = this.#interpreter.guarded > 0 ? { guarded: true as const } : {};
          this.#add({ ...this.#at(start.at), does: "use", kind: "start", ...guarded });
        }
      },
      registers: ({ name }) => this.#register(name),
      registersPattern: () => this.#register(null),
      trapsExit: nothing,
      stops: (reason, at) => {
        // Only what is thrown ends it here; what is returned is looked at there.
        if (this.#site?.callee.kind === "externalMethod")
          this.#add({ ...this.#at(at), does: "end", how: "stop", reason });
      },
      waits: (_what, at) => this.#add({ ...this.#at(at), does: "wait", ms: numberOf(this.#site?.args[0]) }),
      unread: nothing,
      handlesDown: nothing,
      handlesExit: nothing,
    };
  }

  /** What is being called. */
  #site: CallSite | null = null;

  #register(name: string | null): void {
    const at = this.#site?.at ?? this.#code.at;
    this.#add({ ...this.#at(at), does: "register", name });
  }
}

/** Who a message tells of, or a field holds: equal when the names are. */
function told(name: string, at: At, tag = "peer", field?: string, of?: string): Value {
  return {
    kind: "term",
    tag,
    data: { name: lit(name), ...(field === undefined ? {} : { field: lit(field), of: lit(of) }) },
    at,
  };
}

/** A reason that is the message's own is left to the message. */
function withReasonOf(act: Act, end: EndKind): Act {
  if (act.does === "try")
    return {
      ...act,
      acts: act.acts.map((one) => withReasonOf(one, end)),
      otherwise: act.otherwise.map((one) => withReasonOf(one, end)),
    };
  return act.does === "end" && act.reason === end ? { ...act, reason: null } : act;
}

function numberOf(v: Value | undefined): number | null {
  return v?.kind === "literal" && typeof v.value === "number" ? v.value : null;
}

/** The name that a value is, or is a constant for. */
function textOf(v: Value): string | null {
  const name = v.kind === "term" && v.tag === "name" ? v.data.name : v;
  return name?.kind === "literal" && typeof name.value === "string" ? name.value : null;
}

/** The text by which its receiver tells a message apart. */
function typeOf(v: Value): string | null {
  const type = v.kind === "record" ? v.contents.props.get("type")?.value : undefined;
  return type?.kind === "literal" && typeof type.value === "string" ? type.value : null;
}
