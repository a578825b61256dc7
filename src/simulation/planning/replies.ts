/** Whether a run knows what calls are answered: where everybody whom a call may reach says so on every way. */
import {
  type Act,
  type Formula,
  type Location,
  type ProcessFacts,
  samePlace,
  type TreeModel,
} from "../../model/index.ts";
import type { Definitions } from "./definitions.ts";

type Reply = Formula & { is: "reply" };

export class Replies {
  readonly #factsOf = new Map<string, ProcessFacts | null>();
  readonly #definitions: Definitions;
  /** By whom is called and with which type. What is being found out is taken to be known meanwhile. */
  readonly #known = new Map<string, boolean>();

  constructor(model: TreeModel, definitions: Definitions) {
    this.#definitions = definitions;
    for (const { children } of model.supervisors)
      for (const { key, process, supervisor } of children)
        this.#factsOf.set(key, supervisor === null ? process : null);
    for (const { key, process } of model.orphans) this.#factsOf.set(key, process);
  }

  /** Whether what a process is answered is known in a run. */
  areKnown(caller: string, formula: Formula): boolean {
    return repliesIn(formula).every((reply) => this.#isKnown(caller, reply));
  }

  #isKnown(caller: string, { of }: Reply): boolean {
    const facts = this.#factsOf.get(caller);
    const calls = (facts?.reactions ?? []).flatMap(({ acts }) => callsAt(acts, of));
    const targets = this.#definitions
      .edgesFrom(caller)
      .filter(({ kind, location }) => kind === "call" && samePlace(location, of));
    return (
      calls.length > 0 &&
      targets.length > 0 &&
      calls.every(({ type }) => type !== undefined) &&
      calls.every(({ type }) => targets.every(({ to }) => this.#answers(to, type ?? "")))
    );
  }

  #answers(key: string, type: string): boolean {
    const name = `${key} ${type}`;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    this.#known.set(name, true);
    const calls = (this.#factsOf.get(key)?.reactions ?? []).filter(({ on }) => on.event === "call");
    const of = (wanted: string | null) => calls.find(({ on }) => "type" in on && on.type === wanted);
    const reaction = of(type) ?? of(null);
    const answers = reaction !== undefined && this.#answersAlways(key, reaction.acts) === "yes";
    this.#known.set(name, answers);
    return answers;
  }

  /** Whether each way through the acts comes to an answer that is known, or to an end; "on": it goes on behind them. */
  #answersAlways(key: string, acts: readonly Act[]): "yes" | "no" | "on" {
    for (const act of acts) {
      if (act.does === "reply")
        return act.possible !== true && act.value !== null && this.areKnown(key, act.value) ? "yes" : "no";
      if (act.does === "noReply") return "no";
      if (act.does === "end" && act.possible !== true) return "yes";
      if (act.does === "try") return "no";
      if (act.does !== "if") continue;
      const ways = [this.#answersAlways(key, act.acts), this.#answersAlways(key, act.otherwise)];
      if (!this.areKnown(key, act.test) || ways.includes("no")) return "no";
      if (!ways.includes("on")) return "yes";
    }
    return "on";
  }
}

function repliesIn(formula: Formula): Reply[] {
  switch (formula.is) {
    case "reply":
      return [formula];
    case "not":
      return repliesIn(formula.of);
    case "binary":
      return [...repliesIn(formula.left), ...repliesIn(formula.right)];
    default:
      return [];
  }
}

function callsAt(acts: readonly Act[], place: Location): (Act & { does: "use" })[] {
  return acts.flatMap((act): (Act & { does: "use" })[] => {
    if (act.does === "use") return act.kind === "call" && samePlace(act.location, place) ? [act] : [];
    if (act.does === "task") return callsAt(act.acts, place);
    return act.does === "if" || act.does === "try"
      ? [...callsAt(act.acts, place), ...callsAt(act.otherwise, place)]
      : [];
  });
}
