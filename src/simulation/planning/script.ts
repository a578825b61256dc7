/** From what was read of a process to what its stand-in does: conditions that are not known are supposed, and listed. */
import {
  type Act,
  type Edge,
  type Formula,
  type Location,
  type Occasion,
  type ProcessFacts,
  samePlace,
  sourcePlace,
} from "../../model/index.ts";
import { isInside, nameOfCall } from "../places.ts";
import { type Deed, messageKey, type PlannedReaction, type Script, type Use } from "../plan-types.ts";
import type { Definitions } from "./definitions.ts";
import type { Replies } from "./replies.ts";

/** Milliseconds that a stand-in waits for each thing outside that the code waits for. */
export const INIT_WAIT = 50;

/** Milliseconds until a message comes that a process sends itself, where that is not known. */
const MESSAGE_WAIT = 1000;

/** Occasions that a process makes for itself. */
const COMES_AGAIN = /^(?:the info|a timeout)/;

/** Notes a supposition: of which field, what, and why. */
export type Suppose = (field: string, assumed: string, why: string) => void;

/** What is known of one process. */
export interface Material {
  key: string;
  facts: ProcessFacts | null;
  edges: readonly Edge[];
  uses: ReadonlyMap<Edge, Use>;
  /** The name that its start takes for it. */
  takes: string | null;
  /** Its code runs: the script tells only what it may do. */
  codeRuns: boolean;
  definitions: Definitions;
  replies: Replies;
  suppose: Suppose;
  /** Notes that a child is started on a condition that is not known. */
  supposeStarted: (key: string) => void;
  /** Notes that it starts a process outside any tree. */
  startsOrphan: (key: string) => void;
}

/** What does nothing by itself. */
export const EMPTY: Script = {
  init: [],
  continue: null,
  messages: new Map(),
  timeout: [],
  terminate: [],
  reactions: [],
  state: [],
  relations: [],
};

const NEW_USE: Use = {
  kind: "call",
  phase: "later",
  to: "",
  guarded: false,
  unawaited: false,
  ifThere: false,
  keepsPid: null,
};

const isRelation = ({ kind }: { kind: Use["kind"] }) => kind === "monitor" || kind === "link";

/** What a worker does by itself. */
export function scriptOf(material: Material): Script {
  return material.facts?.reactions === undefined ? fromEdges(material) : new Reader(material).script();
}

/** Where only the uses of each phase are known, they are done in their order, after whatever is waited for. */
function fromEdges({ facts, edges, uses, takes, suppose }: Material): Script {
  const initAwaits = facts?.initAwaits ?? [];
  const of = (phase: Edge["phase"]) =>
    edges.filter((edge) => edge.phase === phase).map((edge) => uses.get(edge)!);
  const deeds = (all: readonly Use[]) => all.map((use): Deed => ({ does: "use", use }));
  const registers = (facts?.registers ?? []).filter((name) => !name.includes("*") && name !== takes);
  const later = of("continue");
  for (const { what } of initAwaits) supposeWait(suppose, what);
  return {
    ...EMPTY,
    init: [
      ...registers.map((name): Deed => ({ does: "register", name })),
      ...initAwaits.map((): Deed => ({ does: "wait", ms: INIT_WAIT })),
      ...deeds(of("init")),
    ],
    continue: later.length === 0 ? null : deeds(later),
    relations: of("later").filter(isRelation),
  };
}

/** What a supervisor's own `init` does. */
export function supervisorScript(material: Material): Deed[] {
  const { facts, edges, uses } = material;
  if (facts?.reactions !== undefined) return scriptOf(material).init;
  return edges
    .filter(({ phase }) => phase === "init")
    .map((edge): Deed => ({ does: "use", use: uses.get(edge)! }));
}

function supposeWait(suppose: Suppose, what: string): void {
  suppose("init", `it waits ${INIT_WAIT} ms for ${what}`, "how long it takes is known at run time only");
}

class Reader {
  readonly #material: Material;
  readonly #facts: ProcessFacts;
  readonly #done = new Set<Use>();

  constructor(material: Material) {
    this.#material = material;
    this.#facts = material.facts!;
  }

