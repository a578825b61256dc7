/** A moderation bot: a gateway session with heartbeats, shards per guild, a strike ledger, an appeal state machine. */
import {
  continueWith,
  DynamicSupervisor,
  GenServer,
  type Info,
  type Pid,
  processName,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
  type TimerRef,
} from "suptree";

const LEDGER = processName("ledger");
const BAD_WORDS = new Set(["spam", "scam"]);
type Incoming = { guild: string; user: string; text: string };
const FEED: Incoming[] = [
  { guild: "cats", user: "ann", text: "hello" },
  { guild: "dogs", user: "bob", text: "buy this scam now" },
  { guild: "cats", user: "bob", text: "spam spam" },
  { guild: "cats", user: "eve", text: "more spam please" },
];

class Ledger extends GenServer {
  private strikes: { [user: string]: number } = Object.create(null);
  override handleCall(request: { type: "strike"; user: string } | { type: "top"; n: number }) {
    if (request.type === "strike") {
      const now = (this.strikes[request.user] ?? 0) + 1;
      this.strikes[request.user] = now;
      return reply(request, now);
    }
    const rows = Object.entries(this.strikes).sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
    return reply(
      request,
      rows.slice(0, request.n).map(([user]) => user),
    );
  }
}

type State =
  | { tag: "connecting"; tries: number }
  | { tag: "identified"; session: string }
  | { tag: "resuming"; session: string; since: number };
class Gateway extends GenServer {
  private state: State = { tag: "connecting", tries: 0 };
  private heartbeat: TimerRef | undefined;
  private missed = 0;
  private next = 0;
  override init() {
    this.register("gateway");
    return continueWith("connect" as const);
  }
  override async handleContinue(_what: "connect") {
    await this.sleep(100);
    this.become({ tag: "identified", session: `s${this.self.id % 7}` });
    this.heartbeat = this.sendAfter(500, this.self, { type: "beat" });
    this.sendAfter(250, this.self, { type: "frame" });
  }
  private become(next: State): void {
    if (next.tag !== this.state.tag) this.missed = 0;
    this.state = next;
  }
  override handleInfo(message: Info<{ type: "beat" } | { type: "frame" }>) {
    switch (message.type) {
      case "beat": {
        if (++this.missed > 4) {
          const { state } = this;
          if (state.tag === "identified")
            this.become({ tag: "resuming", session: state.session, since: this.now() });
          else return stop("session lost");
        }
        if (this.heartbeat) this.cancelTimer(this.heartbeat);
        this.heartbeat = this.sendAfter(500, this.self, { type: "beat" });
        return;
      }
      case "frame": {
        if (this.state.tag === "connecting") return;
        const frame = FEED[this.next++ % FEED.length]!;
        this.cast("router", { type: "message", ...frame });
        this.sendAfter(400, this.self, { type: "frame" });
      }
    }
  }
}

class Guild extends GenServer {
  private name!: string;
  private muted = new Map<string, TimerRef>();
  private seen = 0;
  override init(name: string) {
    this.name = name;
  }
  override async handleCast(message: { type: "message"; user: string; text: string }) {
    this.seen += 1;
    if (this.muted.has(message.user)) return;
    if (!message.text.split(" ").some((word) => BAD_WORDS.has(word))) return;
    const strikes = (await this.call(LEDGER, { type: "strike", user: message.user })) as number;
    if (strikes >= 4) throw new Error(`${message.user} raids ${this.name}`);
    if (strikes >= 2)
      this.muted.set(
        message.user,
        this.sendAfter(strikes * 1000, this.self, { type: "unmute", user: message.user }),
      );
  }
  override handleInfo(message: Info<{ type: "unmute"; user: string }>) {
    if (message.type === "unmute") this.muted.delete(message.user);
  }
}
class Guilds extends DynamicSupervisor {
  override init() {
    return { intensity: 2, period: 10, child: { start: [Guild] as const } };
  }
}
class Router extends GenServer {
  private guilds: Record<string, Pid> = {};
  override async handleCast(message: { type: "message" } & Incoming) {
    const { guild, ...rest } = message;
    let pid = this.guilds[guild];
    if (!pid?.alive) {
      pid = await this.startChild("guilds", [guild]);
      this.monitor(pid);
      this.guilds[guild] = pid;
    }
    this.cast(pid, rest);
  }
  override handleInfo(message: Info) {
    if (message.type === "DOWN") {
      const entry = Object.entries(this.guilds).find(([, pid]) => pid === message.pid);
      if (entry) delete this.guilds[entry[0]];
    }
  }
}
class Reports extends GenServer {
  private last: readonly string[] = [];
  override init(every: number) {
    this.sendInterval(every, this.self, { type: "report" });
  }
  override async handleInfo(message: Info<{ type: "report" }>) {
    if (message.type !== "report") return;
    const top = (await this.call(LEDGER, { type: "top", n: 2 })) as string[];
    const fresh = top.filter((user) => !this.last.includes(user));
    this.last = Object.freeze([...this.last, ...fresh]);
  }
}
class ChatSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 2,
      period: 10,
      children: [
        { id: "guilds", start: [Guilds], name: "guilds" },
        { id: "router", start: [Router], name: "router" },
        { id: "gateway", start: [Gateway], restart: "transient" },
      ],
    };
  }
}
export class BotSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 1,
      period: 20,
      children: [
        { id: "ledger", start: [Ledger], name: LEDGER },
        { id: "chat", start: [ChatSup], type: "supervisor" },
        { id: "reports", start: [Reports, 1500] },
      ],
    };
  }
}
