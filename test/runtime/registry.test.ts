/** Registries: keys by structure, types, and names that are keys. */
import { describe, expect, expectTypeOf, it } from "vitest";
import {
  type Call,
  GenServer,
  type Pid,
  type Protocol,
  processName,
  Registry,
  reply,
  Supervisor,
  type SupervisorSpec,
  System,
  via,
} from "../../src/runtime/index.ts";

interface RoomProtocol extends Protocol {
  calls: Call<{ type: "topic" }, string>;
}
class Room extends GenServer<RoomProtocol> {
  #topic = "";
  override init(topic: string, key?: unknown): void {
    this.#topic = topic;
    if (key !== undefined) Registry.register(this, "rooms", key, topic);
  }
  override handleCall(request: RoomProtocol["calls"]) {
    return reply(request, this.#topic);
  }
}
type Key = ["room", number];
const ROOMS = processName<Registry<Key, string, Room>>("rooms");
const quiet = { logger: null };

async function rooms(keys: "unique" | "duplicate" = "unique"): Promise<System> {
  const system = new System(quiet);
  await system.start([Registry, { keys }], { name: ROOMS });
  return system;
}

describe("keys", () => {
  const cycle: unknown[] = [];
  cycle.push(cycle);
  const same: [unknown, unknown][] = [
    [
      ["room", 1],
      ["room", 1],
    ],
    [
      { a: 1, b: [2, { c: null }] },
      { b: [2, { c: null }], a: 1 },
    ],
    [
      [undefined, 1n, true, Symbol.for("x")],
      [undefined, 1n, true, Symbol.for("x")],
    ],
    [
      [-0, Number.NaN],
      [0, Number.NaN],
    ],
    ["plain", "plain"],
    [7, 7],
    [[], []],
  ];
  it.each(same)("$0 is found by $1", async (a, b) => {
    const system = await rooms();
    const pid = await system.start(Room, "x", a);
    expect(Registry.whereis(system, "rooms", b)).toBe(pid);
    system.kill(pid);
    expect(Registry.whereis(system, "rooms", b)).toBeUndefined();
    await system.stop();
  });

  class Thing {}
  const different: [unknown, unknown][] = [
    [
      ["room", 1],
      ["room", "1"],
    ],
    [["a", "b"], ["a,b"]],
    [["a"], "a"],
    ['["a"]', ["a"]],
    ["t[1]", [1]],
    [[], {}],
    [
      [1, [2]],
      [[1], 2],
    ],
    [{ a: undefined }, {}],
    [[new Thing()], [new Thing()]],
    [new Thing(), new Thing()],
    [[1], [1n]],
    [[null], ["null"]],
    [[Symbol("x")], [Symbol("x")]],
  ];
  it.each(different)("$0 is not found by $1", async (a, b) => {
    const system = await rooms();
    await system.start(Room, "x", a);
    expect(Registry.whereis(system, "rooms", b)).toBeUndefined();
    await system.stop();
  });

  it("that contain themselves, or cannot be read, count by identity", async () => {
    const unreadable = {
      get x() {
        throw new Error("no");
      },
    };
    for (const key of [cycle, unreadable]) {
      const system = await rooms();
      const pid = await system.start(Room, "x", key);
      expect(Registry.whereis(system, "rooms", key)).toBe(pid);
      expect(Registry.whereis(system, "rooms", [...cycle])).toBeUndefined();
      await system.stop();
    }
  });

  it("are taken back one by one, and given as they were", async () => {
    const system = await rooms("duplicate");
    class Many extends GenServer {
      override init(): void {
        for (const key of [["a"], ["b"], ["a"]]) Registry.register(this, "rooms", key, 1);
      }
      override handleCast(): void {
        Registry.unregister(this, "rooms", ["a"]);
      }
      override handleInfo(): void {
        Registry.updateValue(this, "rooms", ["b"], (value) => (value as number) + 1);
      }
    }
    const pid = await system.start(Many);
    expect(Registry.keys(system, "rooms")).toEqual([["a"], ["b"]]);
    expect(Registry.count(system, "rooms")).toBe(3);
    system.send(pid, {});
    system.cast(pid, {});
    await system.idle();
    expect(Registry.entries(system, "rooms")).toEqual([{ key: ["b"], pid, value: 2 }]);
    expect(Registry.keys(system, "rooms", pid)).toEqual([["b"]]);
    await system.stop();
  });
});

it("types go from the name to keys, values and pids", async () => {
  const system = await rooms();
  expectTypeOf(Registry.whereis(system, ROOMS, ["room", 1])).toEqualTypeOf<Pid<Room> | undefined>();
  expectTypeOf(Registry.lookup(system, ROOMS, ["room", 1])[0]?.value).toEqualTypeOf<string | undefined>();
  expectTypeOf(Registry.keys(system, ROOMS)).toEqualTypeOf<Key[]>();
  // @ts-expect-error the keys are pairs
  Registry.lookup(system, ROOMS, "room 1");
  class Joins extends Room {
    join(): void {
      Registry.register(this, ROOMS, ["room", 1], "topic");
      // @ts-expect-error the value is a string
      Registry.register(this, ROOMS, ["room", 1], 1);
      // @ts-expect-error and there must be one
      Registry.register(this, ROOMS, ["room", 1]);
    }
  }
  expect(Joins.name).toBe("Joins");
  // A plain name takes anything.
  expectTypeOf(Registry.lookup(system, "rooms", 1)[0]?.value).toEqualTypeOf<unknown>();
  await system.stop();
});

describe("via", () => {
  class Sup extends Supervisor {
    override init(topic = "lobby"): SupervisorSpec {
      return {
        intensity: 10,
        children: [{ id: "room", start: [Room, topic], name: via(ROOMS, ["room", 1]) }],
      };
    }
  }

  it("names a child before its init, and each incarnation again", async () => {
    const system = await rooms();
    await system.start(Sup);
    const name = via(ROOMS, ["room", 1]);
    const topic: string = await system.call(name, { type: "topic" });
    expect(topic).toBe("lobby");
    const first = system.whereis(name);
    system.kill(name);
    await system.idle();
    expect(system.whereis(name)).not.toBe(first);
    expect(await system.call(name, { type: "topic" })).toBe("lobby");
    await system.stop();
  });

  it("fails as a name does: nobody there, taken, no registry, no names", async () => {
    const system = await rooms();
    const name = via(ROOMS, ["room", 2]);
    await expect(system.call(name, { type: "topic" })).rejects.toMatchObject({
      reason: "noproc",
      call: { target: 'via(rooms, ["room", 2])' },
    });
    system.cast(name, {} as never);
    const pid = await system.start([Room, "x"], { name });
    await expect(system.start([Room, "y"], { name })).rejects.toMatchObject({
      reason: { already_started: pid },
    });
    await expect(system.start([Room, "y"], { name: via("nowhere", 1) })).rejects.toThrow(
      "via(nowhere, 1): that is not a running Registry",
    );
    await system.stop();
    const duplicates = await rooms("duplicate");
    await expect(duplicates.start([Room, "y"], { name })).rejects.toThrow(
      "has duplicate keys: those are no names",
    );
    expect(duplicates.processCount).toBe(1);
    await duplicates.stop();
  });
});