  script(): Script {
    const reactions = this.#facts.reactions ?? [];
    const when = (test: (on: Occasion) => boolean) => reactions.filter(({ on }) => test(on));
    const first = (test: (on: Occasion) => boolean): readonly Act[] => when(test)[0]?.acts ?? [];
    const init = this.#deeds(
      first(({ event }) => event === "init"),
      "init",
    );
    const goesOn = when(({ event }) => event === "continue");
    const messages = new Map<string, Deed[]>();
    for (const { on, acts } of reactions)
      if (on.event === "call" || on.event === "cast" || on.event === "info")
        messages.set(
          messageKey(on.event, on.type),
          this.#deeds(acts, `the ${on.event} ${on.type ?? ""}`.trim()),
        );
    const timeout = this.#deeds(
      first(({ event }) => event === "timeout"),
      "a timeout",
    );
    const terminate = this.#deeds(
      first(({ event }) => event === "terminate"),
      "terminate",
    );
    const told = reactions.flatMap(({ on, acts }): PlannedReaction[] => {
      if (on.event !== "EXIT" && on.event !== "DOWN") return [];
      const peers = on.of === null ? null : this.#peers(on.of);
      const of = peers?.size === 0 ? null : peers;
      return [{ event: on.event, ends: on.ends, of, deeds: this.#deeds(acts, on.event) }];
    });
    const others = this.#material.edges.filter((edge) => {
      const use = this.#material.uses.get(edge);
      return use !== undefined && edge.phase === "later" && isRelation(edge) && !this.#done.has(use);
    });
    for (const edge of others)
      this.#material.suppose(
        `${edge.kind} ${edge.via}`,
        "it is made as soon as there is somebody to make it to",
        "a message that is not part of the run makes it",
      );
    return {
      init,
      continue: goesOn.length === 0 ? null : this.#deeds(goesOn[0]!.acts, "handleContinue"),
      messages,
      timeout,
      terminate,
      reactions: told,
      state: this.#facts.state ?? [],
      relations: others.map((edge) => this.#material.uses.get(edge)!),
    };
  }

  #peers(of: Location): ReadonlySet<string> {
    return new Set(this.#material.edges.filter((edge) => samePlace(edge.location, of)).map(({ to }) => to));
  }

  #deeds(acts: readonly Act[], where: string): Deed[] {
    return acts.flatMap((act) => this.#deed(act, where));
  }

  #deed(act: Act, where: string): Deed[] {
    const supposePossible = (field: string, assumed: string): void => {
      if (act.possible === true)
        this.#material.suppose(
          field,
          assumed,
          `${where}: it depends on a condition that is known at run time only`,
        );
    };
    // The entry is that of its kind: the compiler does not see that the two go together.
    const deedsOf = this.#deedsByKind[act.does] as (...args: [Act, typeof supposePossible, string]) => Deed[];
    return deedsOf(act, supposePossible, where);
  }

  /** How each thing that was read becomes what a stand-in does. */
  readonly #deedsByKind: {
    readonly [Kind in Act["does"]]: (
      act: Extract<Act, { does: Kind }>,
      supposePossible: (field: string, assumed: string) => void,
      where: string,
    ) => Deed[];
  } = {
    use: (act, supposePossible, where) => {
      // What comes again and again starts something when there is work for it, which is not there by itself.
      if (
        act.possible === true &&
        act.kind === "start" &&
        COMES_AGAIN.test(where) &&
        !this.#material.codeRuns
      ) {
        this.#material.suppose(`start in ${where}`, "it is not done", "a condition at run time decides");
        return [];
      }
      return this.#uses(act, supposePossible);
    },
    end: (act, supposePossible, where) => {
      if (act.possible === true) {
        supposePossible(`${where} ${act.how}`, "it does not");
        return [];
      }
      if (act.how === "stop" && act.reason === null && where !== "EXIT" && where !== "DOWN")
        this.#material.suppose(`${where} reason`, "it is no normal one", "it is known at run time only");
      return [{ does: "end", how: act.how, reason: act.reason, ...(act.replies ? { replies: true } : {}) }];
    },
    wait: (act) => {
      if (act.ms !== null) return [{ does: "wait", ms: act.ms }];
      const computed = this.#computed(act);
      if (computed !== null) return [{ does: "wait", ms: INIT_WAIT, computed }];
      const what = this.#facts.initAwaits.find(({ location }) => isInside(act.location, location))?.what;
      supposeWait(this.#material.suppose, what ?? "something outside");
      return [{ does: "wait", ms: INIT_WAIT }];
    },
    message: (act, supposePossible) => {
      const computed = this.#computed(act);
      if (act.ms === null && computed === null)
        this.#material.suppose(
          "timer",
          `its message comes after ${MESSAGE_WAIT} ms`,
          "the time is known at run time only",
        );
      supposePossible("timer", "it is set");
      return [
        {
          does: "message",
          event: act.event,
          type: act.type,
          ms: act.ms ?? MESSAGE_WAIT,
          timer: sourcePlace(act.location),
          ...(computed === null ? {} : { computed }),
          ...(act.repeats === true ? { repeats: true } : {}),
        },
      ];
    },
    reply: (act) => {
      // Whoever looks at a reply that is not known cannot be followed.
      return act.value === null || act.possible === true || !this.#areRepliesKnown(act.value)
        ? []
        : [{ does: "reply", value: act.value }];
    },
    noReply: (act, supposePossible, where) => {
      if (act.possible === true) {
        supposePossible(`answer to ${where}`, "it comes at once");
        return [];
      }
      return [{ does: "noReply" }];
    },
    continue: (act, supposePossible, where) => {
      // It would come again and again.
      const ends = act.possible === true && where === "handleContinue";
      supposePossible("handleContinue", ends ? "it comes to its end" : "it comes");
      return ends ? [] : [{ does: "continue" }];
    },
    answer: (_act, supposePossible) => {
      supposePossible("answer", "it is given");
      return [{ does: "answer" }];
    },
    forget: (act, supposePossible) => {
      supposePossible(`end of a ${act.kind}`, "it is taken back");
      if (act.of === null) {
        this.#material.suppose(
          act.kind,
          "it is not taken back",
          "which one is meant is known at run time only",
        );
        return [];
      }
      const keys = act.kind === "timer" ? [sourcePlace(act.of)] : [...this.#peers(act.of)];
      return [{ does: "forget", kind: act.kind, keys }];
    },
    join: (act, supposePossible) => {
      supposePossible("task", "it is waited for");
      return [{ does: "join", task: sourcePlace(act.of) }];
    },
    timeout: (act, supposePossible) => {
      const computed = this.#computed(act);
      if (act.ms === null && computed === null)
        this.#material.suppose(
          "timeout",
          `it comes after ${MESSAGE_WAIT} ms`,
          "the time is known at run time only",
        );
      supposePossible("timeout", "it is asked for");
      return [{ does: "timeout", ms: act.ms ?? MESSAGE_WAIT, ...(computed === null ? {} : { computed }) }];
    },
    register: (act, supposePossible) => {
      const given = act.name ?? (this.#facts.registers.length === 1 ? this.#facts.registers[0] : undefined);
      if (given === undefined || given.includes("*")) {
        this.#material.suppose("register", "it takes no name", "the name is known at run time only");
        return [];
      }
      supposePossible(`register ${given}`, "it takes the name");
      return [{ does: "register", name: given }];
    },
    attend: (act, supposePossible) => {
      supposePossible(`${act.kind} of its callers`, "it is done");
      return [{ does: "attend", kind: act.kind }];
    },
    task: (act, supposePossible) => {
      if (act.under === null) {
        this.#material.suppose("task", "it is not started", "its supervisor is known at run time only");
        return [];
      }
      supposePossible("task", "it is started");
      return [
        {
          does: "task",
          name: sourcePlace(act.location),
          deeds: this.#deeds(act.acts, "a task"),
          under: act.under ?? null,
        },
      ];
    },
    if: (act, _supposePossible, where) => {
      if (!this.#areRepliesKnown(act.test)) {
        const [taken, other] = isMore(act.acts, act.otherwise)
          ? [act.acts, act.otherwise]
          : [act.otherwise, act.acts];
        const what = other.some(({ does }) => does === "end") ? "it goes on" : "the longer way is taken";
        this.#material.suppose(
          `${where} reply`,
          what,
          "it depends on a reply that is known at run time only",
        );
        return this.#deeds(taken, where);
      }
      const [deeds, otherwise] = [this.#deeds(act.acts, where), this.#deeds(act.otherwise, where)];
      return [{ does: "if", test: act.test, deeds, otherwise }];
    },
    set: (act, supposePossible) => {
      supposePossible(act.field, "it is set");
      return [{ does: "set", field: act.field, value: act.value }];
    },
    try: (act, _supposePossible, where) => {
      return [
        {
          does: "try",
          deeds: this.#deeds(act.acts, where),
          otherwise: this.#deeds(act.otherwise, where),
        },
      ];
    },
  };

  /** Whether a run knows what a condition asks of others' replies. */
  #areRepliesKnown(formula: Formula): boolean {
    return this.#material.replies.areKnown(this.#material.key, formula);
  }

  #computed(act: { computed?: Formula }): Formula | null {
    const { computed } = act;
    return computed !== undefined && this.#areRepliesKnown(computed) ? computed : null;
  }

  #uses(act: Act & { does: "use" }, supposePossible: (field: string, assumed: string) => void): Deed[] {
    const all = this.#material.edges.filter(
      (edge) => edge.kind === act.kind && samePlace(edge.location, act.location),
    );
    const { definitions, supposeStarted } = this.#material;
    const { to } = act;
    const meant =
      to === undefined || act.kind === "start" ? [] : all.filter((edge) => definitions.isCalled(edge.to, to));
    const at = this.#facts.unresolved.filter(
      (each) => each.kind === act.kind && samePlace(each.location, act.location),
    );
    const unresolved = at.find(({ pattern }) => pattern !== undefined && pattern === to) ?? at[0];
    const isNobodys = to !== undefined && unresolved?.pattern === to && meant.length === 0;
    const found = meant.length > 0 ? meant : isNobodys ? [] : all;
    const deeds: Deed[] = [];
    const typed = act.type === undefined ? {} : { type: act.type };
    const { manner, after, repeats, timeout } = act;
    const how = {
      ...(manner === undefined ? {} : { manner }),
      ...(after === undefined ? {} : { after, timer: sourcePlace(act.location) }),
      ...(repeats === undefined ? {} : { repeats }),
      ...(timeout === undefined ? {} : { timeout }),
    };
    const seen = new Set<string>();
    for (const edge of found) {
      const known = this.#material.uses.get(edge)!;
      this.#done.add(known);
      const template = act.kind === "start" && to !== undefined ? definitions.childAt(edge, to) : undefined;
      const use = template === undefined ? known : { ...known, template };
      // The same place is reached in several phases.
      if (seen.has(edge.to)) continue;
      seen.add(edge.to);
      supposePossible(`${edge.kind} ${edge.via}`, "it is done, if there is somebody to do it with");
      if (act.possible === true && use.kind === "start") supposeStarted(use.template ?? use.to);
      const ifThere = use.ifThere || act.possible === true;
      const guarded = act.guarded === true || use.guarded;
      deeds.push({
        does: "use",
        use: { ...use, call: nameOfCall(act.location, act.nth), guarded, ifThere, ...typed, ...how },
      });
    }
    if (found.length > 1 && seen.size > 1)
      this.#material.suppose(
        `${act.kind} ${found[0]!.via}`,
        "all of those that it may be are used",
        "which of them it is, is known at run time only",
      );
    if (found.length > 0) return deeds;
    const orphan = act.kind === "start" ? definitions.orphanAt(act.location) : null;
    if (orphan !== null) {
      this.#material.startsOrphan(orphan);
      supposePossible("start", "it is done");
      return [{ does: "use", use: { ...NEW_USE, kind: "start", to: orphan, guarded: act.guarded === true } }];
    }
    if (unresolved === undefined) return [];
    const { pattern } = unresolved;
    if (pattern !== undefined && !pattern.includes("*") && !definitions.isTaken(pattern)) {
      supposePossible(`${act.kind} ${pattern}`, "it is done");
      const guarded = act.guarded === true;
      const use: Use = {
        ...NEW_USE,
        kind: act.kind,
        phase: unresolved.phase,
        name: pattern,
        guarded,
        ...typed,
        ...how,
      };
      return [{ does: "use", use }];
    }
    if (act.kind !== "lookup")
      this.#material.suppose(`${act.kind}`, "it succeeds", `whom it is about: ${unresolved.reason}`);
    return [];
  }
}

/** Of two ways the one to suppose: that on which the process does not end, then that on which more is done. */
function isMore(one: readonly Act[], other: readonly Act[]): boolean {
  const ends = (acts: readonly Act[]): boolean =>
    acts.some((act) => act.does === "end" || (act.does === "if" && ends(act.acts) && ends(act.otherwise)));
  return ends(one) === ends(other) ? one.length >= other.length : ends(other);
}
