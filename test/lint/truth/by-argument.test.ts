/** Children of one class that are given other arguments do other things: each is judged by what it does itself. */
import { describe } from "vitest";
import { cases, IMPORT } from "./program.ts";

const two = (cls: string, first: string, second: string): string => `${IMPORT}
class W extends GenServer { ${cls} }
export class App extends Supervisor { init() { return { intensity: 3, period: 10, children: [
  { id: "first", ${first} }, { id: "second", ${second} },
] }; } }
`;

describe("whichever comes first", () => {
  const ends =
    "once = false; init({ once }) { this.once = once; } handleCast() { if (this.once) return stop(); }";
  const polite = `init({ polite }) { if (polite) this.trapExit(true); } handleInfo(m) { if (m.type === "EXIT") return stop(m.reason); } terminate() { console.log("bye"); }`;
  const lazy = `async init({ lazy }) { if (!lazy) await fetch("https://x.example"); }`;
  const changes = "init({ mine, seen }: { mine: boolean; seen: number[] }) { if (mine) seen.push(1); }";
  const keeps =
    "pids: Pid[] = []; keep = false; init({ keep }) { this.keep = keep; } handleCast(m: { pid: Pid }) { if (this.keep) this.pids.push(m.pid); }";
  for (const turned of [false, true]) {
    const both = (cls: string, a: string, b: string): string => (turned ? two(cls, b, a) : two(cls, a, b));
    const order = turned ? "the one that does it last" : "the one that does it first";
    cases([
      [
        `${order}: only the transient one ends`,
        both(ends, `start: [W, { once: true }], restart: "transient"`, "start: [W, { once: false }]"),
      ],
      [
        `${order}: the permanent one ends`,
        both(ends, "start: [W, { once: true }]", "start: [W, { once: false }]"),
        ["restart-policy permanentStops"],
      ],
      [
        `${order}: one does not trap exits`,
        both(polite, "start: [W, { polite: false }]", "start: [W, { polite: true }]"),
        ["trap-exit terminateNotRun"],
      ],
      [
        `${order}: one waits`,
        both(lazy, "start: [W, { lazy: false }]", "start: [W, { lazy: true }]"),
        ["blocking-init holdsStart"],
      ],
      [
        `${order}: one changes its argument`,
        both(changes, "start: [W, { mine: true, seen: [] }]", "start: [W, { mine: false, seen: [] }]"),
        ["shared-start-argument changed"],
      ],
      [
        `${order}: one keeps pids`,
        both(keeps, "start: [W, { keep: true }]", "start: [W, { keep: false }]"),
        ["missing-monitor keepsDeadPids"],
      ],
    ]);
  }
});
