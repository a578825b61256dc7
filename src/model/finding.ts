/** What a lint rule reports: plain data that every host can show. */
import type { Location } from "./model.ts";

export type Severity = "error" | "warning" | "info" | "hint" | "off";
export type Certainty = "exact" | "best effort";

export interface TextEdit {
  /** Range to replace; an empty range inserts. */
  location: Location;
  newText: string;
}

export interface Fix {
  title: string;
  edits: TextEdit[];
  /** True when the fix changes nothing but what the finding is about. */
  safe: boolean;
}

export interface RelatedLocation {
  message: string;
  location: Location;
}

export interface Finding {
  rule: string;
  /** Which of the rule's messages this is; with rule, supervisor and children it identifies a finding across edits. */
  messageId: string;
  severity: Exclude<Severity, "off">;
  /** Names the processes involved and says what will happen at run time. */
  message: string;
  location: Location;
  related: RelatedLocation[];
  certainty: Certainty;
  /** The supervisor that the finding is about. */
  supervisor: string | null;
  /** Child keys that take part. */
  children: string[];
  fixes: Fix[];
  /** A scripted fault that shows the hazard in the simulation; null when there is nothing to run. */
  demonstration: Demonstration | null;
}

/** When a use fails: while the tree is starting, while the one that has crashed is away, or when all has settled. */
export type UseMoment = "starting" | "meanwhile" | "afterwards";

/** What must be observed for a hazard to have happened. Processes are keys of the model. */
export type Hazard =
  /** The root does not come up, because the start of one of these fails, or never ends; for want of `missing`, where that is why. */
  | { kind: "no start"; of: string[]; missing?: string }
  /** The supervisor has spent its budget and stops. */
  | { kind: "gives up"; supervisor: string }
  /** Nobody above hears of all these faults. */
  | { kind: "silence" }
  /** One of these, which are not at fault, ends as well. */
  | { kind: "goes down"; children: string[] }
  /** Nobody starts it again. */
  | { kind: "stays away"; child: string }
  /** One process uses another and fails. */
  | { kind: "use fails"; from: string[]; to: string; when: UseMoment }
  /** Each calls the next, and the last the first, while they handle calls. */
  | { kind: "call each other"; circle: string[] }
  /** It goes on, and does nothing about the end that it is told of. */
  | { kind: "drops"; child: string; message: "EXIT" | "DOWN" }
  /** The one that has started it has ended, and it runs on. */
  | { kind: "runs on"; child: string; of: string }
  /** It goes on, and is not told that the other one has ended. */
  | { kind: "not told"; child: string; of: string }
  /** Its terminate does not run when it ends. */
  | { kind: "no terminate"; child: string }
  /** It is killed, since its time to shut down was over. */
  | { kind: "cut off"; child: string }
  /** The stop of the tree takes longer than this. */
  | { kind: "takes long"; supervisor: string; ms: number }
  /** Its supervisor starts nothing else while its init waits. */
  | { kind: "holds start"; child: string };

/** Whether a program itself shows it: nobody in one can be made to use somebody at a given moment. */
export const shownByPrograms = ({ kind }: Hazard): boolean =>
  kind !== "use fails" && kind !== "call each other";

/** Start `root` in the simulation and, once it runs (or failed to), play these faults. */
export interface Demonstration {
  root: string;
  faults: { child: string; kind: "crash" | "exit" | "kill" | "hang"; reason?: string }[];
  expect: string;
  /** What must be seen; the verdict is about this and nothing else. */
  shows: Hazard;
  /** Supervisors whose trees do not run. */
  absent?: string[];
}
