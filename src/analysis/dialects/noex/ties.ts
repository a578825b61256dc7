/** What a child's closure does in the name of the process that it starts. */
import { possible } from "../../evaluate/conditions.ts";
import type { CallSite, Interpreter } from "../../evaluate/interpreter.ts";
import { alternatives, type Value } from "../../evaluate/values.ts";
import type { Tie } from "../process-code.ts";
import { calledName, FAILING_LOOKUP, useOf } from "./uses.ts";

/** A child's closure looks for others, asks them, links: the start is not over before, and fails with it. */
export function noteDeed(site: CallSite, I: Interpreter, deeds: Deed[]): void {
  const name = calledName(site) ?? "";
  const use = useOf(name);
  if (use === undefined || use[0] === "start") return;
  const [kind] = use;
  // Messages and lookups do not fail.
  const unawaited =
    (kind === "call" && I.fate === "dropped") || ((kind === "call" || kind === "link") && I.unawaited > 0);
  const guarded = I.guarded > 0;
  const possibly = new Map(site.args.map((arg) => [arg, possible(I, arg)]));
  deeds.push({
    args: site.args,
    target: use[1],
    tie: (target) => ({
      kind,
      phase: "init",
      target,
      at: site.at,
      guarded: guarded || unawaited,
      unawaited: !guarded && unawaited,
      ...(name === FAILING_LOOKUP ? { throws: true as const } : {}),
      possible: possibly.get(target),
    }),
  });
}

/** What a closure does with a library's call, before it is known for which process. */
export interface Deed {
  args: readonly Value[];
  /** Which of the arguments is used. */
  target: number;
  tie: (target: Value) => Tie;
}

/** What is done in the name of a process, not what is done to it; a link may name it first or last. */
export function tiesOf(started: Value & { kind: "term" }, deeds: readonly Deed[]): Tie[] {
  const { site } = started.data;
  const isOwn = (v: Value | undefined): boolean =>
    v !== undefined &&
    alternatives(v).some(
      (one) =>
        one.kind === "term" &&
        one.data.site?.kind === "literal" &&
        site?.kind === "literal" &&
        one.data.site.value === site.value,
    );
  return deeds.flatMap(({ args, target, tie }) => {
    const [first] = args;
    const used = args[target];
    if (used === undefined) return [];
    if (!isOwn(used)) return target === 0 || isOwn(first) ? [tie(used)] : [];
    return target === 1 && tie(used).kind === "link" && first !== undefined && !isOwn(first)
      ? [tie(first)]
      : [];
  });
}
