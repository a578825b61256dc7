/** What `suptree run` drives: a run with stand-ins in this process, or one of real code in a thread. */
import type { Assumption, RunAction, RunInput, RunMode, RunPosition } from "../../model/index.ts";
import type { ConsoleLine } from "../../protocol/index.ts";
import type { TraceEvent } from "../../runtime/trace.ts";
import type { BootResult } from "../../simulation/index.ts";

export interface Place {
  /** Child ids from the root down. */
  path: string;
  /** The model's key; empty for what the model does not know. */
  key: string;
}

/** A fault that cannot be given; the message is for people. */
export class CannotGive extends Error {
  override readonly name = "CannotGive";
}

export interface RunDriver {
  readonly mode: RunMode;
  readonly events: readonly TraceEvent[];
  readonly console: readonly ConsoleLine[];
  readonly assumptions: readonly Assumption[];
  readonly notes: readonly string[];
  readonly boots: readonly BootResult[];
  readonly inputs: readonly RunInput[];
  readonly position: RunPosition;
  /** No process is left. */
  readonly ended: boolean;
  /** Why it does not go on, in a sentence; null when it does. */
  readonly stopped: string | null;
  /** Everybody who lives. */
  places(): readonly Place[];
  replay(inputs: readonly RunInput[], until: RunPosition): Promise<void>;
  /** Runs until nothing more would happen by itself, at most so many virtual milliseconds. */
  settle(ms: number): Promise<void>;
  /** Lets virtual time pass. */
  advance(ms: number): Promise<void>;
  /** @throws CannotGive */
  input(action: RunAction): Promise<void>;
  close(): Promise<void>;
}

/** A run that emits more than this has lost itself. */
export const MOST_EVENTS = 200_000;
