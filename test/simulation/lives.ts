/** Lives of programs at random: faults while they boot and one after the other, messages from outside, and time in between. */
import type { Pid, TraceEvent } from "../../src/runtime/index.ts";
import { type Driven, FAULTS, type Fault, living, Places, rest, strike, type Until } from "./reality.ts";

/** Something that is done to a program from outside. */
export type Act =
  | { do: "fail"; path: string; fault: Fault }
  | { do: "tell"; path: string; how: "cast" | "send" | "call"; type: string; n: number }
  | { do: "wait"; ms: number };

/** Draws a number below another. */
export type Below = (n: number) => number;

/** What random programs understand of each kind of message. */
const TOLD = {
  cast: ["poke", "more", "odd"],
  send: ["tick", "tock", "hello", "other", "answer"],
  call: ["get", "put", "later", "who"],
} as const;
const HOWS = ["cast", "send", "call"] as const;
const WAITS = [0, 0, 40, 300, 6_000];
const ACTS = 10;

/** What comes next, where these run in both. */
function drawn(below: Below, workers: readonly string[], paths: readonly string[]): Act {
  const of = <T>(all: readonly T[]): T => all[below(all.length)] as T;
  const kind = below(6);
  if (kind === 0) return { do: "fail", path: of(paths), fault: of(FAULTS) };
  if (kind === 1) return { do: "wait", ms: of(WAITS) };
  const path = of(kind === 2 || workers.length === 0 ? paths : workers);
  const how = of(HOWS);
  // Now and then something of another kind.
  return { do: "tell", path, how, type: of(TOLD[below(5) === 0 ? of(HOWS) : how]), n: below(3) };
}

/** Who runs in both. */
function together([one, other]: readonly [Driven, Driven]): { workers: string[]; paths: string[] } {
  const there = living(other);
  const kinds = new Map(one.system.processes().map(({ id, kind }) => [id, kind]));
  const both = [...living(one)].filter(([path]) => there.has(path));
  const workers = both.filter(([, [id]]) => id !== undefined && kinds.get(id) === "worker");
  return { workers: workers.map(([path]) => path), paths: both.map(([path]) => path) };
}

const pidAt = (run: Driven, path: string): Pid | null =>
  run.system.pid(living(run).get(path)?.[0] ?? -1) ?? null;

async function enact(run: Driven, act: Act): Promise<void> {
  if (act.do === "wait") return run.pass(act.ms);
  const pid = pidAt(run, act.path);
  if (pid === null) throw new Error(`${act.path} does not run`);
  const { system } = run;
  if (act.do === "fail") strike(system, pid, act.fault);
  else {
    const message = { type: act.type, n: act.n, key: "k0" };
    if (act.how === "call") system.call(pid, message, 500).catch(() => {});
    else if (act.how === "cast") system.cast(pid, message);
    else system.send(pid, message);
  }
  await rest();
}

/** The places of all who were ever started. */
export function comers(events: readonly TraceEvent[]): string[] {
  const places = new Places(events);
  const all = events.flatMap((event) => (event.type === "spawn" ? (places.of(event.pid) ?? []) : []));
  return [...new Set(all)];
}

/** Until somebody has come to a place. */
export function arrival(path: string): Until {
  let seen = 0;
  let came = false;
  return (_, events) => {
    const news = events.slice(seen);
    seen = events.length;
    came ||= news.some(({ type }) => type === "spawn") && comers(events).includes(path);
    return came;
  };
}

/** Does the same to both runs, as it is drawn, lets them come to rest, and asks everybody what they know; what was done. */
export async function live(runs: readonly [Driven, Driven], below: Below): Promise<string[]> {
  const done: string[] = [];
  const both = async (act: Act) => {
    for (const run of runs) await enact(run, act);
  };
  const settle = async () => {
    for (const run of runs) await run.settle();
  };
  for (let n = 0; n < ACTS; n++) {
    const { workers, paths } = together(runs);
    if (paths.length === 0) break;
    const act = drawn(below, workers, paths);
    done.push(Object.values(act).join(" "));
    await both(act);
  }
  await settle();
  for (const path of together(runs).workers) await both({ do: "tell", path, how: "call", type: "get", n: 0 });
  await settle();
  return done;
}
