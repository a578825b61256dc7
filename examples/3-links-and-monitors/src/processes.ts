import { GenServer, type Info, type Protocol, processName } from "suptree";

export const B = processName<Worker>("b");

interface WorkerProtocol extends Protocol {
  infos: { type: "fail" };
}

/** Fails when told to. */
export class Worker extends GenServer<WorkerProtocol> {
  override handleInfo(message: Info<WorkerProtocol["infos"]>) {
    if (message.type === "fail") throw new Error("boom");
  }
}

/** A link carries the exit both ways: when b fails, so does this one. */
export class Linked extends GenServer {
  override init() {
    this.link(B);
  }
}

/** Linked too, but it traps exits: the signal arrives as a message. */
export class Guard extends GenServer {
  override init() {
    this.trapExit(true);
    this.link(B);
  }

  override handleInfo(message: Info) {
    if (message.type === "EXIT") console.log(`guard: got an exit message, still here`);
  }
}

/** A monitor tells one side only, with a DOWN message. */
export class Watcher extends GenServer {
  override init() {
    this.monitor(B);
  }

  override handleInfo(message: Info) {
    if (message.type === "DOWN") console.log(`watcher: b is down, nothing happened to me`);
  }
}
