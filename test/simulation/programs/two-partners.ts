/** Linked to two, it tells them apart by their pids. */
import { GenServer, type Info, type Pid, Supervisor, type SupervisorSpec, stop } from "suptree";

class Audio extends GenServer {}
class Video extends GenServer {}
class Player extends GenServer {
  private audio: Pid | undefined;
  private video: Pid | undefined;
  override init() {
    this.trapExit(true);
    this.audio = this.whereis("audio");
    this.video = this.whereis("video");
    if (this.audio !== undefined) this.link(this.audio);
    if (this.video !== undefined) this.link(this.video);
  }
  override handleInfo(message: Info) {
    if (message.type !== "EXIT") return;
    if (message.from === this.audio) return stop("no sound");
    if (message.from === this.video) this.video = undefined;
  }
}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 4,
      children: [
        { id: "audio", start: [Audio], name: "audio" },
        { id: "video", start: [Video], name: "video" },
        { id: "player", start: [Player] },
      ],
    };
  }
}
