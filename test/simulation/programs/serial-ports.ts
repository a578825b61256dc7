/** Serial ports of a factory: each port has a reader and a writer that belong together, and an owner that opens them again. */
import {
  type Call,
  continueWith,
  type ExitReason,
  GenServer,
  type Info,
  type Pid,
  type Protocol,
  processName,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
} from "suptree";

const CRC_TABLE = Uint16Array.from({ length: 256 }, (_, n) => {
  let crc = n;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  return crc;
});

export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0);
  return crc;
}

const frame = (address: number, payload: readonly number[]): Uint8Array => {
  const body = Uint8Array.of(address, payload.length, ...payload);
  const sum = crc16(body);
  return Uint8Array.of(...body, sum & 0xff, sum >> 8);
};

type Status = "closed" | "opening" | "open";

interface PortProtocol extends Protocol {
  calls: Call<{ type: "write"; bytes: Uint8Array }, boolean> | Call<{ type: "status" }, Status>;
  infos: { type: "reopen" } | { type: "data"; bytes: Uint8Array };
}

interface ReaderProtocol extends Protocol {
  infos: { type: "poll" };
}
class Reader extends GenServer<ReaderProtocol> {
  private port!: Pid<Port>;
  private address = 0;
  private polls = 0;

  override init(port: Pid<Port>, address: number) {
    this.port = port;
    this.address = address;
    this.sendInterval(700, this.self, { type: "poll" });
  }
  override handleInfo(message: Info<ReaderProtocol["infos"]>) {
    if (message.type !== "poll") return;
    this.polls += 1;
    this.send(this.port, { type: "data", bytes: frame(this.address, [this.polls & 0xff]) });
  }
}

interface WriterProtocol extends Protocol {
  calls: Call<{ type: "put"; bytes: Uint8Array }, number>;
}
class Writer extends GenServer<WriterProtocol> {
  private written = 0;
  override init(reader: Pid<Reader>) {
    // Half a port is none.
    this.link(reader);
  }
  override handleCall(request: WriterProtocol["calls"]) {
    this.written += request.bytes.byteLength;
    return reply(request, this.written);
  }
}

class Port extends GenServer<PortProtocol> {
  private status: Status = "closed";
  private address = 0;
  private reader: Pid<Reader> | null = null;
  private writer: Pid<Writer> | null = null;
  private failures = 0;
  private good = 0;

  override init(address: number) {
    this.trapExit(true);
    this.address = address;
    return continueWith("open");
  }
  override async handleContinue(what: unknown) {
    if (what === "open") await this.open();
  }
  private async open(): Promise<void> {
    this.status = "opening";
    this.reader = await this.startLink(Reader, this.self, this.address);
    this.writer = await this.startLink(Writer, this.reader);
    this.status = "open";
  }
  override async handleCall(request: PortProtocol["calls"]) {
    if (request.type === "status") return reply(request, this.status);
    if (this.writer === null || this.status !== "open") return reply(request, false);
    await this.call(this.writer, { type: "put", bytes: request.bytes });
    return reply(request, true);
  }
  override async handleInfo(message: Info<PortProtocol["infos"]>) {
    switch (message.type) {
      case "data": {
        const { bytes } = message;
        const sum = (bytes.at(-2) ?? 0) | ((bytes.at(-1) ?? 0) << 8);
        if (crc16(bytes.subarray(0, -2)) === sum) this.good++;
        break;
      }
      case "EXIT":
        if (message.from !== this.reader && message.from !== this.writer) return stop(message.reason);
        if (this.status === "open") {
          this.status = "closed";
          this.failures += 1;
          if (this.failures > 3) return stop("port_lost");
          this.sendAfter(250 * this.failures, this.self, { type: "reopen" });
        }
        break;
      case "reopen":
        if (this.status === "closed") await this.open();
        break;
    }
    return undefined;
  }
  override terminate(reason: ExitReason) {
    if (this.writer?.alive) this.sendExit(this.writer, reason === "normal" ? "shutdown" : reason);
  }
}

const portName = (n: number) => processName<Port>(`port_${n}`);

interface ControllerProtocol extends Protocol {
  infos: { type: "cycle" };
}
class Controller extends GenServer<ControllerProtocol> {
  private ports: readonly number[] = [];
  private refused = 0;
  private cycle = 0;

  override init(ports: readonly number[]) {
    this.ports = ports;
    this.sendAfter(400, this.self, { type: "cycle" });
  }
  override async handleInfo(message: Info<ControllerProtocol["infos"]>) {
    if (message.type !== "cycle") return;
    this.cycle++;
    for (const n of this.ports) {
      if (this.whereis(portName(n)) === undefined) {
        this.refused++;
        continue;
      }
      const done = await this.call(portName(n), { type: "write", bytes: frame(n, [this.cycle, 0x10]) });
      if (!done) this.refused++;
    }
    this.sendAfter(1_000, this.self, { type: "cycle" });
  }
}

const PORTS = [1, 2];

class PortsSup extends Supervisor {
  override init(ports: readonly number[]): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: ports.length * 2,
      period: 10,
      children: ports.map((n) => ({
        id: `port_${n}`,
        start: [Port, n],
        name: portName(n),
        restart: "permanent",
        shutdown: 2_000,
      })),
    };
  }
}

export class FactorySup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 2,
      period: 10,
      children: [
        { id: "ports", start: [PortsSup, PORTS] },
        { id: "controller", start: [Controller, PORTS] },
      ],
    };
  }
}
