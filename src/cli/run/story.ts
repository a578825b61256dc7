/** A run as lines: what happened, and between it what the program wrote on its console. */
import { printable, printableLines, type TreeModel } from "../../model/index.ts";
import type { ConsoleLine } from "../../protocol/index.ts";
import type { TraceEvent } from "../../runtime/trace.ts";
import { createReducer, EMPTY_LIVE } from "../../trace/live.ts";
import { type Sentence, transcript } from "../../trace/narrate.ts";

export function story(
  sentences: readonly Sentence[],
  console: readonly ConsoleLine[],
  model: TreeModel,
  events: readonly TraceEvent[],
  steps: boolean,
): string {
  if (console.length === 0) return transcript(sentences, { steps });
  const names = namesOf(model, events);
  const parts = [
    ...sentences.map((sentence) => ({ seq: sentence.seq, text: transcript([sentence], { steps }) })),
    // After the events that were there when it was written.
    ...console.map((line) => ({ seq: line.seq + 0.5, text: said(line, names) })),
  ];
  return parts
    .sort((a, b) => a.seq - b.seq)
    .map(({ text }) => text)
    .join("");
}

/** Every process's name, the dead ones' as well. */
function namesOf(model: TreeModel, events: readonly TraceEvent[]): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  let state = EMPTY_LIVE;
  const reduce = createReducer(model);
  for (const event of events) {
    if (event.type === "spawn") names.set(event.pid, event.label);
    state = reduce(state, [event]);
    if (event.type !== "spawn") continue;
    const node = state.byPid.get(event.pid);
    const name = node === undefined ? undefined : state.nodes.get(node)?.name;
    if (name !== undefined) names.set(event.pid, name);
  }
  return names;
}

function said({ pid, at, level, text, frames }: ConsoleLine, names: ReadonlyMap<number, string>): string {
  const time = new Date(at).toISOString().slice(14, 23);
  const who = pid === null ? "the program" : (names.get(pid) ?? `<${pid}>`);
  const how = level === "log" || level === "info" ? "" : ` (${level})`;
  const stack = frames.map(
    ({ file, line, column, name }) =>
      `${" ".repeat(time.length)}    at ${printable(`${name === "" ? "" : `${name} `}${file}:${line}:${column}`)}\n`,
  );
  return `${time}  ${printableLines(`${who}${how}: ${text}`)}\n${stack.join("")}`;
}
