/** Actors that have children are processes as well: what they keep of their own children, and of others. */
import { expect, test } from "vitest";
import { lintFiles } from "./check.ts";

const found = (code: string) =>
  lintFiles(new Map([["app.ts", code]]))
    .filter(({ rule }) => rule === "missing-monitor")
    .map(({ messageId }) => messageId);

const actorTs = (parent: string) =>
  found(`import { Actor, ActorSystem, Terminated, stoppingStrategy, type ActorRef } from "actor-ts";
class Lasting extends Actor<string> { private n = 0; override onReceive(m: string) { this.n++; } }
class Ending extends Actor<string> { override onReceive(m: string) { if (m === "close") this.context.stopSelf(); } }
class P extends Actor<any> { ${parent} }
ActorSystem.create("s").spawn(P, "p");`);

test("actor-ts: own children that are started again keep their references", () => {
  const kept = `private readonly all = new Map<string, ActorRef<string>>();`;
  const on = (spawned: string) => `${kept} override onReceive(m: { id: string }) {
    const one = this.all.get(m.id) ?? ${spawned}; this.all.set(m.id, one); one.tell(m.id); }`;
  expect(actorTs(on("this.context.spawnAnonymous(Lasting)"))).toEqual([]);
  expect(actorTs(on("this.context.spawnAnonymous(Ending)"))).toEqual(["keepsDeadPids"]);
  expect(
    actorTs(
      `${on("this.context.spawnAnonymous(Lasting)")} override supervisorStrategy() { return stoppingStrategy; }`,
    ),
  ).toEqual(["keepsDeadPids"]);
  const list = (cls: string) => `private workers: ActorRef<string>[] = [];
    override preStart() { this.workers = [1, 2].map((n) => this.context.spawn(${cls}, "w" + n)); }
    override onReceive(m: string) { this.workers.forEach((w) => w.tell(m)); }`;
  expect(actorTs(list("Lasting"))).toEqual([]);
  expect(actorTs(list("Ending"))).toEqual(["keepsDeadPids"]);
});

test("actor-ts: others are among them", () => {
  expect(
    actorTs(`private readonly all = new Map<string, ActorRef<string>>(); private own!: ActorRef<string>;
      override preStart() { this.own = this.context.spawn(Lasting, "own"); this.all.set("own", this.own); }
      override onReceive(m: { id: string; who: ActorRef<string> }) { this.all.set(m.id, m.who); for (const one of this.all.values()) one.tell("x"); }`),
  ).toEqual(["keepsDeadPids"]);
});

test("actor-ts: watched, and dropped when it ends", () => {
  expect(
    actorTs(`private readonly all = new Map<string, ActorRef<string>>();
      override onReceive(m: any) {
        if (m instanceof Terminated) { for (const [id, one] of this.all) if (one.equals(m.actor)) this.all.delete(id); return; }
        const one = this.context.spawnAnonymous(Ending); this.context.watch(one); this.all.set(m.id, one);
      }`),
  ).toEqual([]);
});

test("nact: in the state", () => {
  const parent = (options: string) =>
    found(`import { dispatch, spawn, start } from "nact";
      const system = start();
      const table = (parent: any, id: string) => spawn(parent, (state = {}, msg: any) => ({ ...state, msg }), "table-" + id${options});
      spawn(system, (state: any = { tables: {} }, msg: any, ctx: any) => {
        const one = state.tables[msg.id] ?? table(ctx.self, msg.id);
        dispatch(one, msg);
        return { tables: { ...state.tables, [msg.id]: one } };
      }, "tables");`);
  expect(parent(", { onCrash: (m: any, e: any, ctx: any) => ctx.reset }")).toEqual([]);
});
