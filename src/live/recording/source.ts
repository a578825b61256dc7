/** A recording as the page's host sees it: one system, of which each page has the part that it looks at. */
import type { TreeModel } from "../../model/index.ts";
import type { LiveProgram, ProcessView } from "../../protocol/index.ts";
import { LiveTrace } from "../events-of.ts";
import { modelOf, whatIfModel } from "../model-of.ts";
import { LiveError, titleOf } from "../session.ts";
import type { PageSource, Tell } from "../viewer.ts";
import { nothing, overviewOf, type Recording, type Stretch, type Track } from "./recording.ts";
import { endOf, nameOf } from "./session.ts";

/** Events that a page is given at once, about. */
const WINDOW = 20_000;
/** Parts of an overview. */
const SLICES = 240;

/** The systems of a recording, each as something to be looked at. */
export function sourcesOf(recording: Recording): { name: string; source: RecordingSource }[] {
  return recording.tracks.map((track) => ({
    name: nameOf(track, recording.tracks) ?? track.program.title,
    source: new RecordingSource(recording, track),
  }));
}

export class RecordingSource implements PageSource {
  readonly program: LiveProgram;
  readonly #recording: Recording;
  readonly #track: Track;
  readonly #shown = new Map<Tell, Stretch>();

  constructor(recording: Recording, track: Track) {
    this.#recording = recording;
    this.#track = track;
    const first = track.keyframes.find(({ time }) => time > 0);
    this.program = {
      title: titleOf(track.program),
      commands: false,
      allowed: false,
      recording: {
        slices: overviewOf(track, SLICES),
        events: track.events,
        clock: first === undefined ? null : first.time - first.at,
        end: endOf(recording),
      },
    };
  }

  /** The tree in its last whole picture. @throws LiveError */
  async model(): Promise<TreeModel> {
    return modelOf((await this.#recording.lastKeyframe(this.#track))?.snapshot ?? nothing(this.#track)).model;
  }

  /** The same, to be run by stand-ins. @throws LiveError */
  async whatIf(): Promise<TreeModel> {
    return whatIfModel((await this.#recording.lastKeyframe(this.#track))?.snapshot ?? nothing(this.#track));
  }

  /** Gives the page the part in which event `seq` is; without a number the end. */
  async watch(tell: Tell, seq = this.#track.events): Promise<void> {
    const stretch = await this.#recording.stretch(this.#track, seq, WINDOW);
    this.#shown.set(tell, stretch);
    const { keyframe, after, events, left } = stretch;
    const trace = new LiveTrace();
    const begin = trace.begin(keyframe?.snapshot ?? nothing(this.#track));
    tell({
      type: "liveWindow",
      after,
      events: events.length,
      begun: begin.length,
      at: Math.max(0, seq - after),
    });
    tell({ type: "liveEvents", reset: true, events: [...begin, ...trace.next(events)], left });
  }

  leave(tell: Tell): void {
    this.#shown.delete(tell);
  }

  async rest(): Promise<void> {}

  async command(): Promise<void> {
    throw new LiveError("A recording can only be looked at.");
  }

  /** What was recorded of it: at the end where the file has that, else where the part begins that some page looks at. */
  async inspect(pid: number): Promise<ProcessView | null> {
    const last = await this.#recording.lastKeyframe(this.#track);
    const keyframes = [last, ...[...this.#shown.values()].map(({ keyframe }) => keyframe)];
    for (const keyframe of keyframes) {
      const process = keyframe?.snapshot.list.find(({ id }) => id === pid);
      if (process === undefined || keyframe == null) continue;
      const states = keyframe.states?.[pid];
      const monitoredBy = keyframe.snapshot.list.filter(({ monitors }) =>
        monitors.some(({ target }) => target === pid),
      );
      return {
        pid,
        alive: true,
        name: process.childId ?? process.label,
        label: process.label,
        key: null,
        registered: process.registeredNames,
        links: process.links,
        monitors: process.monitors,
        monitoredBy: monitoredBy.map(({ id }) => id),
        trapExit: process.trapsExit,
        mailbox: { length: process.mailboxLength, first: [] },
        fields: Object.entries(states ?? {}).map(([name, text]) => ({ depth: 0, name, text })),
        callback: null,
        behaviour: [
          `Recorded at ${new Date(keyframe.snapshot.time).toISOString()}: ${process.handled.toLocaleString("en")} messages handled`,
        ],
      };
    }
    return null;
  }
}
