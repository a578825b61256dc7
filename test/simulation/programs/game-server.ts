/** A game server: a matchmaker pairs players from a queue, a match per pair keeps both pids, a leaderboard counts. */
import {
  DynamicSupervisor,
  type From,
  GenServer,
  type Info,
  noReply,
  type Pid,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
  timeout,
} from "suptree";

type Side = "white" | "black";
const MAX_MOVES = 4;
const other = (side: Side): Side => (side === "white" ? "black" : "white");

class Match extends GenServer {
  private players!: Record<Side, Pid>;
  private turn: Side = "white";
  private moves = 0;
  private id = 0;
  override init(id: number, white: Pid, black: Pid) {
    this.id = id;
    this.players = { white, black };
    this.monitor(white);
    this.monitor(black);
    this.send(white, { type: "your-turn", match: this.self });
    return timeout(3_000);
  }
  override handleCast(message: { type: "move"; by: Pid }) {
    if (message.by !== this.players[this.turn]) return timeout(3_000);
    this.moves++;
    if (this.moves >= MAX_MOVES) {
      this.cast("leaderboard", { type: "won", side: this.turn });
      return stop("normal");
    }
    this.turn = other(this.turn);
    this.send(this.players[this.turn], { type: "your-turn", match: this.self });
    return timeout(3_000);
  }
  override handleInfo(message: Info) {
    if (message.type === "DOWN") {
      const winner = Object.entries(this.players).find(([, pid]) => pid !== message.pid);
      this.cast("leaderboard", { type: "won", side: winner?.[0] ?? "nobody" });
      return stop("normal");
    }
    if (message.type === "timeout") return stop({ shutdown: "idle" });
  }
}

class Matches extends DynamicSupervisor {
  override init() {
    return { intensity: 3, period: 5, child: { start: [Match] as const, restart: "temporary" as const } };
  }
}

class Matchmaker extends GenServer {
  private waiting: { pid: Pid; from: From }[] = [];
  private count = 0;
  override async handleCall(request: { type: "play"; pid: Pid }, from: From) {
    this.waiting.push({ pid: request.pid, from });
    const [first, second] = this.waiting;
    if (!first || !second) return noReply;
    this.waiting = this.waiting.slice(2);
    const id = ++this.count;
    const match = await this.startChild("matches", [id, first.pid, second.pid]);
    for (const { from: waiting } of [first, second]) this.reply(waiting, { id, match });
    return noReply;
  }
}

class Player extends GenServer {
  private games = 0;
  override init(name: string, think: number) {
    this.name = name;
    this.think = think;
    this.send(this.self, { type: "look" });
  }
  private name = "";
  private think = 0;
  override async handleInfo(message: Info<{ type: "look" } | { type: "your-turn"; match: Pid }>) {
    switch (message.type) {
      case "look": {
        const { match } = (await this.call("matchmaker", { type: "play", pid: this.self }, "infinity")) as {
          match: Pid;
        };
        this.games++;
        this.monitor(match);
        break;
      }
      case "your-turn":
        await this.sleep(this.think);
        this.cast(message.match, { type: "move", by: this.self });
        break;
      case "DOWN":
        this.sendAfter(300, this.self, { type: "look" });
    }
  }
}

class Leaderboard extends GenServer {
  private readonly wins = new Map<string, number>();
  override handleCast(message: { type: "won"; side: string }) {
    this.wins.set(message.side, (this.wins.get(message.side) ?? 0) + 1);
  }
  override handleCall(request: { type: "top" }) {
    const sorted = [...this.wins].sort(([, a], [, b]) => b - a);
    return reply(request, sorted[0]?.[0] ?? null);
  }
}

class Players extends Supervisor {
  override init(): SupervisorSpec {
    const players = [
      { name: "ann", think: 200 },
      { name: "ben", think: 350 },
      { name: "cem", think: 150 },
      { name: "dora", think: 500 },
    ];
    return {
      intensity: 8,
      period: 5,
      children: players.map(({ name, think }) => ({ id: name, start: [Player, name, think] as const })),
    };
  }
}

export class GameServer extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      period: 10,
      children: [
        { id: "leaderboard", start: [Leaderboard], name: "leaderboard" },
        { id: "matches", start: [Matches], name: "matches" },
        { id: "matchmaker", start: [Matchmaker], name: "matchmaker" },
        { id: "players", start: [Players] },
      ],
    };
  }
}
