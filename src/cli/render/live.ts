/** `suptree attach`: the running tree in box-drawing characters. */
import { heldIn, rootsOf } from "../../live/index.ts";
import { printable, shortened } from "../../model/index.ts";
import type { LiveProcess, LiveSnapshot } from "../../runtime/live-protocol.ts";
import type { Paint } from "../colours.ts";

/** So many children in a row that are all well become one line. */
const MOST_ALIKE = 12;

/** The whole picture, ending in a newline. */
export function renderLive({ list, at }: LiveSnapshot, given: Paint, all: boolean): string {
  const paint: Paint = (colour, text) => given(colour, printable(text));
  const byId = new Map(list.map((process) => [process.id, process]));
  const drawn = new Set<number>();
  const lines: string[] = [];

  const draw = (process: LiveProcess, head: string, indent: string, name: string, notes: string[]): void => {
    drawn.add(process.id);
    lines.push(`${head}${paint("bold", shortened(name))}${describe(process, name, notes)}`);
    const children = process.supervision?.children ?? [];
    let quiet: string[] = [];
    const flush = (last: boolean): void => {
      if (quiet.length > 0)
        lines.push(`${indent}${last ? "└─ " : "├─ "}${paint("dim", `… ${quiet.length} more, all running`)}`);
      quiet = [];
    };
    for (const [index, child] of children.entries()) {
      const last = index === children.length - 1;
      const running = child.pid === null ? undefined : byId.get(child.pid);
      const plain = running?.supervision === null && running.status !== "busy" && running.restarts === 0;
      if (!all && plain && index >= MOST_ALIKE) {
        drawn.add(running.id);
        quiet.push(child.id);
        if (last) flush(true);
        continue;
      }
      flush(false);
      const branch = `${indent}${last ? "└─ " : "├─ "}`;
      const traits = [child.restart, ...(child.incarnation > 1 ? [`#${child.incarnation}`] : [])];
      if (running !== undefined) draw(running, branch, `${indent}${last ? "   " : "│  "}`, child.id, traits);
      else {
        const state = child.state === "restarting" ? "is being restarted" : "does not run";
        lines.push(
          `${branch}${paint("bold", shortened(child.id))} ${paint("red", state)}  ${paint("dim", traits.join(" · "))}`,
        );
      }
    }
  };

  const describe = (process: LiveProcess, name: string, notes: string[]): string => {
    const { className, supervision, registeredNames, mailboxLength, handled, busySince, callback, id } =
      process;
    const traits = [
      ...(className !== null && className !== name ? [shortened(className)] : []),
      ...(supervision === null
        ? []
        : [
            supervision.strategy,
            `${supervision.budget.used} of ${supervision.budget.intensity} restarts in ${supervision.budget.period} s`,
          ]),
      ...notes,
      ...registeredNames.filter((each) => each !== name).map((each) => `"${shortened(each)}"`),
    ];
    const facts = [`<${id}>`, `${handled.toLocaleString("en")} handled`];
    if (mailboxLength > 0) facts.push(`${mailboxLength.toLocaleString("en")} waiting`);
    const since =
      busySince === null
        ? ""
        : ` ${paint("yellow", `in ${callback ?? "a callback"} for ${Math.max(0, Math.round(at - busySince)).toLocaleString("en")} ms`)}`;
    return `${traits.length > 0 ? ` ${traits.map((each) => printable(each)).join(" · ")}` : ""}  ${paint("dim", facts.join(" "))}${since}`;
  };

  for (const process of rootsOf(list)) draw(process, "", "", process.label, []);
  const held = heldIn(list);
  const others = list.filter(({ id }) => !drawn.has(id) && !held.has(id));
  if (others.length > 0) lines.push("", paint("bold", "Outside any tree"));
  const shown = all ? others : others.slice(0, MOST_ALIKE);
  for (const process of shown) draw(process, "  ", "  ", process.label, []);
  if (shown.length < others.length) lines.push(paint("dim", `  … ${others.length - shown.length} more`));
  return `${lines.join("\n")}\n`;
}
