/**
 * Messages between a host (the editor's panel, the web server) and the page. The page's first message is
 * `ready`; the host answers with `init`, the whole state, so a reload of either side needs nothing else.
 * Requests of the page that carry an id are answered with `done`, also when they fail.
 */
import * as v from "valibot";
import type { Demonstration, Finding, Location, RunMode, SavedRun, TreeModel } from "../model/index.ts";
import { parseMessage, schemaOf } from "./check.ts";
import {
  type LiveHostMessage,
  type LivePageMessage,
  type LiveProgram,
  liveHostMessages,
  livePageMessages,
  liveProgramSchema,
} from "./live.ts";
import { demonstrationSchema, findingSchema, locationSchema, treeModelSchema } from "./model-schema.ts";
import { runModeSchema, savedRunSchema } from "./run-schema.ts";

/** Raised when a message changes its meaning; both sides refuse another version. */
export const PROTOCOL_VERSION = 1;

export interface PageSettings {
  /** "auto" follows the editor's or the system's own setting. */
  reducedMotion: "auto" | "on" | "off";
  /** Virtual seconds per real second when a run is started. */
  speed: number;
  /** How many stand-ins a dynamic supervisor or an unknown number of children gets. */
  dynamicChildren: number;
  /** Events that a run may produce before it is stopped. */
  maxEvents: number;
}

export interface InitMessage {
  type: "init";
  protocol: number;
  host: "vscode" | "web";
  model: TreeModel;
  findings: Finding[];
  /** The supervisor or application to run, null for "let the person choose". */
  root: string | null;
  /** A finding's scripted fault to play at once. */
  demonstration: Demonstration | null;
  /** Trees that were run as real code last; all others run with stand-ins. */
  realCode: string[];
  /** Why real code is not offered here, in a sentence; null where it is. */
  noCode: string | null;
  seed: number;
  settings: PageSettings;
  /** Translations by their English text; empty for English. */
  strings: Record<string, string>;
  /** A run to continue: the page replays it. */
  saved: SavedRun | null;
  /** The page before this one was lost while it ran `saved`: it is kept, and not run until somebody asks. */
  lost: boolean;
  /** A program that runs elsewhere, which the page looks at; null where it runs trees itself. */
  live: LiveProgram | null;
}

/** Lines of a source file around a place. */
export interface Excerpt {
  title: string;
  /** From `first` on, 1-based. */
  lines: string[];
  first: number;
  /** The lines that the place names. */
  marked: { from: number; to: number };
  /** Opens the place in VS Code. */
  editor: string;
}

/** Why a program could not be bundled. */
export interface CodeProblem {
  message: string;
  location: Location | null;
  /** Files from the module down to the one that has the problem, each imported by the one before. */
  chain: string[];
}

/** A bundled program, or why there is none. */
export interface Code {
  /** What follows the sandbox's script; null when there are problems. */
  script: string | null;
  /** Remarks: what is not as in the program itself. */
  notes: string[];
  problems: CodeProblem[];
}

export type HostMessage =
  | InitMessage
  | { type: "model"; model: TreeModel; findings: Finding[] }
  | { type: "settings"; settings: PageSettings; noCode: string | null }
  | { type: "run"; root: string; demonstration: Demonstration | null; seed: number | null }
  /** Shows a supervisor, child or orphan by its key. */
  | { type: "select"; key: string }
  /** The bundle that `needCode` asked for, or why there is none. */
  | { type: "code"; id: number; code: Code }
  /** Something that the last bundle was made of was saved. */
  | { type: "codeChanged" }
  /** The lines where the selected process is written: from a host that has no editor to show them in. */
  | { type: "excerpt"; key: string; excerpt: Excerpt }
  | { type: "done"; id: number; ok: boolean; message: string | null }
  /** Whether the page still lives: it answers with `alive`. */
  | { type: "areYouThere"; id: number }
  | LiveHostMessage
  | { type: "error"; message: string };

export type PageMessage =
  | { type: "ready"; protocol: number }
  | { type: "alive"; id: number }
  | { type: "reveal"; location: Location }
  | { type: "save"; id: number; name: string; mime: string; encoding: "utf8" | "base64"; content: string }
  /** What the host should hand back in the next `init`. */
  | { type: "state"; saved: SavedRun | null }
  | {
      type: "runChanged";
      root: string | null;
      state: "idle" | "running" | "paused" | "ended" | "failed";
      /** One sentence for a status bar. */
      summary: string;
    }
  | { type: "log"; level: "info" | "warning" | "error"; message: string }
  | { type: "needCode"; id: number; root: string }
  /** The person chose what runs for this tree. */
  | { type: "mode"; root: string; mode: RunMode }
  /** A fix of a finding, as the finding carries it. */
  | { type: "applyFix"; id: number; rule: string; title: string; location: Location }
  /** An order experiment to be written into the source: children in their new order, a new strategy. */
  | {
      type: "applyExperiment";
      id: number;
      supervisor: string;
      order: string[] | null;
      strategy: "one_for_one" | "one_for_all" | "rest_for_one" | null;
    }
  /** The person selected what has this key of the model; the page does not tell what the host asked it to select. */
  | { type: "selected"; key: string }
  | LivePageMessage
  /** A rule's documentation page. */
  | { type: "help"; rule: string };

