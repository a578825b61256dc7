/** What is an actor's own doing, and what is that of those whom it spawns, of whom it sends to, and of what is there with its parent. */
import { describe, expect, test } from "vitest";
import { analyze } from "./check.ts";

/** Of each actor that does any of it: whom it sends to, what it does to nobody who is known, and whether it stops itself. */
function doings(code: string): Record<string, string[]> {
  const { supervisors, edges } = analyze(code);
  const of: Record<string, string[]> = {};
  const last = (key: string): string => key.split("/").at(-1) ?? key;
  const note = (key: string, what: string): void => {
    const all = of[last(key)] ?? [];
    of[last(key)] = all.includes(what) ? all : [...all, what];
  };
  for (const { key, process } of supervisors.flatMap(({ children }) => children)) {
    for (const { kind, reason } of process?.unresolved ?? []) note(key, `${kind} ? ${reason}`);
    if ((process?.stopsItself.length ?? 0) > 0) note(key, "stops itself");
    for (const { field } of process?.keepsPids ?? []) note(key, `keeps ${field}`);
  }
  for (const { from, kind, to, phase } of edges) note(from, `${kind} ${last(to)} ${phase}`);
  return of;
}

const HEAD = `import { dispatch, query, spawn, spawnStateless, start, stop } from "nact";
  const system = start();
  const log = spawn(system, (s, m) => s, "log");`;

describe("nact: what is given to a spawn acts for the actor that is made", () => {
  test.each([
    ["by a function", `const kid = (parent) => spawn(parent, KID, "kid");`, "kid(ctx.self);"],
    ["in the handler", "", `spawn(ctx.self, KID, "kid");`],
    ["without a state", "", `spawnStateless(ctx.self, (m, c) => KID(null, m, c), "kid");`],
  ])("%s", (_how, before, makes) => {
    const kid = `(s = {}, m, c) => { dispatch(c.self, 1); dispatch(m.from, 2); dispatch(c.parent, 3); dispatch(log, 4); return s; }`;
    const code = `${HEAD} ${before}
      spawn(system, (s = {}, m, ctx) => { ${makes} return s; }, "boss");`;
    expect(doings(code.replaceAll("KID(", `(${kid})(`).replaceAll("KID", kid))).toEqual({
      kid: ["send ? a message that is not known", "send boss later", "send log later"],
    });
  });

  test("so do its first state, and what decides about a crash", () => {
    const options = `{
      initialStateFunc: (c) => { dispatch(log, "first"); return {}; },
      onCrash: (m, error, c) => { dispatch(c.parent, error); dispatch(m.from, error); return c.stop; },
    }`;
    const code = (how: string) =>
      doings(`${HEAD} spawn(system, (s = {}, m, ctx) => { ${how}; return s; }, "boss");`);
    expect(code(`spawn(ctx.self, (s) => s, "kid", ${options})`)).toEqual({
      kid: ["send ? a message that is not known", "send log init", "send boss later"],
    });
    // nact puts its own policy in the place of a stateless actor's.
    expect(code(`spawnStateless(ctx.self, (m) => {}, "kid", { onCrash: () => dispatch(log, 1) })`)).toEqual(
      {},
    );
  });

  test("who stops, or tells, the actor that has spawned it means that one", () => {
    expect(
      doings(`${HEAD} const kid = (parent) => spawn(parent, (s, m, c) => { if (m.end) stop(parent); else stop(c.self); }, "kid");
        spawn(system, (s = {}, m, ctx) => { kid(ctx.self); return s; }, "boss");`),
    ).toEqual({ kid: ["stops itself", "send boss later"] });
  });

  test("what a handler calls itself, or gives to somebody else, is its own", () => {
    expect(
      doings(`import { later } from "somewhere"; ${HEAD}
        const tell = () => dispatch(log, 1);
        spawn(system, (s = {}, m, ctx) => { tell(); later(() => dispatch(ctx.parent.log, 2)); return s; }, "boss");`),
    ).toMatchObject({ boss: [expect.stringContaining("send ?"), "send log later"] });
  });
});

