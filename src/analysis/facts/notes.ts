/** What is noted of a process's code while it is run: each thing once, and what is certain instead of what is possible. */
import { type EdgeKind, type Location, samePlace } from "../../model/index.ts";
import type { ProcessCode } from "../dialects/process-code.ts";
import { isPossible, nameOfTarget, originsOf, possible } from "../evaluate/conditions.ts";
import { codeKey } from "../evaluate/identity.ts";
import type { Interpreter } from "../evaluate/interpreter.ts";
import { locationOf } from "../evaluate/scope.ts";
import { type At, alternatives, type Value } from "../evaluate/values.ts";
import type { NameRef, ProcessDraft, UseDraft } from "../link/unresolved-definitions.ts";
import type { FactSink } from "./sink.ts";
import { Uses } from "./uses.ts";

/** Code that is run only to find out what it does: how the object is made, or what a message of some type sets off. */
export type Trial = { of: "object" } | { of: "message"; type: string };

export class Notes {
  readonly #draft: ProcessDraft;
  readonly #seen = new Set<string>();
  readonly #uses = new Uses();
  /** Calls whose promise is kept, by their places. */
  readonly #promises = new Map<string, string>();
  /** Those of them whose promise nobody has waited for yet: whoever does so first catches that it fails, or does not. */
  readonly #notAwaited = new Set<string>();
  /** Those of them that fail in the open, once at least. */
  readonly #failInTheOpen = new Set<string>();
  readonly #madeInInit = new WeakSet<Value>();
  /** While something is tried out nothing is noted but that it does something. */
  trial: Trial | null = null;
  /** Whether what is tried out does anything. */
  acts = false;
  /** What was made to be given back as a stop, by its place. */
  readonly #stopsMade = new Map<string, { isCertain: boolean; keep: () => void }>();
  /** What it sends itself, as `occasionSign` has it; `*` for a type that is not known. */
  readonly sentToItself = new Set<string>();
  /** Whether the code says the type of the message that is tried out. */
  isNamed = false;

  constructor(draft: ProcessDraft) {
    this.#draft = draft;
  }

