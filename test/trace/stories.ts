/** Traces that are told in words: each a story with its own moral. */
import { app, Script } from "./script.ts";

export const stories: Record<string, () => Script> = {
  "rest_for_one restarts what came after"() {
    const script = app().wait(3200);
    script.crash(3, "boom");
    const cause = script.decide(1, "registry", 3, {
      strategy: "rest_for_one",
      affected: ["registry", "http"],
    });
    script.stop(1, "http", 4, cause);
    return script
      .child(1, "registry", 5, { incarnation: 2, cause })
      .child(1, "http", 6, { incarnation: 2, cause });
  },

  "a crash travels along links, stops at who traps exits, and DOWN tells who watches"() {
    const script = app();
    script.add({ type: "link", a: 3, b: 4 }, { type: "link", a: 3, b: 2 });
    script.add(
      { type: "trap_exit", pid: 2, value: true },
      { type: "monitor", watcher: 2, target: 4, ref: 1 },
    );
    script.wait(10).crash(3, "boom");
    script.add(
      { type: "exit_signal", from: 3, to: 1, reason: "boom", via: "link", effect: "message" },
      { type: "exit_signal", from: 3, to: 4, reason: "boom", via: "link", effect: "exits" },
      {
        type: "exit",
        pid: 4,
        reason: "boom",
        normal: false,
        origin: { type: "signal", from: 3, via: "link" },
      },
      { type: "exit_signal", from: 4, to: 1, reason: "boom", via: "link", effect: "message" },
      { type: "down", watcher: 2, target: 4, ref: 1, reason: "boom" },
      { type: "exit_signal", from: 3, to: 2, reason: "boom", via: "link", effect: "message" },
    );
    const first = script.decide(1, "registry", 3);
    script.child(1, "registry", 5, { incarnation: 2, cause: first });
    const second = script.decide(1, "http", 4, { used: 2 });
    return script.child(1, "http", 6, { incarnation: 2, cause: second });
  },

  "a spent budget climbs one level"() {
    const script = new Script().root(1, "Top");
    script.child(1, "db_sup", 2, {
      kind: "supervisor",
      inside: () => script.child(2, "pool", 3).child(2, "cache", 4),
    });
    script.child(1, "http", 5).running(1).wait(1000);
    script.crash(3, "badarg");
    const first = script.decide(2, "pool", 3, { reason: "badarg", intensity: 1 });
    script.child(2, "pool", 6, { incarnation: 2, cause: first }).wait(500);
    script.crash(6, "badarg");
    script.decide(2, "pool", 6, {
      reason: "badarg",
      decision: "give_up",
      used: 2,
      intensity: 1,
      affected: ["pool", "cache"],
    });
    script.stop(2, "cache", 4);
    script.add({ type: "terminate", pid: 2, reason: "shutdown" });
    script.add({ type: "exit", pid: 2, reason: "shutdown", normal: true, origin: { type: "stop" } });
    const up = script.decide(1, "db_sup", 2, { reason: "shutdown" });
    return script.child(1, "db_sup", 7, {
      kind: "supervisor",
      incarnation: 2,
      cause: up,
      inside: () => script.child(7, "pool", 8).child(7, "cache", 9),
    });
  },

  "a tree that ends"() {
    const script = app();
    script.crash(4, "eaddrinuse");
    script.decide(1, "http", 4, {
      decision: "give_up",
      used: 1,
      intensity: 0,
      affected: ["conn_sup", "registry"],
    });
    script.stop(1, "registry", 3).stop(1, "conn_sup", 2);
    script.add({ type: "exit", pid: 1, reason: "shutdown", normal: true, origin: { type: "stop" } });
    return script;
  },

  "a child that fails to start again and again"() {
    const script = app().wait(20);
    script.crash(3, "boom");
    let cause = script.decide(1, "registry", 3, { used: 1 });
    for (const used of [2, 3]) {
      script.add(
        { type: "child_starting", child: { supervisor: 1, id: "registry" }, incarnation: used },
        { type: "spawn", pid: 10 + used, parent: 1, kind: "worker", label: "registry", linked: true },
        {
          type: "exit",
          pid: 10 + used,
          reason: "noproc",
          normal: false,
          origin: { type: "error", message: "noproc" },
        },
        {
          type: "child_started",
          child: { supervisor: 1, id: "registry" },
          incarnation: used,
          pid: null,
          result: "error",
          reason: "noproc",
          cause,
        },
      );
      cause = script.decide(1, "registry", null, { reason: "noproc", used });
    }
    return script.child(1, "registry", 20, { incarnation: 4, cause });
  },

  "a boot that fails"() {
    const script = new Script().root(1, "AppSup").child(1, "registry", 2);
    script.add(
      { type: "child_starting", child: { supervisor: 1, id: "http" }, incarnation: 1 },
      { type: "spawn", pid: 3, parent: 1, kind: "worker", label: "Http", linked: true },
      { type: "exit", pid: 3, reason: "noproc", normal: false, origin: { type: "error", message: "noproc" } },
      {
        type: "child_started",
        child: { supervisor: 1, id: "http" },
        incarnation: 1,
        pid: null,
        result: "error",
        reason: "call to conn_sup failed: noproc",
      },
    );
    script.stop(1, "registry", 2);
    script.add({ type: "exit", pid: 1, reason: "shutdown", normal: true, origin: { type: "stop" } });
    return script;
  },

  "ordinary ends"() {
    const script = app();
    script.add({ type: "exit", pid: 4, reason: "normal", normal: true, origin: { type: "stop" } });
    script.decide(1, "http", 4, { decision: "keep", reason: "normal", affected: [], used: 0 });
    script.crash(3, "boom");
    script.add({ type: "child_removed", child: { supervisor: 1, id: "registry" } });
    script.decide(1, "registry", 3, { decision: "remove", affected: [], used: 0 });
    script.wait(1500).add({ type: "note", pid: 2, text: "Kill conn_sup", fault: "kill" });
    script.add({
      type: "exit",
      pid: 2,
      reason: "killed",
      normal: false,
      origin: { type: "signal", from: 0, via: "exit_signal" },
    });
    const cause = script.decide(1, "conn_sup", 2, { reason: "killed" });
    return script.child(1, "conn_sup", 9, { incarnation: 2, cause });
  },

  "dynamic children, and a tree that is told to stop"() {
    const script = new Script().root(1, "Top");
    script.child(1, "pool", 2, { kind: "supervisor" }).child(1, "web", 3).running(1).wait(5);
    for (let n = 1; n <= 8; n++) script.child(2, `conn-${n}`, 10 + n);
    script.wait(5).stop(2, "conn-3", 13);
    script.wait(5).add({ type: "terminate", pid: 1, reason: "shutdown" });
    script.stop(1, "web", 3);
    script.add({
      type: "child_stopping",
      child: { supervisor: 1, id: "pool" },
      pid: 2,
      how: "shutdown",
      timeout: null,
    });
    for (const n of [1, 2, 4, 5, 6, 7, 8]) script.stop(2, `conn-${n}`, 10 + n);
    script.add(
      {
        type: "exit",
        pid: 2,
        reason: "shutdown",
        normal: true,
        origin: { type: "signal", from: 1, via: "parent" },
      },
      {
        type: "exit",
        pid: 1,
        reason: "shutdown",
        normal: true,
        origin: { type: "signal", from: 0, via: "exit_signal" },
      },
    );
    return script;
  },

  "the three outcomes of a call"() {
    const script = app();
    const call = (ref: number, to: number | null, name?: string) =>
      script.add({
        type: "send",
        from: 4,
        to,
        kind: "call",
        ref,
        message: '"hi"',
        ...(name === undefined ? {} : { name }),
      });
    call(1, 3);
    script.add({ type: "call_end", pid: 4, to: 3, ref: 1, outcome: "reply", detail: '"hello"' });
    call(2, null, "nobody");
    script.add({ type: "call_end", pid: 4, to: null, ref: 2, outcome: "down", detail: "noproc" });
    call(3, 2, "conn_sup");
    script.wait(5000).add({ type: "call_end", pid: 4, to: 2, ref: 3, outcome: "timeout", detail: "timeout" });
    script.add(
      { type: "send", from: 4, to: 2, kind: "cast", message: '"tick"' },
      { type: "send", from: 0, to: 4, kind: "info", message: '"ping"' },
    );
    return script;
  },
};
