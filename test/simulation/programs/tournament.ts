/** A knockout tournament: each round is a supervisor whose matches are significant; players are processes with styles. */
import {
  type Call,
  CallError,
  continueWith,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
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

type Move = "rock" | "paper" | "scissors";
const MOVES = ["rock", "paper", "scissors"] as const satisfies readonly Move[];
const beats: Record<Move, Move> = { rock: "scissors", paper: "rock", scissors: "paper" };

interface Style {
  next(history: readonly Move[]): Move;
}
class Stubborn implements Style {
  private readonly move: Move;
  constructor(move: Move) {
    this.move = move;
  }
  next(): Move {
    return this.move;
  }
}
class Cycler implements Style {
  private at = 0;
  next(): Move {
    return MOVES[this.at++ % MOVES.length] ?? "rock";
  }
}
class Copycat implements Style {
  next(history: readonly Move[]): Move {
    return history.at(-1) ?? "paper";
  }
}
const styles: Record<string, () => Style> = {
  stubborn: () => new Stubborn("rock"),
  cycler: () => new Cycler(),
  copycat: () => new Copycat(),
};

interface PlayerProtocol extends Protocol {
  calls: Call<{ type: "move"; round: number }, Move> | Call<{ type: "wins" }, number>;
  casts: { type: "result"; theirs: Move; won: boolean };
}
const playerName = (nick: string) => processName<Player>(`player:${nick}`);
const BRACKET = processName<Bracket>("bracket");
const MATCHES = processName<Matches>("matches");

class Player extends GenServer<PlayerProtocol> {
  #style: Style = new Stubborn("rock");
  #seen: Move[] = [];
  #wins = 0;
  override init(style: keyof typeof styles) {
    const make = styles[style];
    if (!make) return stop({ unknown_style: style });
    this.#style = make();
  }
  override handleCall(request: PlayerProtocol["calls"]) {
    if (request.type === "wins") return reply(request, this.#wins);
    return reply(request, this.#style.next(this.#seen));
  }
  override handleCast({ theirs, won }: PlayerProtocol["casts"]) {
    this.#seen = [...this.#seen, theirs].slice(-5);
    if (won) this.#wins++;
  }
}

interface BracketProtocol extends Protocol {
  calls: Call<{ type: "standings" }, string[]>;
  casts: { type: "won"; match: string; by: string };
  infos: { type: "kickoff" };
}
class Bracket extends GenServer<BracketProtocol> {
  private readonly winners: string[] = [];
  private readonly matches = new Map<Pid, string>();
  private pairs: Array<[string, string]> = [];
  override init(nicks: readonly string[]) {
    this.pairs = nicks.reduce<Array<[string, string]>>((all, nick, n) => {
      if (n % 2 === 1) all.push([nicks[n - 1] as string, nick]);
      return all;
    }, []);
    return continueWith("kickoff");
  }
  override async handleContinue(_what: "kickoff") {
    for (const [n, pair] of this.pairs.entries()) await this.launch(`m${n}`, pair);
  }
  private async launch(match: string, [a, b]: readonly [string, string]) {
    const pid = await this.startChild(MATCHES, {
      id: match,
      start: [Match, match, a, b],
      restart: "transient",
      label: `${a} v ${b}`,
    });
    this.monitor(pid);
    this.matches.set(pid, match);
  }
  override handleCall(request: BracketProtocol["calls"]) {
    return reply(
      request,
      this.winners.map((nick, place) => `${place + 1}. ${nick}`),
    );
  }
  override async handleCast({ match, by }: BracketProtocol["casts"]) {
    this.winners.push(by);
    if (match.startsWith("m") && this.winners.length === this.pairs.length && this.pairs.length > 1) {
      const [a, b] = this.winners as [string, string];
      await this.launch("final", [a, b]);
    }
  }
  override handleInfo(message: Info<BracketProtocol["infos"]>) {
    if (message.type !== "DOWN") return;
    const match = this.matches.get(message.pid);
    this.matches.delete(message.pid);
    if (match === "final" && message.reason === "normal") return stop({ shutdown: "champion" });
  }
}

class Match extends GenServer<{ infos: { type: "play"; round: number } }> {
  private readonly score: [number, number] = [0, 0];
  private names: [string, string] = ["", ""];
  private id = "";
  override init(id: string, a: string, b: string) {
    this.id = id;
    this.names = [a, b];
    this.sendAfter(50, this.self, { type: "play", round: 1 });
  }
  override async handleInfo(message: Info<{ type: "play"; round: number }>) {
    if (message.type !== "play") return;
    const [a, b] = this.names;
    const [left, right] = await Promise.all([
      this.call(playerName(a), { type: "move", round: message.round }),
      this.call(playerName(b), { type: "move", round: message.round }),
    ]);
    const leftWins = beats[left] === right;
    const rightWins = beats[right] === left;
    this.cast(playerName(a), { type: "result", theirs: right, won: leftWins });
    this.cast(playerName(b), { type: "result", theirs: left, won: rightWins });
    if (leftWins || rightWins) this.score[leftWins ? 0 : 1]++;
    const best = Math.max(...this.score);
    if (best >= 2 || message.round >= 6) {
      this.cast(BRACKET, { type: "won", match: this.id, by: this.score[0] >= this.score[1] ? a : b });
      return stop();
    }
    this.sendAfter(30 * message.round, this.self, { type: "play", round: message.round + 1 });
  }
}

class Matches extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec {
    return { intensity: 2, period: 5 };
  }
}
class Commentator extends GenServer<{ infos: { type: "comment" } }> {
  private said = 0;
  override init(watch: readonly string[]) {
    for (const nick of watch) this.monitor(playerName(nick));
    this.sendInterval(400, this.self, { type: "comment" });
  }
  override async handleInfo(message: Info<{ type: "comment" }>) {
    if (message.type === "DOWN") return message.reason === "noproc" ? stop("nobody_plays") : undefined;
    if (message.type !== "comment") return;
    try {
      await this.call(BRACKET, { type: "standings" }, 100);
      if (++this.said >= 6) return stop();
    } catch (error) {
      if (error instanceof CallError && error.reason === "noproc") return stop({ shutdown: "off air" });
      throw error;
    }
  }
}

const ENTRANTS = { ada: "stubborn", bob: "cycler", cyd: "copycat", dee: "cycler" } as const;

class Players extends Supervisor {
  override init(entrants: Readonly<Record<string, string>>): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 3,
      children: Object.entries(entrants).map(([nick, style]) => ({
        id: nick,
        start: [Player, style],
        name: playerName(nick),
        restart: style === "copycat" ? "temporary" : "permanent",
      })),
    };
  }
}
class Arena extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 2,
      autoShutdown: "any_significant",
      children: [
        { id: "matches", start: [Matches], name: MATCHES },
        {
          id: "bracket",
          start: [Bracket, Object.keys(ENTRANTS)],
          name: BRACKET,
          restart: "transient",
          significant: true,
        },
      ],
    };
  }
}
export class Tournament extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 1,
      period: 10,
      children: [
        { id: "players", start: [Players, ENTRANTS] },
        { id: "arena", start: [Arena], restart: "transient" },
        {
          id: "commentator",
          start: [Commentator, Object.keys(ENTRANTS).filter((nick) => nick < "c")],
          restart: "transient",
        },
      ],
    };
  }
}