  #once(key: string): boolean {
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    return true;
  }

  /** Who has been looked up again and again until it was found was not missed. */
  waitedFor(name: string, { phase }: Interpreter): void {
    for (const use of this.#draft.uses)
      if (use.kind === "lookup" && use.phase === phase && nameOfTarget(use.target) === name)
        use.possible ??= "found";
  }

  /** A process is found, or started, in `init`: who uses it later has kept it. */
  madeInInit(v: Value): void {
    if (v.kind === "term") this.#madeInInit.add(v);
  }

  /** Code that was not read may act for the process. */
  unread(reason: string, at: At): void {
    const { facts } = this.#draft;
    const location = locationOf(at);
    facts.unread ??= [];
    if (facts.unread.length < 8) facts.unread.push({ reason, location });
  }

  /** Where dialects tell what the code does. */
  sink(of: ProcessCode): FactSink {
    const draft = this.#draft;
    const { facts } = draft;
    const noted = (): boolean => this.#noted();
    const isTakenInInit = (I: Interpreter): boolean =>
      I.phase === "init" && !isPossible(I) && I.guarded === 0 && I.unawaited === 0;
    const takenInInit = (name: string): void => {
      if (this.#once(`registers in init ${name}`))
        facts.registersInInit = [...(facts.registersInInit ?? []), name];
    };
    const onCondition = (I: Interpreter): { possible?: true } => (isPossible(I) ? { possible: true } : {});
    return {
      of,
      use: (kind, target, site, I, throws) => this.#use(kind, target, site, I, throws),
      start: (start) => {
        const key = `start ${codeKey(start.at)} ${start.code.key ?? ""} ${start.child?.id ?? ""}`;
        if (noted() && this.#once(key)) draft.starts.push(start);
      },
      makes: (code) => {
        if (this.#once(`makes ${code.key}`)) draft.runs = [...(draft.runs ?? []), code];
      },
      registers: (name: NameRef, I) => {
        if (!noted()) return;
        if (this.#once(`registers ${name.name}`)) draft.registers.push(name);
        if (isTakenInInit(I)) takenInInit(name.name);
      },
      registersPattern: (pattern, name, I) => {
        if (!noted()) return;
        if (name.kind === "symbol" && name.root === "arg") {
          // The start says.
          I.asksStart = true;
          if (name.is?.kind === "literal" && isTakenInInit(I)) takenInInit(String(name.is.value));
          if (this.#once(`registers argument ${nameOfTarget(name)}`)) draft.registersGiven.push(name);
          return;
        }
        if (originsOf(name).argument) I.asksStart = true;
        if (this.#once(`registers ${pattern}`)) draft.patterns.push(pattern);
      },
      trapsExit: (on, I) => this.#trapsExit(on, I),
      stops: (reason, at, I) => {
        if (!noted() || I.phase === "init") return;
        this.#add(facts.stopsItself, `stop ${codeKey(at)}`, {
          reason,
          location: locationOf(at),
          ...onCondition(I),
        });
      },
      makesStop: (reason, at, I) => this.#makesStop(reason, at, I),
      ends: (target, reason, { at }, I) => {
        if (noted()) this.#ends(target, reason, at, I);
      },
      waits: (what, at, I) => {
        if (!noted() || I.phase !== "init" || I.unawaited > 0 || I.fate === "dropped") return;
        this.#add(facts.initAwaits, `wait ${codeKey(at)}`, {
          what,
          location: locationOf(at),
          ...onCondition(I),
        });
      },
      handlesDown: () => {
        facts.handlesDown = true;
      },
      handlesExit: () => {
        facts.handlesExit = true;
      },
      unread: (reason, at) => {
        if (noted()) this.unread(reason, at);
      },
    };
  }

  /** Notes something once, and as certain where it is that in one of the ways to it. */
  #add<T extends { location: Location; possible?: true }>(known: T[], key: string, one: T): void {
    if (this.#once(key)) known.push(one);
    else if (one.possible === undefined) {
      const same = known.find(({ location }) => samePlace(location, one.location));
      delete same?.possible;
    }
  }

  #makesStop(reason: string | null, at: At, I: Interpreter): void {
    // Of what a function makes that was given away nobody knows what becomes.
    const isDropped = I.fate === "dropped" && I.unawaited === 0;
    if (!this.#noted() || I.phase === "init" || isDropped) return;
    const key = codeKey(at);
    const isCertain = !isPossible(I);
    if (this.#stopsMade.get(key)?.isCertain === true) return;
    const stop = { reason, location: locationOf(at), ...(isCertain ? {} : { possible: true as const }) };
    const keep = () => this.#add(this.#draft.facts.stopsItself, `stop ${key}`, stop);
    this.#stopsMade.set(key, { isCertain, keep });
  }

  /** While a message is tried out, that something is done is all that counts. */
  #noted(): boolean {
    this.acts = true;
    return this.trial === null;
  }

  #use(kind: EdgeKind, target: Value, site: { at: At }, I: Interpreter, throws = false): void {
    if (kind === "lookup" ? this.trial !== null : !this.#noted()) return;
    if (kind === "monitor") this.#draft.facts.monitors = true;
    const waits = kind === "call" || kind === "start";
    // Messages and lookups do not fail.
    const unawaited = (waits && I.fate === "dropped") || ((waits || kind === "link") && I.unawaited > 0);
    const use: UseDraft = {
      kind,
      phase: I.phase,
      target,
      at: site.at,
      guarded: I.guarded > 0 || unawaited,
      unawaited: I.guarded === 0 && unawaited,
      possible: possible(I, target) ?? (waits && I.fate === "kept" ? "undecided" : undefined),
      via: "",
    };
    if (throws) use.throws = true;
    if (I.phase === "later" && this.#isMadeInInit(target)) {
      const field = I.throughField ?? this.#fieldWith(target);
      if (field !== null) use.through = field;
      // That it was there once says nothing of now.
      if (use.possible === "alive") use.possible = "found";
    }
    const key = `${kind} ${I.phase} ${codeKey(site.at)} ${nameOfTarget(target)}`;
    if (this.#uses.add(key, use)) this.#draft.uses.push(use);
    const isOnlyKept = waits && I.fate === "kept" && possible(I, target) === undefined;
    // A property may keep what seems to be dropped.
    if ((isOnlyKept || use.unawaited) && waits) {
      this.#promises.set(codeKey(site.at), key);
      this.#notAwaited.add(key);
    }
  }

  /** What a kept promise was asked for is waited for now: `const settings = this.call(…); …; await settings`. */
  awaits(value: Value, I: Interpreter): void {
    if (this.#promises.size === 0 || this.trial !== null || isPossible(I)) return;
    const parts = alternatives(value).length > 1 ? [] : [value];
    if (value.kind === "list" && value.contents.open === null)
      for (const { value: item, card } of value.contents.items) if (card === "one") parts.push(item);
    for (const part of parts) {
      const key =
        part.kind === "unknown" || part.kind === "term" ? this.#promises.get(codeKey(part.at)) : undefined;
      const use = key === undefined ? undefined : this.#uses.get(key);
      if (key === undefined || use === undefined || use.phase !== I.phase) continue;
      if (this.#notAwaited.delete(key) && I.guarded === 0) this.#failInTheOpen.add(key);
      if (use.unawaited) {
        use.unawaited = false;
        use.guarded = I.guarded > 0;
      } else if (use.possible === "undecided" && I.phase === "init") {
        use.possible = undefined;
        use.guarded ||= I.guarded > 0;
      } else if (use.possible === "undecided") {
        // Whoever waits for it, a helper perhaps, catches that it fails.
        use.guarded = !this.#failInTheOpen.has(key);
      }
    }
  }

  #ends(target: Value, reason: string | null, at: At, I: Interpreter): void {
    const may = possible(I, target) === "undecided" ? { possible: true as const } : {};
    const use: UseDraft = {
      ...{ kind: "send", phase: I.phase, target, at, guarded: false, unawaited: false, via: "" },
      // Of one that is not there nothing comes.
      possible: "alive",
      ends: { reason, ...may },
    };
    if (this.#uses.add(`end ${I.phase} ${codeKey(at)} ${nameOfTarget(target)}`, use))
      this.#draft.uses.push(use);
  }

  /** A callback gives back what was made as a stop there; false when nothing was made there that is known. */
  givesBackStop(at: At): boolean {
    const made = this.#stopsMade.get(codeKey(at));
    made?.keep();
    return made !== undefined;
  }

  /** A callback gives back something that is not known: it may be any stop that was made. */
  givesBackAnything(): void {
    for (const { keep } of this.#stopsMade.values()) keep();
  }

  /** A field that was given it. */
  #fieldWith(target: Value): string | null {
    for (const [field, values] of this.#draft.fields)
      if (alternatives(target).some((one) => values.includes(one))) return field;
    return null;
  }

  #isMadeInInit(v: Value): boolean {
    return alternatives(v).some((a) => this.#madeInInit.has(a));
  }

  #trapsExit(on: boolean | null, I: Interpreter): void {
    const { facts } = this.#draft;
    if (!this.#noted()) return;
    // The start may say.
    if (on === null) I.asksStart = true;
    if (on === true && !isPossible(I)) facts.trapsExit = true;
    else if (on !== false || facts.trapsExit || facts.mayTrapExit) facts.mayTrapExit = true;
    // Off again, or as it was: sometimes it does, sometimes it does not.
    if (on !== true && facts.trapsExit) facts.trapsExit = false;
    if (facts.trapsExit) delete facts.mayTrapExit;
  }
}
