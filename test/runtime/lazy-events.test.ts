/** Events of messages in real time describe the message when they are read; in virtual time at once. */
import { type Call, GenServer, type Protocol, plainEvent, reply, System, type TraceEvent } from "suptree";
import { describe, expect, it } from "vitest";

interface BoxProtocol extends Protocol {
  calls: Call<{ type: "get" }, { value: number }>;
  casts: { value: number };
}

class Box extends GenServer<BoxProtocol> {
  private box = { value: 0 };
  override handleCast(message: { value: number }) {
    this.box = message;
  }
  override handleCall(request: BoxProtocol["calls"]) {
    return reply(request, this.box);
  }
}

async function conversation(clock: "real" | "virtual", keep: (event: TraceEvent) => TraceEvent) {
  const events: TraceEvent[] = [];
  const system = new System({ clock, logger: null, observer: (event) => void events.push(keep(event)) });
  const started = system.start([Box], { name: "box" });
  if (clock === "virtual") await system.idle();
  const box = await started;
  const message = { value: 1 };
  system.cast("box", message);
  const asked = system.call(box, { type: "get" });
  if (clock === "virtual") await system.idle();
  await asked;
  message.value = 2;
  await system.stop();
  return events;
}

const timeless = (events: readonly TraceEvent[]) =>
  events.map((event) => JSON.parse(JSON.stringify({ ...plainEvent(event), at: 0 })) as TraceEvent);

describe("events of messages", () => {
  it("kept by plainEvent are the same records in real and in virtual time", async () => {
    const real = await conversation("real", plainEvent);
    const virtual = await conversation("virtual", (event) => event);
    expect(timeless(real)).toEqual(timeless(virtual));
    expect(real.map((event) => ("message" in event ? event.message : ""))).toContain("{ value: 1 }");
    expect(JSON.stringify(real)).not.toContain("value: 2");
  });

  it("survive a structured clone after plainEvent", async () => {
    for (const event of await conversation("real", plainEvent)) expect(structuredClone(event)).toEqual(event);
  });

  it("say in JSON what their fields say", async () => {
    for (const event of await conversation("real", (kept) => kept)) {
      const plain = plainEvent(event);
      expect(JSON.stringify(event)).toBe(JSON.stringify(plain));
      for (const [field, value] of Object.entries(plain))
        expect(event[field as keyof TraceEvent]).toBe(value);
    }
  });
});
