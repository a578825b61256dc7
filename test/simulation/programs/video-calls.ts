/** Video calls: rooms with participants that belong together, a signalling server, recorders linked to rooms, quotas. */
import {
  type Call,
  CallError,
  continueWith,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  type ExitReason,
  GenServer,
  type Info,
  ignore,
  type Pid,
  type Protocol,
  processName,
  reply,
  StartError,
  Supervisor,
  type SupervisorSpec,
  stop,
} from "suptree";

interface QuotaProtocol extends Protocol {
  calls: Call<{ type: "acquire"; who: Pid }, boolean> | Call<{ type: "used" }, number>;
  casts: { type: "release"; who: Pid };
}
const QUOTA = processName<Quota>("quota");

class Quota extends GenServer<QuotaProtocol> {
  private limit = 0;
  private readonly holders = new Set<Pid>();

  override init({ limit }: { limit: number }) {
    this.limit = limit;
  }
  override handleCall(request: QuotaProtocol["calls"]) {
    if (request.type === "used") return reply(request, this.holders.size);
    if (this.holders.size >= this.limit) return reply(request, false);
    this.holders.add(request.who);
    this.monitor(request.who);
    return reply(request, true);
  }
  override handleCast({ who }: QuotaProtocol["casts"]) {
    this.holders.delete(who);
  }
  override handleInfo(message: Info) {
    if (message.type === "DOWN") this.holders.delete(message.pid);
  }
}

interface RecorderProtocol extends Protocol {
  casts: { type: "frame"; from: string; bytes: number };
  infos: { type: "rotate" };
}
class Recorder extends GenServer<RecorderProtocol> {
  private segment = 0;
  private bytes = 0;
  private readonly segments: { n: number; bytes: number }[] = [];

  override init(maxSegment: number) {
    if (maxSegment <= 0) return ignore;
    this.sendInterval(maxSegment, this.self, { type: "rotate" });
    return undefined;
  }
  override handleCast({ bytes }: RecorderProtocol["casts"]) {
    this.bytes += bytes;
  }
  override handleInfo(message: Info<RecorderProtocol["infos"]>) {
    if (message.type !== "rotate") return;
    this.segments.push({ n: this.segment++, bytes: this.bytes });
    this.bytes = 0;
  }
}

interface ParticipantProtocol extends Protocol {
  casts: { type: "frame"; from: string; bytes: number } | { type: "mute" };
  infos: { type: "camera" };
}
class Participant extends GenServer<ParticipantProtocol> {
  private name = "";
  private room!: Pid<Room>;
  private received = 0;
  private muted = false;

  override async init(name: string, room: Pid<Room>) {
    this.name = name;
    this.room = room;
    if (!(await this.call(QUOTA, { type: "acquire", who: this.self }))) return stop("over_quota");
    this.link(room);
    this.sendInterval(500, this.self, { type: "camera" });
    return undefined;
  }
  override handleCast(message: ParticipantProtocol["casts"]) {
    if (message.type === "mute") this.muted = true;
    else this.received += message.bytes;
  }
  override handleInfo(message: Info<ParticipantProtocol["infos"]>) {
    if (message.type === "camera" && !this.muted)
      this.cast(this.room, { type: "frame", from: this.name, bytes: 1_000 + this.name.length });
  }
  override terminate(reason: ExitReason) {
    if (reason === "normal") this.cast(QUOTA, { type: "release", who: this.self });
  }
}

class ParticipantSup extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec<typeof Participant> {
    return { intensity: 5, period: 5, child: { start: [Participant], restart: "temporary" } };
  }
}
const PARTICIPANTS = processName<ParticipantSup>("participants");

interface RoomProtocol extends Protocol {
  calls: Call<{ type: "join"; name: string }, boolean> | Call<{ type: "who" }, string[]>;
  casts: { type: "frame"; from: string; bytes: number } | { type: "close" };
}

class Room extends GenServer<RoomProtocol> {
  readonly #members = new Map<string, Pid<Participant>>();
  #recorder: Pid<Recorder> | null = null;
  #options!: { record: boolean; max: number };

