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
  // Stopped after a crash, or when it has nothing to do.
  expect(parent("")).toEqual(["keepsDeadPids"]);
  expect(parent(", { shutdownAfter: 60_000, onCrash: (m: any, e: any, ctx: any) => ctx.reset }")).toEqual([
    "keepsDeadPids",
  ]);
});

test("nact: a state is copied to change it, and may say what it holds", () => {
  const holder = (code: string) =>
    found(`import { dispatch, spawn, start, stop, type LocalActorRef } from "@nact/core";
      const system = start();
      const one = (parent: any, id: string, how = {}) => spawn(parent, (s: any, m: any) => s, { name: id, ...how });
      const lasting = (parent: any, id: string) => spawn(parent, (s: any, m: any) => s, { name: id, onCrash: (m: any, e: any, ctx: any) => ctx.reset });
      ${code}`);
  const spawns = (next: string, child = "one") =>
    holder(`spawn(system, (state: any = { kids: {}, list: [], map: new Map() }, m: any, ctx: any) => {
        if (m.t === "tell") { dispatch(state.kids[m.id] ?? state.list[m.n] ?? state.map.get(m.id) ?? state.only, m); return state; }
        const kid = ${child}(ctx.self, m.id);
        ${next}
      }, { name: "holder" });`);
  for (const next of [
    "return { ...state, kids: { ...state.kids, [m.id]: kid } };",
    "return { ...state, list: [...state.list, kid] };",
    "return { ...state, list: state.list.concat(kid) };",
    "return { ...state, list: state.list.concat([kid]) };",
    "return { ...state, list: state.list.filter((one) => one !== kid).concat(kid) };",
    "return { ...state, list: state.list.toSpliced(0, 0, kid) };",
    "return { ...state, list: state.list.with(m.n, kid) };",
    "return { ...state, list: [].concat(state.list, kid) };",
    "return { ...state, map: new Map(state.map).set(m.id, kid) };",
    "const kids = { ...state.kids }; kids[m.id] = kid; return { ...state, kids };",
    "return Object.assign({}, state, { list: [...state.list, kid] });",
  ]) {
    expect(spawns(next), next).toEqual(["keepsDeadPids"]);
    expect(spawns(next, "lasting"), next).toEqual([]);
  }
  expect(spawns("return { ...state, only: kid };")).toEqual(["keepsDeadPid"]);
  expect(spawns("return { ...state, only: kid };", "lasting")).toEqual([]);
  expect(spawns("dispatch(kid, m); return { ...state, last: m.id };")).toEqual([]);
  expect(spawns("dispatch(kid, m); return { ...state, names: state.names.concat(m.id) };")).toEqual([]);
  const room = (type: string, does: string) =>
    holder(`interface Room { topic: string; members: ${type} }
      function room(state: Room, m: any): Room { ${does} }
      spawn(system, room, { name: "room" });`);
  const joins = "return { ...state, members: new Map(state.members).set(m.who, m.ref) };";
  expect(room("Map<string, LocalActorRef<string>>", joins)).toEqual(["keepsDeadPids"]);
  expect(room("Map<string, string>", joins)).toEqual([]);
});

test("nact: one that stops itself ends, whatever its policy", () => {
  const parent = (ends: string) =>
    found(`import { dispatch, spawn, start, stop } from "nact";
      const system = start();
      const order = (parent: any, id: string) => spawn(parent, (state: any, m: any, ctx: any) => { if (m === "paid") ${ends}; return state; }, id,
        { onCrash: (m: any, e: any, ctx: any) => ctx.reset });
      spawn(system, (state: any = {}, m: any, ctx: any) => m.id in state ? (dispatch(state[m.id], m), state) : { ...state, [m.id]: order(ctx.self, m.id) }, "orders");`);
  expect(parent("stop(ctx.self)")).toEqual(["keepsDeadPids"]);
  expect(parent("dispatch(ctx.parent, m)")).toEqual([]);
});

