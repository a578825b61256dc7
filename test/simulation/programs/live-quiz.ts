/** A quiz: each game is a small tree of its own, started when enough teams have gathered; a host process asks questions. */
import {
  continueWith,
  DynamicSupervisor,
  GenServer,
  type Info,
  type Pid,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
} from "suptree";

const QUESTIONS = ["2+2", "3*3", "10-7"].map((text, n) => ({ n, text }));

class Scores extends GenServer {
  private points: Record<string, number> = {};
  override init(game: string) {
    this.register(`scores-${game}`);
  }
  override handleCast(message: { type: "point"; team: string }) {
    this.points[message.team] = (this.points[message.team] ?? 0) + 1;
  }
  override handleCall(request: { type: "winner" }) {
    const [first] = Object.entries(this.points).toSorted(([, a], [, b]) => b - a);
    return reply(request, first?.[0] ?? null);
  }
}

class Host extends GenServer {
  private asked = 0;
  private game!: string;
  private teams!: string[];
  override init(game: string, teams: string[]) {
    this.game = game;
    this.teams = teams;
    return continueWith({ ask: 0 });
  }
  override async handleContinue(next: { ask: number }) {
    await this.sleep(200);
    const question = QUESTIONS[next.ask];
    if (!question) {
      const winner = await this.call(`scores-${this.game}`, { type: "winner" });
      this.cast("lobby", { type: "over", game: this.game, winner });
      return stop("normal");
    }
    this.asked++;
    const team = this.teams[question.n % this.teams.length];
    this.cast(`scores-${this.game}`, { type: "point", team });
    return continueWith({ ask: next.ask + 1 });
  }
}

class Game extends Supervisor {
  override init(id: string, teams: string[]): SupervisorSpec {
    return {
      strategy: "one_for_all",
      intensity: 1,
      period: 5,
      autoShutdown: "any_significant",
      children: [
        { id: "scores", start: [Scores, id] },
        { id: "host", start: [Host, id, teams], restart: "transient", significant: true },
      ],
    };
  }
}

class Games extends DynamicSupervisor {
  override init() {
    return { intensity: 3, period: 5 };
  }
}

class Lobby extends GenServer {
  private gathered: string[] = [];
  private running = new Map<string, Pid>();
  private winners: unknown[] = [];
  private n = 0;
  override async handleCall(request: { type: "join"; team: string }) {
    this.gathered.push(request.team);
    if (this.gathered.length < 2) return reply(request, "wait");
    const teams = this.gathered.splice(0, 2);
    const id = `g${++this.n}`;
    const pid = await this.startChild("games", {
      id,
      start: [Game, id, teams],
      restart: "temporary",
      type: "supervisor",
    });
    this.monitor(pid);
    this.running.set(id, pid);
    return reply(request, id);
  }
  override handleCast(message: { type: "over"; game: string; winner: string | null }) {
    this.winners.push(message.winner);
  }
  override handleInfo(message: Info) {
    if (message.type !== "DOWN") return;
    for (const [id, pid] of this.running) if (pid === message.pid) this.running.delete(id);
  }
}

class Team extends GenServer {
  private games = 0;
  private name!: string;
  override init(name: string, every: number) {
    this.name = name;
    this.sendInterval(every, this.self, { type: "again" });
  }
  override async handleInfo(message: Info<{ type: "again" }>) {
    if (message.type === "again" && (await this.call("lobby", { type: "join", team: this.name })) !== "wait")
      this.games++;
  }
}

export class QuizSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      period: 5,
      children: [
        { id: "games", start: [Games], name: "games" },
        { id: "lobby", start: [Lobby], name: "lobby" },
        { id: "reds", start: [Team, "reds", 900] },
        { id: "blues", start: [Team, "blues", 1_300] },
      ],
    };
  }
}
