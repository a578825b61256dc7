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

/** Start `root` in the simulation and, once it runs (or failed to), play these faults. */
export interface Demonstration {
  root: string;
  faults: { child: string; kind: "crash" | "exit" | "kill" | "hang"; reason?: string }[];
  expect: string;
  /** "silence": the hazard is that nobody hears of all these faults. Absent: that they do harm. */
  shows?: "silence";
}
