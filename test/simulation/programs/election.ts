/** A cluster of nodes that elect a leader by term; a follower that hears nothing stands for election itself. */
import { GenServer, type Info, reply, Supervisor, type SupervisorSpec, type TimerRef } from "suptree";

type Role = "follower" | "candidate" | "leader";
const PEERS = ["n1", "n2", "n3"] as const;
type Name = (typeof PEERS)[number];

class Node extends GenServer {
  private role: Role = "follower";
  private term = 0;
  private votedFor: { [term: number]: Name } = {};
  private heartbeat: TimerRef | null = null;
  private election: TimerRef | null = null;
  private me!: Name;
  private wait!: number;

  override init(me: Name, wait: number) {
    Object.assign(this, { me, wait });
    this.me = me;
    this.wait = wait;
    this.restartElectionTimer();
  }
  private restartElectionTimer() {
    if (this.election) this.cancelTimer(this.election);
    this.election = this.sendAfter(this.wait, this.self, { type: "election" });
  }
  private get others() {
    return PEERS.filter((peer) => peer !== this.me);
  }
  override handleCall(request: { type: "vote"; term: number; from: Name } | { type: "who" }) {
    if (request.type === "who") return reply(request, this.role === "leader" ? this.me : null);
    if (request.term > this.term) {
      this.term = request.term;
      this.role = "follower";
    }
    if (request.term === this.term) this.votedFor[this.term] ??= request.from;
    const granted = this.votedFor[this.term] === request.from && request.term === this.term;
    if (granted) this.restartElectionTimer();
    return reply(request, granted);
  }
  override handleCast(message: { type: "heartbeat"; term: number; leader: Name }) {
    if (message.term < this.term) return;
    this.term = message.term;
    if (this.role === "leader" && message.leader !== this.me && this.heartbeat)
      this.cancelTimer(this.heartbeat);
    this.role = "follower";
    this.restartElectionTimer();
  }
  override async handleInfo(message: Info<{ type: "election" } | { type: "beat" }>) {
    if (message.type === "beat" && this.role === "leader") {
      for (const peer of this.others)
        this.cast(peer, { type: "heartbeat", term: this.term, leader: this.me });
      this.heartbeat = this.sendAfter(200, this.self, { type: "beat" });
    } else if (message.type === "election" && this.role !== "leader") {
      this.role = "candidate";
      this.term++;
      this.votedFor[this.term] = this.me;
      const votes = await Promise.all(
        this.others.map(async (peer) => {
          try {
            return await this.call(peer, { type: "vote", term: this.term, from: this.me }, 100);
          } catch {
            return false;
          }
        }),
      );
      const count = votes.filter(Boolean).length + 1;
      if (count * 2 > PEERS.length) {
        this.role = "leader";
        this.send(this.self, { type: "beat" });
      } else this.restartElectionTimer();
    }
  }
}
class Client extends GenServer {
  private misses = 0;
  override init() {
    this.sendInterval(900, this.self, { type: "ask" });
  }
  override async handleInfo(message: Info<{ type: "ask" }>) {
    if (message.type !== "ask") return;
    let leader: unknown = null;
    for (const peer of PEERS) {
      const answer = await this.call(peer, { type: "who" }).catch(() => null);
      leader ??= answer;
    }
    if (leader === null && ++this.misses >= 2) throw new Error("no leader");
  }
}
export class Cluster extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 4,
      period: 10,
      children: [
        ...PEERS.map((name, n) => ({ id: name, start: [Node, name, 500 + n * 130] as const, name })),
        { id: "client", start: [Client] },
      ],
    };
  }
}