const text = v.string();
const flag = v.boolean();
const id = v.pipe(v.number(), v.integer());
const seed = v.pipe(v.number(), v.integer(), v.minValue(0));

const settings = v.object({
  reducedMotion: v.picklist(["auto", "on", "off"]),
  speed: v.pipe(v.number(), v.minValue(0)),
  dynamicChildren: v.pipe(v.number(), v.integer(), v.minValue(0)),
  maxEvents: v.pipe(v.number(), v.integer(), v.minValue(1)),
});

const excerpt = v.object({
  title: text,
  lines: v.array(text),
  first: v.number(),
  marked: v.object({ from: v.number(), to: v.number() }),
  editor: text,
});

const hostMessage = v.variant("type", [
  v.object({
    type: v.literal("init"),
    protocol: v.number(),
    host: v.picklist(["vscode", "web"]),
    model: treeModelSchema,
    findings: v.array(findingSchema),
    root: v.nullable(text),
    demonstration: v.nullable(demonstrationSchema),
    realCode: v.array(text),
    noCode: v.nullable(text),
    seed,
    settings,
    strings: v.record(text, text),
    saved: v.nullable(savedRunSchema),
    lost: flag,
    live: v.nullable(liveProgramSchema),
  }),
  v.object({ type: v.literal("model"), model: treeModelSchema, findings: v.array(findingSchema) }),
  v.object({ type: v.literal("settings"), settings, noCode: v.nullable(text) }),
  v.object({
    type: v.literal("run"),
    root: text,
    demonstration: v.nullable(demonstrationSchema),
    seed: v.nullable(seed),
  }),
  v.object({ type: v.literal("select"), key: text }),
  v.object({
    type: v.literal("code"),
    id,
    code: v.object({
      script: v.nullable(text),
      notes: v.array(text),
      problems: v.array(
        v.object({ message: text, location: v.nullable(locationSchema), chain: v.array(text) }),
      ),
    }),
  }),
  v.object({ type: v.literal("codeChanged") }),
  v.object({ type: v.literal("excerpt"), key: text, excerpt }),
  v.object({ type: v.literal("done"), id, ok: flag, message: v.nullable(text) }),
  v.object({ type: v.literal("areYouThere"), id }),
  ...liveHostMessages,
  v.object({ type: v.literal("error"), message: text }),
]);

const pageMessage = v.variant("type", [
  v.object({ type: v.literal("ready"), protocol: v.number() }),
  v.object({ type: v.literal("alive"), id }),
  v.object({ type: v.literal("reveal"), location: locationSchema }),
  v.object({
    type: v.literal("save"),
    id,
    name: v.pipe(text, v.minLength(1), v.maxLength(200)),
    mime: text,
    encoding: v.picklist(["utf8", "base64"]),
    content: text,
  }),
  v.object({ type: v.literal("state"), saved: v.nullable(savedRunSchema) }),
  v.object({
    type: v.literal("runChanged"),
    root: v.nullable(text),
    state: v.picklist(["idle", "running", "paused", "ended", "failed"]),
    summary: text,
  }),
  v.object({ type: v.literal("log"), level: v.picklist(["info", "warning", "error"]), message: text }),
  v.object({ type: v.literal("needCode"), id, root: text }),
  v.object({ type: v.literal("mode"), root: text, mode: runModeSchema }),
  v.object({ type: v.literal("applyFix"), id, rule: text, title: text, location: locationSchema }),
  v.object({
    type: v.literal("applyExperiment"),
    id,
    supervisor: text,
    order: v.nullable(v.array(text)),
    strategy: v.nullable(v.picklist(["one_for_one", "one_for_all", "rest_for_one"])),
  }),
  v.object({ type: v.literal("selected"), key: text }),
  ...livePageMessages,
  v.object({ type: v.literal("help"), rule: text }),
]);

const hostMessageSchema = schemaOf<HostMessage>()(hostMessage);
const pageMessageSchema = schemaOf<PageMessage>()(pageMessage);

/** Validates what the page got from its host. @throws ProtocolError */
export function parseHostMessage(message: unknown): HostMessage {
  return parseMessage(hostMessageSchema, "host", message);
}

/** Validates what the host got from its page. @throws ProtocolError */
export function parsePageMessage(message: unknown): PageMessage {
  return parseMessage(pageMessageSchema, "page", message);
}
