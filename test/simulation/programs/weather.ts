/** A weather service: stations fetch readings, an aggregator keeps the last ones, alarms are sent by rules in a table. */
import { randomUUID } from "node:crypto";
import { GenServer, type Info, reply, Supervisor, type SupervisorSpec } from "suptree";

interface Reading {
  station: string;
  value: number;
  at: number;
}
const RULES: { name: string; holds(reading: Reading): boolean }[] = [
  { name: "frost", holds: ({ value }) => value < 0 },
  { name: "heat", holds: ({ value }) => value > 35 },
];

class Station extends GenServer {
  private failures = 0;
  private id = "";
  override init(id: string) {
    this.id = id;
    this.sendInterval(1_000, this.self, { type: "measure" });
  }
  override async handleInfo(message: Info<{ type: "measure" }>) {
    if (message.type !== "measure") return;
    try {
      const response = await fetch(`https://example.org/${this.id}`);
      if (!response.ok) throw new Error(`status ${response.status}`);
      const { value = 20 } = (await response.json()) as { value?: number };
      this.cast("aggregator", { type: "reading", reading: { station: this.id, value, at: this.now() } });
    } catch {
      if (++this.failures > 3) throw new Error("station is down");
    }
  }
}
class Aggregator extends GenServer {
  private last = new Map<string, Reading>();
  override handleCast(message: { type: "reading"; reading: Reading }) {
    const { reading } = message;
    this.last.set(reading.station, reading);
    for (const { name, holds } of RULES)
      if (holds(reading)) this.cast("alarms", { type: "alarm", rule: name, station: reading.station });
  }
  override handleCall(request: { type: "average" }) {
    const values = [...this.last.values()].map(({ value }) => value);
    return reply(request, values.reduce((a, b) => a + b, 0) / values.length);
  }
}
class Alarms extends GenServer {
  private sent: { id: string; text: string }[] = [];
  override handleCast(message: { type: "alarm"; rule: string; station: string }) {
    this.sent.push({ id: randomUUID(), text: `${message.rule} at ${message.station}` });
    if (this.sent.length > 10) throw new Error("alarm storm");
  }
}
class Display extends GenServer {
  private shown: number | null = null;
  override init() {
    this.sendInterval(700, this.self, { type: "refresh" });
  }
  override async handleInfo(message: Info<{ type: "refresh" }>) {
    if (message.type === "refresh")
      this.shown = (await this.call("aggregator", { type: "average" })) as number;
  }
}
export class WeatherSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 3,
      period: 5,
      children: [
        { id: "alarms", start: [Alarms], name: "alarms" },
        { id: "aggregator", start: [Aggregator], name: "aggregator" },
        ...["north", "south"].map((id) => ({ id, start: [Station, id] as const })),
        { id: "display", start: [Display] },
      ],
    };
  }
}
