/** A whiteboard service: boards by id, participants get a board's pid and watch it, a snapshotter asks each board. */
import {
  DynamicSupervisor,
  GenServer,
  type Info,
  type Pid,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
} from "suptree";

interface Stroke {
  x: number;
  y: number;
}

class Board extends GenServer {
  private strokes: Stroke[] = [];
  private id = "";
  override init(id: string) {
    this.id = id;
  }
  override handleCall(request: { type: "snapshot" } | { type: "size" }) {
    if (request.type === "snapshot") return reply(request, { id: this.id, strokes: [...this.strokes] });
    return reply(request, this.strokes.length);
  }
  override handleCast(message: { type: "draw"; stroke: Stroke } | { type: "close" }) {
    if (message.type === "close") return stop("normal");
    this.strokes.push(message.stroke);
    if (this.strokes.length >= 5) {
      this.cast("archive", { type: "full", board: this.id });
      return stop("normal");
    }
  }
}

class Boards extends DynamicSupervisor {
  override init() {
    return { intensity: 3, period: 5 };
  }
}

class BoardIndex extends GenServer {
  private byId: Record<string, Pid> = {};
  override handleCall(request: { type: "open"; id: string } | { type: "all" }) {
    if (request.type === "all") return reply(request, Object.values(this.byId));
    return this.open(request);
  }
  private async open(request: { type: "open"; id: string }) {
    const known = this.byId[request.id];
    if (known?.alive) return reply(request, known);
    const pid = await this.startChild("boards", {
      id: `board-${request.id}`,
      start: [Board, request.id],
      restart: "temporary",
    });
    this.monitor(pid);
    this.byId[request.id] = pid;
    return reply(request, pid);
  }
  override handleInfo(message: Info) {
    if (message.type !== "DOWN") return;
    for (const id of Object.keys(this.byId)) if (this.byId[id] === message.pid) delete this.byId[id];
  }
}

class Participant extends GenServer {
  private board: Pid | null = null;
  private drawn = 0;
  private id = "";
  override async init(id: string) {
    this.id = id;
    await this.join();
    this.sendInterval(700, this.self, { type: "stroke" });
  }
  private async join() {
    this.board = (await this.call("index", { type: "open", id: this.id })) as Pid;
    this.monitor(this.board);
  }
  override async handleInfo(message: Info<{ type: "stroke" }>) {
    if (message.type === "DOWN") {
      this.board = null;
      await this.join();
    } else if (message.type === "stroke" && this.board) {
      this.drawn++;
      this.cast(this.board, { type: "draw", stroke: { x: this.drawn, y: 0 } });
    }
  }
}

class Archive extends GenServer {
  private full = 0;
  override handleCast(message: { type: "full"; board: string }) {
    if (message.type === "full") this.full++;
  }
}

class Snapshotter extends GenServer {
  private saved = new Map<string, number>();
  override init() {
    this.sendInterval(2_000, this.self, { type: "save" });
  }
  override async handleInfo(message: Info<{ type: "save" }>) {
    if (message.type !== "save") return;
    const boards = (await this.call("index", { type: "all" })) as Pid[];
    for (const board of boards) {
      try {
        const { id, strokes } = (await this.call(board, { type: "snapshot" })) as {
          id: string;
          strokes: Stroke[];
        };
        this.saved.set(id, strokes.length);
      } catch {
        // it closed meanwhile
      }
    }
  }
}

export class Whiteboard extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 5,
      period: 10,
      children: [
        { id: "archive", start: [Archive], name: "archive" },
        { id: "boards", start: [Boards], name: "boards" },
        { id: "index", start: [BoardIndex], name: "index" },
        { id: "p1", start: [Participant, "red"] },
        { id: "p2", start: [Participant, "blue"] },
        { id: "snapshotter", start: [Snapshotter] },
      ],
    };
  }
}
