/**
 * Messages between a host and the analysis in its worker. Plain data, structured-cloneable. Requests are answered by id;
 * models travel as what changed since the last one.
 */
import type { Finding, TreeModel } from "../../model/index.ts";
import type { EntryKind, FileFailure, FileStat } from "../discover/host.ts";
import type { DiskChange, ScanProgress, SessionSettings, SessionStats } from "../session/options.ts";

/** What to analyse. Paths are absolute. */
export interface OpenParams {
  roots: string[];
  files?: string[];
  base?: string;
  settings?: SessionSettings;
  /** Handed to the injected check (lint) as it is. */
  checkSettings?: unknown;
  /** Documents at which workers died: they are left out until they change. */
  setAside?: string[];
  /** A worker has died before: say what is turned to. */
  careful?: boolean;
}

export interface OpenResult {
  /** The folder that paths in the model are relative to. */
  base: string;
  stats: SessionStats;
}

/** Method → its parameters and its result. */
export interface Methods {
  /** Starts anew with these roots and settings and scans them; open documents are kept. */
  open: { params: OpenParams; result: OpenResult };
  /** Looks at everything again. */
  rescan: { params: null; result: OpenResult };
  /** An editor holds this text. */
  update: { params: { path: string; text: string }; result: { changed: boolean } };
  close: { params: { path: string }; result: { changed: boolean } };
  /** The file watcher saw these files and folders; in this order, and taken as one change. */
  watched: { params: { changes: DiskChange[] }; result: { changed: boolean } };
  /** Other settings for the check only: nothing is analysed again. */
  configureCheck: { params: { checkSettings: unknown }; result: null };
}

export type Method = keyof Methods;

export type Request = {
  [M in Method]: { type: "request"; id: number; method: M; params: Methods[M]["params"] };
}[Method];

export interface Cancel {
  type: "cancel";
  id: number;
}

/** `cancelled` when the request was cancelled, else `failed`. */
export interface FailedAnswer {
  code: "cancelled" | "failed";
  message: string;
}

export type Response =
  | { type: "response"; id: number; result: unknown }
  | { type: "response"; id: number; error: FailedAnswer };

export interface ProgressEvent {
  type: "progress";
  id: number;
  progress: ScanProgress;
}

/** Replace `deleted` items from `start` by `inserted`. */
export interface Splice<T> {
  start: number;
  deleted: number;
  inserted: T[];
}

/** A list that did not change is absent. */
export type ModelDelta = {
  [K in Exclude<keyof TreeModel, "schemaVersion">]?: Splice<TreeModel[K][number]>;
};

/** Sent before the response to the request that caused it. */
export interface ModelEvent {
  type: "model";
  /** Counts from 1 in each worker; a delta applies to the model before. */
  version: number;
  delta: ModelDelta;
  /** What the injected check found; null when there is none. */
  findings: Finding[] | null;
  /** The check itself failed; the model is valid all the same. */
  checkError: string | null;
  /** Files outside the roots that it rests on, absolute. */
  outside: string[];
}

/** A worker without a file system of its own asks its host. */
export type FileRequest =
  | { type: "file"; id: number; op: "readFile"; path: string; limit: number }
  | { type: "file"; id: number; op: "readDirectory" | "stat" | "realPath"; path: string };

export interface FileAnswer {
  type: "fileAnswer";
  id: number;
  value?: Uint8Array | { name: string; kind: EntryKind }[] | FileStat | string;
  error?: { kind: FileFailure; message: string };
}

/** The worker turns to this document; null: to the whole of the model. Sent only when it was told to be careful. */
export interface TurnsTo {
  type: "turnsTo";
  path: string | null;
}

export type ToWorker = Request | Cancel | FileAnswer;
export type FromWorker = Response | ProgressEvent | ModelEvent | FileRequest | TurnsTo;

/** One end of the line between the two. */
export interface Port<Sent, Received> {
  postMessage(message: Sent): void;
  onMessage(listener: (message: Received) => void): void;
}
