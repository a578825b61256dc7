/** What a process does by `this.system`: what it could do by itself too, and nothing else of the run's. */
import { expect, it } from "vitest";
import { single } from "./corpus.ts";
import { prediction } from "./reality.ts";

const program = (found: string) => `
import { GenServer, Registry, Supervisor, via } from "suptree";
class Desk extends GenServer {
  override init() { this.sendAfter(10, this.self, { type: "look" }); }
  override handleInfo(message) {
    if (message.type !== "look") return;
    const found = ${found};
    this.exit(found === this.self || typeof found === "number" ? "found" : "got out");
  }
}
export class Office extends Supervisor {
  override init() {
    return {
      children: [
        { id: "desks", start: [Registry, { keys: "unique" }], name: "desks" },
        { id: "desk", start: [Desk], name: via("desks", "first"), restart: "temporary" },
        { id: "board", start: [Desk], name: "board", restart: "temporary" },
      ],
    };
  }
}`;

async function reasons(found: string): Promise<unknown[]> {
  const { events } = await prediction(single("office", program(found)).model, "app.ts#Office");
  return events.flatMap((event) => (event.type === "exit" ? [JSON.stringify(event.reason)] : []));
}

it.for([
  'Registry.lookup(this.system, "desks", "first")[0]?.pid.alive ? 1 : 2',
  'Registry.whereis(this.system, "desks", "nobody") === undefined ? this.system.now() : 0',
  'this.system.whereis("board") === undefined ? 0 : 1',
  'this.system.cast("board", { type: "x" }) ?? 1',
])("does %s", async (found) => {
  const all = await reasons(found);
  expect(all.filter((reason) => String(reason).includes("found"))).toHaveLength(2);
});

it.for([
  "this.system.stop",
  "this.system.crash",
  "this.system.constructor",
  "this.system['st' + 'op']",
  "Reflect.get(this.system, 'stop')",
  "Object.getPrototypeOf(this.system)",
  "Object.getOwnPropertyDescriptors(this.system)",
  "({ ...this.system })",
  "Object.values(this.system).length > 0",
  "structuredClone(this.system)",
  "new Proxy(this.system, {}).stop",
  "(({ killAll }) => killAll)(this.system)",
  "this.system.whereis.constructor",
  "(this.system.now = () => 1, this.system.now())",
])("has no %s", async (found) => {
  const all = await reasons(found);
  expect(all.filter((reason) => /got out|found/.test(String(reason)))).toEqual([]);
});