  override init(options: { record: boolean; max: number }) {
    this.trapExit(true);
    this.#options = options;
    return continueWith("recorder");
  }
  override async handleContinue(what: unknown) {
    if (what !== "recorder") return;
    try {
      this.#recorder = await this.startLink(Recorder, this.#options.record ? 2_000 : 0);
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      this.#recorder = null;
    }
  }
  override async handleCall(request: RoomProtocol["calls"]) {
    if (request.type === "who") return reply(request, [...this.#members.keys()].sort());
    if (this.#members.size >= this.#options.max || this.#members.has(request.name))
      return reply(request, false);
    const { ok } = await this.startChildResult(PARTICIPANTS, [request.name, this.self]);
    if (ok === undefined) return reply(request, false);
    this.#members.set(request.name, ok as Pid<Participant>);
    return reply(request, true);
  }
  override handleCast(message: RoomProtocol["casts"]) {
    if (message.type === "close") return stop("shutdown");
    const { from, bytes } = message;
    for (const [name, pid] of this.#members)
      if (name !== from) this.cast(pid, { type: "frame", from, bytes });
    if (this.#recorder) this.cast(this.#recorder, { type: "frame", from, bytes });
    return undefined;
  }
  override handleInfo(message: Info) {
    if (message.type !== "EXIT") return undefined;
    if (message.from === this.#recorder) {
      this.#recorder = null;
      return continueWith("recorder");
    }
    for (const [name, pid] of this.#members)
      if (pid === message.from) {
        this.#members.delete(name);
        return this.#members.size === 0 ? stop("normal") : undefined;
      }
    return stop(message.reason);
  }
}

class RoomSup extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec {
    return { intensity: 3, period: 10 };
  }
}
const ROOMS = processName<RoomSup>("rooms");

interface SignallingProtocol extends Protocol {
  calls: Call<{ type: "enter"; room: string; name: string }, "in" | "refused">;
}
const SIGNALLING = processName<Signalling>("signalling");

class Signalling extends GenServer<SignallingProtocol> {
  private readonly rooms: Record<string, Pid<Room>> = {};

  private async room(name: string): Promise<Pid<Room>> {
    const known = this.rooms[name];
    if (known?.alive) return known;
    const options = { record: name.startsWith("rec-"), max: 3 };
    const pid = await this.startChild(ROOMS, { id: name, start: [Room, options], restart: "temporary" });
    this.rooms[name] = pid;
    this.monitor(pid);
    return pid;
  }
  override async handleCall(request: SignallingProtocol["calls"]) {
    try {
      const room = await this.room(request.room);
      const joined = await this.call(room, { type: "join", name: request.name });
      return reply(request, joined ? "in" : "refused");
    } catch (error) {
      if (error instanceof CallError || error instanceof StartError) return reply(request, "refused");
      throw error;
    }
  }
  override handleInfo(message: Info) {
    if (message.type !== "DOWN") return;
    for (const [name, pid] of Object.entries(this.rooms)) if (pid === message.pid) delete this.rooms[name];
  }
}

interface VisitorsProtocol extends Protocol {
  infos: { type: "knock"; n: number };
}
class Visitors extends GenServer<VisitorsProtocol> {
  private static readonly PLAN = [
    "rec-standup:ann",
    "rec-standup:bo",
    "lounge:cy",
    "lounge:ann",
    "rec-standup:di",
  ];
  private refused = 0;
  override init() {
    this.send(this.self, { type: "knock", n: 0 });
  }
  override async handleInfo(message: Info<VisitorsProtocol["infos"]>) {
    if (message.type !== "knock") return;
    const entry = Visitors.PLAN[message.n];
    if (entry === undefined) return;
    const [room = "", name = ""] = entry.split(":");
    const said = await this.call(SIGNALLING, { type: "enter", room, name });
    if (said === "refused") this.refused++;
    this.sendAfter(300, this.self, { type: "knock", n: message.n + 1 });
  }
}

class MediaSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      period: 10,
      children: [
        { id: "participants", start: [ParticipantSup], name: PARTICIPANTS },
        { id: "rooms", start: [RoomSup], name: ROOMS },
        { id: "signalling", start: [Signalling], name: SIGNALLING },
      ],
    };
  }
}

export class VideoSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 2,
      period: 5,
      children: [
        { id: "quota", start: [Quota, { limit: 4 }], name: QUOTA },
        { id: "media", start: [MediaSup] },
        { id: "visitors", start: [Visitors] },
      ],
    };
  }
}
