/** A recording as a session: it tells from its beginning to its end what happened, and nothing can be done to it. */
import { errorText } from "../../model/index.ts";
import type { LiveAnswers, LiveDetail, LiveSnapshot } from "../../runtime/live-protocol.ts";
import {
  type Capabilities,
  LiveError,
  type LiveListener,
  type LiveSession,
  type Program,
  type SessionSystem,
} from "../session.ts";
import { nothing, openRecording, type Recording, type Track } from "./recording.ts";

/** @throws LiveError whose message begins with the file */
export async function openSession(
  path: string,
  listener: LiveListener,
  named = path,
): Promise<RecordingSession> {
  try {
    return new RecordingSession(await openRecording(path), listener);
  } catch (error) {
    throw error instanceof LiveError ? new LiveError(`${named}: ${error.message}`) : error;
  }
}

export class RecordingSession implements LiveSession {
  readonly can: Capabilities = { commands: false, follow: false, state: false, messages: false };
  readonly program: Program;
  readonly recording: Recording;
  readonly #listener: LiveListener;
  #closed = false;
  /** What was watched last lives by this. */
  #snapshot: LiveSnapshot | null = null;

  constructor(recording: Recording, listener: LiveListener) {
    this.recording = recording;
    this.#listener = listener;
    const { title = "", pid = null, host = "", library = null } = recording.tracks[0]?.program ?? {};
    this.program = { title, pid, host, library };
    this.can.messages = recording.tracks.some(({ system }) => system.detail === "all");
  }

  async systems(): Promise<SessionSystem[]> {
    return this.recording.tracks.map((track) => {
      const { system, virtual } = track.system;
      // At most; whoever only has events has had some.
      const processes = Math.max(Math.min(1, track.events), ...track.keyframes.map((each) => each.processes));
      return { system, name: nameOf(track, this.recording.tracks), processes, virtual, thread: null };
    });
  }

  /** What it begins with; all that happened then is told at once. With "none" what it ends with, and nothing is told. */
  async watch(system: number, detail: LiveDetail): Promise<LiveSnapshot> {
    const track = this.#track(system);
    if (detail === "none") {
      this.#snapshot = (await this.recording.lastKeyframe(track))?.snapshot ?? nothing(track);
      return this.#snapshot;
    }
    const parts = this.recording.parts(track);
    const first = await parts.next();
    const begin = first.done === true ? null : first.value;
    this.#snapshot = begin?.keyframe?.snapshot ?? nothing(track);
    setImmediate(() => {
      void (async () => {
        if (begin !== null && begin.events.length > 0)
          this.#listener.heard({ type: "events", system, events: begin.events, left: begin.left });
        for await (const { keyframe, events, left } of parts) {
          if (this.#closed) return;
          if (keyframe !== null)
            this.#listener.heard({ type: "gap", system, snapshot: keyframe.snapshot, lost: keyframe.lost });
          else this.#listener.heard({ type: "events", system, events, left });
        }
        this.#listener.ended(endOf(this.recording));
      })().catch((error: unknown) => this.#listener.ended(errorText(error)));
    });
    return this.#snapshot;
  }

  async inspect(): Promise<LiveAnswers["inspect"]> {
    return null;
  }

  async command(): Promise<void> {
    throw new LiveError("A recording can only be looked at.");
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.recording.close();
  }

  #track(system: number): Track {
    const track = this.recording.tracks.find((each) => each.system.system === system);
    if (track === undefined) throw new LiveError(`The recording has no system ${system}.`);
    return track;
  }
}

/** Systems of several programs, or with one name, are told apart by their programs. */
export function nameOf({ system, program }: Track, all: readonly Track[]): string | null {
  const alike = all.filter((other) => other.system.name === system.name);
  if (alike.length === 1) return system.name;
  const { title, pid, thread } = program;
  const where = `${title}${pid === null ? "" : ` ${pid}`}${thread === 0 ? "" : `, thread ${thread}`}`;
  const inIt = alike.filter((other) => other.program === program).length;
  return `${system.name ?? "System"} (${where}${inIt > 1 ? `, ${system.system}` : ""})`;
}

/** How a recording ended, in a sentence. */
export function endOf({ cutOff, ends }: Recording): string {
  if (ends.length > 0) return ends.map(({ reason }) => reason).join(" ");
  return cutOff ? "The recording breaks off here: it was never finished." : "The recording ends here.";
}
