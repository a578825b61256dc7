/** Findings speak the terms of the library that the program is written with, and say only what happens in it. */
import { expect, test } from "vitest";
import { lintFiles } from "./check.ts";

const lint = (code: string) =>
  lintFiles(new Map([["app.ts", code]])).map(({ rule, messageId, message }) => ({
    rule,
    messageId,
    message,
  }));

const NOEX = `import { GenServer, Registry, Supervisor } from "@hamicek/noex";
const store = { init: () => 0, handleCall: (_: "n", n: number) => [n, n] as const, handleCast: (_: "n", n: number) => n };
`;
/** Words of OTP for which noex has none, or another. */
const FOREIGN = /noproc|DOWN|handleContinue|each stops|waits in line/;

test("noex: a boot that fails, a call between two, a start that waits", () => {
  const found = lint(`${NOEX}
const early = { ...store, init: async () => (await GenServer.call(Registry.lookup("late"), "n")) as number };
const eager = { ...store, init: async () => { await fetch("https://x.example"); return 0; } };
const ping = { ...store, handleCall: async (_: "n", n: number) => [await GenServer.call(Registry.lookup("pong"), "n"), n] as const };
const pong = { ...store, handleCall: async (_: "n", n: number) => [await GenServer.call(Registry.lookup("ping"), "n"), n] as const };
export const app = await Supervisor.start({ children: [
  { id: "early", start: () => GenServer.start(early) },
  { id: "eager", start: () => GenServer.start(eager) },
  { id: "late", start: () => GenServer.start(store, { name: "late" }) },
  { id: "ping", start: () => GenServer.start(ping, { name: "ping" }) },
  { id: "pong", start: () => GenServer.start(pong, { name: "pong" }) },
] });`);
  expect(found.map(({ messageId }) => messageId).sort()).toEqual([
    "bootFails",
    "callEachOther",
    "holdsStart",
    "unrelatedGroups",
  ]);
  for (const { message } of found) expect(message).not.toMatch(FOREIGN);
  const holds = found.find(({ messageId }) => messageId === "holdsStart")!;
  // Other children crash and are started again whoever is being started.
  expect(holds.message).not.toContain("crashes of its siblings");
});

test("noex: kept references, and a server that survives its failures", () => {
  const found = lint(`${NOEX}
const reader = { init: () => ({ store: Registry.lookup("store") }), handleCall: async (_: "n", s: { store: never }) => [await GenServer.call(s.store, "n"), s] as const, handleCast: (_: never, s: { store: never }) => s };
const hub = { init: () => new Map(), handleCall: (_: "n", m: Map<string, never>) => [m.size, m] as const,
  handleCast: (w: { id: string; ref: import("@hamicek/noex").GenServerRef }, m: Map<string, import("@hamicek/noex").GenServerRef>) => m.set(w.id, w.ref) };
export const app = await Supervisor.start({ children: [
  { id: "store", start: () => GenServer.start(store, { name: "store" }) },
  { id: "reader", start: () => GenServer.start(reader) },
  { id: "hub", start: () => GenServer.start(hub) },
] });`);
  for (const { message } of found) expect(message).not.toMatch(FOREIGN);
  const kept = found.find(({ messageId }) => messageId === "keepsDeadPid");
  expect(kept?.message).toContain("its calls fail from then on (ServerNotRunningError)");
  expect(kept?.message).not.toContain("crashes it too");
});

test("noex: a supervisor is no process, so asking it for a child in init is no deadlock", () => {
  const found = lint(`${NOEX}
let sup: import("@hamicek/noex").SupervisorRef;
const planner = { ...store, init: async () => { await Supervisor.startChild(sup, { id: "helper", start: () => GenServer.start(store) }); return 0; } };
export async function main() {
  sup = await Supervisor.start({ children: [] });
  await Supervisor.startChild(sup, { id: "planner", start: () => GenServer.start(planner) });
}`);
  expect(found).toEqual([]);
});

test("noex: whoever asks for a child that waits in its init waits alone", () => {
  const found = lint(`${NOEX}
const eager = { ...store, init: async () => { await fetch("https://x.example"); return 0; } };
export const pool = await Supervisor.start({ strategy: "simple_one_for_one", childTemplate: { start: () => GenServer.start(eager) } });`);
  expect(found).toEqual([]);
});

test("nact: spawn does not wait for the first state", () => {
  const found = lint(`import { start, spawn, dispatch, query } from "nact";
const system = start();
const slow = spawn(system, (state, msg) => state, "slow", { initialStateFunc: async () => { await fetch("https://x.example"); return 1; }, onCrash: (m, e, ctx) => ctx.stop });
const asks = spawn(system, async (state = 0) => { await query(slow, (sender) => ({ sender }), 100); return state; }, "asks", { onCrash: (m, e, ctx) => ctx.reset });
`);
  expect(found.map(({ messageId }) => messageId)).toEqual(["temporaryNeeded"]);
  expect(found[0]!.message).not.toMatch(FOREIGN);
});

