/** Matchmaking of a game: players queue up, pairs get a match of their own, a match is a small state machine. */
import {
  type Call,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  GenServer,
  type Info,
  type MonitorRef,
  type Pid,
  type Protocol,
  processName,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
  timeout,
} from "suptree";

type Rating = { player: string; rating: number };

interface LadderProtocol extends Protocol {
  calls: Call<{ type: "rating"; player: string }, number> | Call<{ type: "top"; n: number }, Rating[]>;
  casts: { type: "result"; winner: string; loser: string };
}
const LADDER = processName<Ladder>("ladder");

class Ladder extends GenServer<LadderProtocol> {
  private static readonly K = 32;
  private readonly ratings = new Map<string, number>();

  private of(player: string): number {
    return this.ratings.get(player) ?? 1_200;
  }
  override handleCall(request: LadderProtocol["calls"]) {
    switch (request.type) {
      case "rating":
        return reply(request, this.of(request.player));
      case "top": {
        const all = Array.from(this.ratings, ([player, rating]) => ({ player, rating }));
        return reply(request, all.sort((a, b) => b.rating - a.rating).slice(0, request.n));
      }
    }
  }
  override handleCast({ winner, loser }: LadderProtocol["casts"]) {
    const expected = 1 / (1 + 10 ** ((this.of(loser) - this.of(winner)) / 400));
    const delta = Math.round(Ladder.K * (1 - expected));
    this.ratings.set(winner, this.of(winner) + delta);
    this.ratings.set(loser, this.of(loser) - delta);
  }
}

type Phase = "loading" | "playing" | "over";
const NEXT: Readonly<Record<Phase, Phase | null>> = { loading: "playing", playing: "over", over: null };
const LASTS: Readonly<Record<Phase, number>> = { loading: 300, playing: 2_500, over: 100 };

interface MatchProtocol extends Protocol {
  calls: Call<{ type: "phase" }, Phase>;
  infos: { type: "advance"; from: Phase };
}

class Match extends GenServer<MatchProtocol> {
  private phase: Phase = "loading";
  private players: readonly [string, string] = ["", ""];

  override init(a: string, b: string) {
    this.players = [a, b];
    this.enter("loading");
  }
  private enter(phase: Phase): void {
    this.phase = phase;
    this.sendAfter(LASTS[phase], this.self, { type: "advance", from: phase });
  }
  override handleCall(request: MatchProtocol["calls"]) {
    return reply(request, this.phase);
  }
  override async handleInfo(message: Info<MatchProtocol["infos"]>) {
    if (message.type !== "advance" || message.from !== this.phase) return;
    const next = NEXT[this.phase];
    if (next === null) {
      const [a, b] = this.players;
      const [ra, rb] = [
        await this.call(LADDER, { type: "rating", player: a }),
        await this.call(LADDER, { type: "rating", player: b }),
      ];
      const [winner, loser] = ra >= rb ? [a, b] : [b, a];
      this.cast(LADDER, { type: "result", winner, loser });
      return stop();
    }
    this.enter(next);
  }
}

const MATCHES = processName<MatchSup>("matches");
class MatchSup extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec<typeof Match> {
    return { child: { id: "match", start: [Match], restart: "temporary", shutdown: 1_000 } };
  }
}

interface LobbyProtocol extends Protocol {
  calls:
    | Call<{ type: "join"; player: string }, "queued" | "matched">
    | Call<{ type: "stats" }, { waiting: number; running: number }>;
}
const LOBBY = processName<Lobby>("lobby");

class Lobby extends GenServer<LobbyProtocol> {
  private waiting: string[] = [];
  private readonly running = new Map<MonitorRef, { pid: Pid<Match>; players: [string, string] }>();

  override async handleCall(request: LobbyProtocol["calls"]) {
    switch (request.type) {
      case "stats":
        return reply(request, { waiting: this.waiting.length, running: this.running.size });
      case "join": {
        const opponent = this.waiting.shift();
        if (opponent === undefined || opponent === request.player) {
          this.waiting.push(request.player);
          return reply(request, "queued");
        }
        const pid = await this.startChild(MATCHES, [opponent, request.player]);
        this.running.set(this.monitor(pid), { pid, players: [opponent, request.player] });
        return reply(request, "matched");
      }
    }
  }
  override handleInfo(message: Info) {
    if (message.type !== "DOWN") return;
    const ended = this.running.get(message.ref);
    if (!ended) return;
    this.running.delete(message.ref);
    if (message.reason !== "normal") this.waiting.unshift(...ended.players);
  }
}

/** Stands for the web socket front end: four players who come again and again. */
class Arrivals extends GenServer {
  private readonly names = ["mia", "noa", "liv", "ida"];
  private seen = 0;

  override init() {
    return timeout(200);
  }
  override async handleInfo(message: Info) {
    if (message.type !== "timeout") return timeout(200);
    const player = this.names[this.seen++ % this.names.length] ?? "";
    const said = await this.call(LOBBY, { type: "join", player });
    return this.seen >= 8 ? undefined : timeout(said === "matched" ? 900 : 350);
  }
}

class GameSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      period: 30,
      children: [
        { id: "matches", start: [MatchSup], name: MATCHES },
        { id: "lobby", start: [Lobby], name: LOBBY },
      ],
    };
  }
}

export class MatchmakingSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 2,
      period: 10,
      children: [
        { id: "ladder", start: [Ladder], name: LADDER },
        { id: "game", start: [GameSup] },
        { id: "arrivals", start: [Arrivals] },
      ],
    };
  }
}
