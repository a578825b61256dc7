import { describe, expect, test } from "vitest";
import { check } from "./check.ts";

describe("parent-spawn (nact)", () => {
  test("parents are supervisors, policies are functions, children of actors are dynamic", () => {
    const model = check(
      `import { start, spawn, spawnStateless, dispatch, query } from "nact";
      const system = start();
      const reset = (msg, error, ctx) => ctx.reset;
      const logger = spawnStateless(system, (msg, ctx) => console.log(msg), "logger");
      const rooms = spawn(system, async (state = {}, msg, ctx) => {
        const room = spawn(ctx.self, (s, m, c) => { dispatch(c.parent, "joined"); return s; }, \`room-\${msg.id}\`);
        dispatch(logger, "new room");
        await query(logger, () => "x", 100);
        return state;
      }, "rooms", { onCrash: reset });`,
      `
      system null in nulls
        logger: logger shutdown null !shutdown: actors are stopped without a time limit of their own;
        rooms: rooms ▸ null shutdown null !restart: decided at run time by the function onCrash; !shutdown: actors are stopped without a time limit of their own;
        ! intensity: restarts are not counted: each actor has its own policy, a function
        ! period: restarts are not counted: each actor has its own policy, a function
      rooms null in nulls
        room-*: room many dynamic shutdown null !shutdown: actors are stopped without a time limit of their own;
        ! intensity: restarts are not counted: each actor has its own policy, a function
        ! period: restarts are not counted: each actor has its own policy, a function
      system/rooms send system/logger in later (the process started here)
      system/rooms call system/logger in later (the process started here)
      rooms/room-* send system/rooms in later (the process started here)
      `,
    );
    expect(model.roots).toEqual(["main.ts#system"]);
  });

  test("a parent that is not known has no children here, and other spawns are nobody's", () => {
    const model = check(
      `import { spawn } from "child_process"; import { spawn as spawnActor } from "nact";
      spawn("ls", ["-l"]);
      export const worker = (parent) => spawnActor(parent, (s, m) => s, "worker");`,
      "",
    );
    expect(model.supervisors).toEqual([]);
  });
});