test("a policy that stops what it does not know", () => {
  const boss = (policy: string) =>
    found(`import { Actor, ActorSystem, decideBy, Directive, OneForOneStrategy, type ActorRef } from "actor-ts";
      class Known extends Error {}
      class Leaf extends Actor<string> { override onReceive() {} }
      class Boss extends Actor<string> {
        private leaf!: ActorRef<string>;
        override supervisorStrategy() { return new OneForOneStrategy(${policy}); }
        override preStart() { this.leaf = this.context.spawn(Leaf, "leaf"); }
        override onReceive(m: string) { this.leaf.tell(m); }
      }
      ActorSystem.create("s").spawn(Boss, "boss");`);
  for (const policy of [
    "(e) => (e instanceof Known ? Directive.Resume : Directive.Stop)",
    "(e) => { if (e instanceof Known) return Directive.Restart; return Directive.Stop; }",
    "decideBy([{ match: Known, then: Directive.Restart }], Directive.Stop)",
  ])
    expect(boss(policy), policy).toEqual(["keepsDeadPid"]);
  for (const policy of [
    "(e) => (e instanceof Known ? Directive.Stop : Directive.Restart)",
    "(e) => { if (e instanceof Known) return Directive.Stop; return Directive.Resume; }",
    "decideBy([{ match: Known, then: Directive.Stop }])",
  ])
    expect(boss(policy), policy).toEqual([]);
});

test("nact: those who wait for an answer, and a child that is taken out of the state", () => {
  const holder = (code: string) =>
    found(`import { dispatch, spawn, start, stop, type LocalActorRef } from "@nact/core";
      const system = start();
      const one = (parent: any, id: string) => spawn(parent, (s: any, m: any) => s, { name: id, onCrash: (m: any, e: any, ctx: any) => ctx.resume });
      ${code}`);
  expect(
    holder(`interface Gate { open: boolean; waiting: LocalActorRef<string>[] }
      spawn(system, (s: Gate, m: { t: string; replyTo: LocalActorRef<string> }): Gate => {
        if (m.t === "enter" && !s.open) return { ...s, waiting: [...s.waiting, m.replyTo] };
        for (const who of s.waiting) dispatch(who, "go");
        return { open: true, waiting: [] };
      }, { name: "gate" });`),
  ).toEqual([]);
  expect(
    holder(`spawn(system, (s: any = { kids: {} }, m: any, ctx: any) => {
        if (m.end) { stop(s.kids[m.id]); const { [m.id]: gone, ...rest } = s.kids; return { ...s, kids: rest }; }
        const kid = s.kids[m.id] ?? one(ctx.self, m.id);
        dispatch(kid, m);
        return { ...s, kids: { ...s.kids, [m.id]: kid } };
      }, { name: "holder" });`),
  ).toEqual([]);
});

test("actor-ts: an object under whose computed names references are put, and taken out", () => {
  const room = (type: string, adds: string, rest: string) =>
    actorTs(`override supervisorStrategy() { return stoppingStrategy; }
      private members: ${type} = {};
      private add(id: string) { const one = this.context.spawn(Lasting, id); ${adds} }
      ${rest}`);
  const typed = "Record<string, ActorRef<string>>";
  const use = `override onReceive(m: any) { if (m.id) this.add(m.id); else this.members[m.to]?.tell("x"); }`;
  for (const adds of ["this.members[id] = one;", "this.members = { ...this.members, [id]: one };"]) {
    expect(room(typed, adds, use), adds).toEqual(["keepsDeadPids"]);
    expect(room("any", adds, use), adds).toEqual(["keepsDeadPids"]);
    const watched = `${adds} this.context.watch(one);`;
    expect(room(typed, watched, "override onReceive(m: any) { if (m.id) this.add(m.id); }"), adds).toEqual([
      "dropsDown",
    ]);
    for (const gone of [
      "for (const [name, one] of Object.entries(this.members)) if (one === who) delete this.members[name];",
      "for (const name of Object.keys(this.members)) if (this.members[name] === who) delete this.members[name];",
      "delete this.members[who.path.name];",
      "this.members = Object.fromEntries(Object.entries(this.members).filter(([, one]) => one !== who));",
    ])
      expect(
        room(
          typed,
          watched,
          `private gone(who: any) { ${gone} }
          override onReceive(m: any) { if (m instanceof Terminated) return this.gone(m.actor); if (m.id) this.add(m.id); }`,
        ),
        gone,
      ).toEqual([]);
  }
});