test("actor-ts: a typed behaviour acts for the actor that is spawned with it", () => {
  const code = (does: string) =>
    doings(`import { Actor, ActorSystem, Behaviors } from "actor-ts";
      class Log extends Actor<string> { onReceive() {} }
      const system = ActorSystem.create("s");
      const log = system.spawn(Log, "log");
      class Boss extends Actor<string> { onReceive() { ${does} } }
      system.spawn(Boss, "boss");`);
  const typed = `Behaviors.receive((ctx, m) => { log.tell("typed"); return Behaviors.same; })`;
  expect(code(`this.context.spawnTyped(${typed}, "kid");`)).toEqual({});
  expect(code(`log.tell("own"); this.context.spawnTyped(${typed}, "kid");`)).toEqual({
    boss: ["send log later"],
  });
});

describe("nact: what an actor sends to itself", () => {
  test("is no edge, whether there is one of it or many", () => {
    const sends = `(s = {}, m, ctx) => {
      dispatch(ctx.self, 1); const me = ctx.self; dispatch(me, 2); if (s.me) dispatch(s.me, 3); query(ctx.self, () => 4, 5);
      return { ...s, me };
    }`;
    expect(doings(`${HEAD} spawn(system, ${sends}, "one");`)).toEqual({});
    expect(doings(`${HEAD} for (const name of names()) spawn(system, ${sends}, name);`)).toEqual({});
    expect(
      doings(`${HEAD} spawn(system, (s, m, ctx) => { spawn(ctx.self, ${sends}, m.name); }, "boss");`),
    ).toEqual({});
  });

  test("what it sends to another one that the same function spawns is one, also by what that knows itself by", () => {
    expect(
      doings(`${HEAD} const make = (name, to) => spawn(system, (s, m, ctx) => {
          if (!to) return;
          dispatch(to, 1);
          make("third", ctx.self);
        }, name);
        make("second", make("first"));`),
    ).toEqual({ second: ["send first later"], third: ["send second later"] });
  });
});

describe("what is spawned where its parent is made is there with it", () => {
  const cardinalities = (code: string) =>
    analyze(code).supervisors.flatMap(({ children }) =>
      children.map(({ id, cardinality }) => `${id} ${cardinality}`),
    );
  const nact = (body: string) =>
    cardinalities(`import { spawn, start } from "nact"; const w = (s) => s; ${body}`);

  test.each([
    ["in a callback", `test("x", () => { const s = start(); spawn(s, w, "a"); });`, ["a one"]],
    [
      "in one that waits",
      `test("x", async () => { const s = start(); await 1; spawn(s, w, "a"); });`,
      ["a one"],
    ],
    ["behind a condition", `if (process.env.A) { const s = start(); spawn(s, w, "a"); }`, ["a one"]],
    [
      "in an async function that somebody may wait for",
      `const run = async () => { const s = start(); spawn(s, w, "a"); }; const p = run();`,
      ["a one"],
    ],
    [
      "under an actor that is perhaps there",
      `const s = start(); if (process.env.A) { const a = spawn(s, w, "a"); spawn(a, w, "b"); }`,
      ["a maybe", "b one"],
    ],
  ])("%s", (_where, body, expected) => {
    expect(nact(body).sort()).toEqual(expected);
  });

  test.each([
    ["a condition in there", `test("x", () => { const s = start(); if (process.env.A) spawn(s, w, "a"); });`],
    [
      "an end in there",
      `test("x", () => { const s = start(); if (process.env.A) return; spawn(s, w, "a"); });`,
    ],
    [
      "another condition of the same kind",
      `let s; if (process.env.A) s = start(); if (process.env.B) spawn(s, w, "a");`,
    ],
    ["another callback", `const s = start(); test("x", () => { spawn(s, w, "a"); });`],
    [
      "a callback inside",
      `suite("x", () => { const s = start(); test("y", () => { spawn(s, w, "a"); }); });`,
    ],
  ])("perhaps with %s", (_what, body) => {
    expect(nact(body)).toEqual(["a maybe"]);
  });

  test("actor-ts", () => {
    expect(
      cardinalities(`import { Actor, ActorSystem } from "actor-ts";
        class W extends Actor<string> { onReceive() {} }
        test("x", () => { const s = ActorSystem.create("s"); s.spawn(W, "a"); if (process.env.A) s.spawn(W, "b"); });`),
    ).toEqual(["a one", "b maybe"]);
  });
});