test("noex: two of one id, or of one registered name, do not start; names in another registry are others", () => {
  const pair = (first: string, second: string) =>
    lint(`${NOEX}const shelf = Registry.create({ name: "shelf" });
export const app = await Supervisor.start({ children: [${first}, ${second}] });`);
  const child = (id: string, options: string) =>
    `{ id: "${id}", start: () => GenServer.start(store, { ${options} }) }`;
  const twins = pair(child("a", 'name: "x"'), child("a", 'name: "y"'));
  expect(twins.map(({ messageId }) => messageId)).toEqual(["duplicateId"]);
  expect(twins[0]!.message).toContain("it refuses to start.");
  const namesakes = pair(child("a", 'name: "x"'), child("b", 'name: "x"'));
  expect(namesakes.map(({ messageId }) => messageId)).toEqual(["duplicateName"]);
  expect(pair(child("a", 'name: "x"'), child("b", 'name: "x", registry: shelf'))).toEqual([]);
});

test("actor-ts: who keeps references and is not told when they end", () => {
  const found = lint(`import { Actor, ActorSystem, type ActorRef } from "actor-ts";
class Ticker extends Actor<{ who: ActorRef<string> }> {
  private readonly readers = new Map<string, ActorRef<string>>();
  override onReceive(m: { who: ActorRef<string> }) { this.readers.set("r", m.who); for (const r of this.readers.values()) r.tell("news"); }
}
class Watching extends Actor<{ who: ActorRef<string> }> {
  private readonly readers = new Map<string, ActorRef<string>>();
  override onReceive(m: { who: ActorRef<string> }) { this.context.watch(m.who); this.readers.set("r", m.who); }
}
class Parent extends Actor<string> {
  private readonly mine = new Map<string, ActorRef<string>>();
  override onReceive(name: string) { this.mine.set(name, this.context.spawn(Ticker as never, name)); }
}
const system = ActorSystem.create("news");
system.spawn(Ticker, "ticker");
system.spawn(Watching, "watching");
system.spawn(Parent, "parent");
`);
  expect(found.map(({ messageId }) => messageId)).toEqual(["keepsDeadPids"]);
  expect(found[0]!.message).toContain(
    "`Ticker` keeps references in `readers`, but is not told when they end.",
  );
  expect(found[0]!.message).not.toMatch(FOREIGN);
});

test("actor-ts: who waits for an answer is kept until it is there", () => {
  const kept = (body: string) =>
    lint(`import { Actor, ActorSystem, type ActorRef } from "actor-ts";
type Message = { kind: "get"; key: string; replyTo: ActorRef<string> } | { kind: "join"; who: ActorRef<string> };
class Loader extends Actor<Message> {
  private readonly waiting = new Map<string, ActorRef<string>>();
  private readonly list: { to: ActorRef<string> }[] = [];
  override onReceive(m: Message) { ${body} }
}
ActorSystem.create("app").spawn(Loader, "loader");`).map(({ messageId }) => messageId);
  for (const body of [
    'if (m.kind === "get") this.waiting.set(m.key, m.replyTo);',
    'if (m.kind === "get") { const { replyTo } = m; this.list.push({ to: replyTo }); }',
    'const who = this.sender.toNullable(); if (who) this.waiting.set("x", who);',
  ])
    expect([body, kept(body)]).toEqual([body, []]);
  // Answering is not keeping.
  for (const body of [
    'if (m.kind === "get") m.replyTo.tell("x"); else this.waiting.set("x", m.who);',
    'this.sender.forEach((s) => s.tell("x")); if (m.kind === "join") this.list.push({ to: m.who });',
  ])
    expect([body, kept(body)]).toEqual([body, ["keepsDeadPids"]]);
});

test("noex: what a server that stands for a supervisor uses is not known", () => {
  const under = (start: string) =>
    lint(`${NOEX}
const pool = {
  init: () => Supervisor.start({ children: [{ id: "seed", start: () => GenServer.start(store) }] }),
  handleCall: async (_: "n", s: never) => [await GenServer.call(Registry.lookup("tax"), "n"), s] as const, handleCast: (_: never, s: never) => s };
export const app = await Supervisor.start({ strategy: "one_for_all", children: [
  { id: "tax", start: () => GenServer.start(store, { name: "tax" }) },
  { id: "pool", start: ${start} },
] });`).map(({ messageId }) => messageId);
  expect(under("() => GenServer.start(pool)")).toEqual([]);
  const plain = `() => Supervisor.start({ children: [{ id: "seed", start: () => GenServer.start(store) }] })`;
  expect(under(plain)).toEqual(["unrelatedUnderOneForAll", "supervisorAsChild"]);
});
