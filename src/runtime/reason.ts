/**
 * Exit reasons: why a process ended. Strings are Erlang's atoms; the other shapes are Erlang's tuples spelled
 * as objects with one telling key.
 */

import { isErrorOfAnyRealm, isOfKind, isPlainObject } from "./realm.ts";

/** An exception: the callback threw an `Error` (Erlang: `{Reason, Stacktrace}`). */
export interface RaisedReason {
  raised: Error;
}

/**
 * An error exception whose reason is a term, as Erlang's `error(Term)` raises it. OTP sees the pair of the term and
 * a stack, so `new ErrorTerm("shutdown")` counts as an ordinary end, like every `{shutdown, _}`.
 */
export class ErrorTerm extends Error {
  override readonly name = "ErrorTerm";
  /** The term that the error is about. */
  readonly term: unknown;
  constructor(term: unknown) {
    super(describeTerm(term));
    this.term = term;
  }
}

/** A callback returned, or threw, something that is no valid return value. */
export interface BadReturnReason {
  bad_return_value: unknown;
}

/** `{shutdown, Term}`: an expected end with a word about why. Counts as normal for transient children. */
export interface ShutdownReason {
  shutdown: unknown;
}

/** A call failed and its caller did not catch that (Erlang: `{Reason, {gen_server, call, [...]}}`). */
export interface CallFailedReason {
  /** Why the call failed: `"noproc"`, `"timeout"`, `"calling_self"` or the callee's exit reason. */
  reason: ExitReason;
  call: CallDescription;
}

/** What was called: Erlang's `{gen_server, call, [Target, Request, Timeout]}`. */
export interface CallDescription {
  target: string;
  request: unknown;
  timeout: number | "infinity";
}

/** Child specs or supervisor flags are faulty; found before any child is started. */
export interface StartSpecReason {
  start_spec: SpecError;
}

/** What is wrong with a specification, in OTP's words, and a sentence that says it plainly. */
export type SpecError = { message: string } & (
  | { kind: "duplicate_child_name"; value: string }
  | {
      kind:
        | "invalid_child_spec"
        | "missing_id"
        | "missing_start"
        | "invalid_mfa"
        | "invalid_child_type"
        | "invalid_restart_type"
        | "invalid_shutdown"
        | "invalid_significant"
        | "invalid_strategy"
        | "invalid_intensity"
        | "invalid_period"
        | "invalid_auto_shutdown"
        | "invalid_start_timeout"
        | "invalid_max_children"
        | "bad_start_spec";
      value: unknown;
    }
  | { kind: "bad_combination"; value: readonly [Record<string, unknown>, Record<string, unknown>] }
);

/** Why a process ended. See the members. */
export type ExitReason =
  | string
  | ShutdownReason
  | RaisedReason
  | BadReturnReason
  | CallFailedReason
  | StartSpecReason
  | { bad_start_spec: unknown; message: string }
  | { supervisor_data: SpecError }
  | { already_started: unknown }
  | { failed_to_start_child: readonly [string, ExitReason] }
  | { bad_return: unknown }
  | { [tag: string]: unknown };

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/**
 * True for the reasons that count as an ordinary end, after which a transient child stays down:
 * `"normal"`, `"shutdown"` and `{ shutdown: … }`. A failed call whose own reason is `"shutdown"` is such a
 * pair in OTP, so it counts too.
 */
export function isNormalReason(reason: ExitReason): boolean {
  if (typeof reason === "string") return reason === "normal" || reason === "shutdown";
  // Reasons are whatever users exit with: numbers, null, proxies that refuse to be looked at.
  if (!isRecord(reason)) return false;
  try {
    if ("shutdown" in reason) return true;
    if ("raised" in reason) return reason.raised instanceof ErrorTerm && reason.raised.term === "shutdown";
    return isFailedCall(reason) && reason.reason === "shutdown";
  } catch {
    return false;
  }
}

/** True when `reason` says that a call failed and its caller did not catch that. */
export function isFailedCall(reason: ExitReason): reason is CallFailedReason {
  try {
    return isRecord(reason) && "call" in reason && "reason" in reason;
  } catch {
    return false;
  }
}

/** Bounds of {@link describeTerm}. */
export interface DescribeOptions {
  /** Longest result in characters (default 200). */
  maxLength?: number;
  /** How deep objects are opened (default 3). */
  depth?: number;
  /** How many entries of a collection are shown (default 8). */
  entries?: number;
}

/**
 * Any term as one short line of text, readable, bounded, safe for cycles, getters that throw, proxies and
 * huge values. The same term gives the same text on every JavaScript engine.
 */
export function describeTerm(term: unknown, options: DescribeOptions = {}): string {
  const maxLength = options.maxLength ?? 200;
  try {
    const quick = describeFlat(term, maxLength);
    if (quick !== null) return quick;
  } catch {
    // A proxy that refuses to be looked at: the careful way says so.
  }
  const state = { left: maxLength * 2, entries: options.entries ?? 8, open: new Set<object>() };
  let text: string;
  try {
    text = describe(term, options.depth ?? 3, state);
  } catch {
    text = "[unreadable]";
  }
  return text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
}

/**
 * What the last descriptions had at each place: protocols repeat a few keys and words, and comparing with those is
 * cheaper than looking them up or quoting them again.
 */
const MEMORY = 4;
const lastKeys = new Array<string | undefined>(MEMORY).fill(undefined);
const lastOpenings = new Array<string>(MEMORY).fill("");
const lastWords = new Array<string | undefined>(MEMORY).fill(undefined);
const lastQuoted = new Array<string>(MEMORY).fill("");

/** Numbers, short strings and small plain objects of them, which most messages are, without any bookkeeping. */
function describeFlat(term: unknown, maxLength: number): string | null {
  if (typeof term !== "object" || term === null) return describeAtom(term, 0, maxLength);
  if (Object.getPrototypeOf(term) !== Object.prototype) return null;
  let text = "";
  let entries = 0;
  for (const key in term) {
    if (entries === MEMORY) return null;
    if (lastKeys[entries] !== key) {
      if (!isWord(key)) return null;
      lastKeys[entries] = key;
      lastOpenings[entries] = entries === 0 ? `{ ${key}: ` : `, ${key}: `;
    }
    const value = describeAtom((term as Record<string, unknown>)[key], entries, maxLength);
    if (value === null) return null;
    text += (lastOpenings[entries] as string) + value;
    entries++;
  }
  if (entries === 0 || text.length + 2 > maxLength) return null;
  return `${text} }`;
}

/** A primitive at a place of a message, when it needs no care; null for all others. */
function describeAtom(term: unknown, place: number, maxLength: number): string | null {
  switch (typeof term) {
    case "string":
      if (term.length + 2 > maxLength) return null;
      if (lastWords[place] !== term) {
        if (term.length >= 40 || !isWord(term)) return null;
        lastWords[place] = term;
        lastQuoted[place] = `"${term}"`;
      }
      return lastQuoted[place] as string;
    case "number":
      return Object.is(term, -0) ? "-0" : String(term);
    case "boolean":
    case "undefined":
      return String(term);
    default:
      return term === null ? "null" : null;
  }
}

const words = new Map<string, boolean>();

/** True for identifiers; remembers the answer for the few words that protocols consist of. */
function isWord(text: string): boolean {
  let word = words.get(text);
  if (word === undefined) {
    word = PLAIN_KEY.test(text);
    if (words.size < 512) words.set(text, word);
  }
  return word;
}

interface DescribeState {
  left: number;
  entries: number;
  open: Set<object>;
}

const PLAIN_KEY = /^[A-Za-z_$][\w$]*$/;

function describe(term: unknown, depth: number, state: DescribeState): string {
  if (state.left <= 0) return "…";
  const text = describeOne(term, depth, state);
  state.left -= text.length;
  return text;
}

function describeOne(term: unknown, depth: number, state: DescribeState): string {
  switch (typeof term) {
    case "string":
      return JSON.stringify(term.length > 120 ? `${term.slice(0, 119)}…` : term);
    case "bigint":
      return `${term}n`;
    case "symbol":
      return term.toString();
    case "function":
      return `[${term.name === "" ? "function" : term.name}]`;
    case "object":
      return term === null ? "null" : describeObject(term, depth, state);
    default:
      return Object.is(term, -0) ? "-0" : String(term);
  }
}

/** Objects may say themselves how they are shown, by a method of this name (pids and references do). */
export const DESCRIBE: unique symbol = Symbol("suptree.describe");

function describeObject(term: object, depth: number, state: DescribeState): string {
  const own = (term as { [DESCRIBE]?: unknown })[DESCRIBE];
  if (typeof own === "function") return String(own.call(term));
  if (isErrorOfAnyRealm(term)) return `${term.name}: ${term.message}`;
  if (state.open.has(term)) return "[cycle]";
  if (isOfKind(term, "Date")) {
    const date = term as Date;
    return Number.isNaN(date.getTime()) ? "[invalid date]" : date.toISOString();
  }
  if (isOfKind(term, "RegExp")) return String(term);
  if (ArrayBuffer.isView(term)) return `[${term.constructor.name} of ${term.byteLength} bytes]`;
  if (isOfKind(term, "Promise")) return "[promise]";
  state.open.add(term);
  try {
    if (Array.isArray(term)) return list("[", "]", term, term.length, depth, state);
    if (isOfKind(term, "Set")) {
      const set = term as Set<unknown>;
      return list("Set{", "}", set, set.size, depth, state);
    }
    if (isOfKind(term, "Map")) {
      const map = term as Map<unknown, unknown>;
      return list("Map{", "}", map, map.size, depth, state);
    }
    return record(term, depth, state);
  } finally {
    state.open.delete(term);
  }
}

function list(
  open: string,
  close: string,
  items: Iterable<unknown>,
  size: number,
  depth: number,
  state: DescribeState,
): string {
  if (size === 0) return open + close;
  if (depth === 0) return `${open}… ${size}${close}`;
  const parts: string[] = [];
  for (const item of items) {
    if (parts.length === state.entries) {
      parts.push(`… ${size - parts.length} more`);
      break;
    }
    parts.push(describe(item, depth - 1, state));
  }
  return open + parts.join(", ") + close;
}

function record(term: object, depth: number, state: DescribeState): string {
  const prototype: unknown = Object.getPrototypeOf(term);
  const name = isPlainObject(term)
    ? ""
    : ((prototype as { constructor?: { name?: string } }).constructor?.name ?? "");
  const keys = Object.keys(term);
  const prefix = name === "" ? "" : `${name} `;
  if (keys.length === 0) return `${prefix}{}`;
  if (depth === 0) return `${prefix}{…}`;
  const parts: string[] = [];
  for (const key of keys) {
    if (parts.length === state.entries) {
      parts.push(`… ${keys.length - parts.length} more`);
      break;
    }
    let value: string;
    try {
      value = describe((term as Record<string, unknown>)[key], depth - 1, state);
    } catch {
      value = "[unreadable]";
    }
    parts.push(`${PLAIN_KEY.test(key) ? key : JSON.stringify(key)}: ${value}`);
  }
  return `${prefix}{ ${parts.join(", ")} }`;
}

/** An exit reason as a short phrase for people: `normal`, `Error: boom`, `shutdown: ttl`, `call to db failed: noproc`. */
export function formatReason(reason: ExitReason, maxLength = 200): string {
  const text = reasonText(reason, 24);
  return text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
}

const describeTarget = (target: unknown): string =>
  typeof target === "string" ? target : describeTerm(target);

function reasonText(reason: unknown, depth: number): string {
  if (typeof reason === "string") return reason;
  if (!isRecord(reason) || depth === 0) return describeTerm(reason);
  try {
    if ("raised" in reason) {
      const error = reason.raised;
      return isErrorOfAnyRealm(error) ? describeTerm(error) : `raised ${describeTerm(error)}`;
    }
    if ("bad_return_value" in reason) return `bad return value: ${describeTerm(reason.bad_return_value)}`;
    if (isFailedCall(reason))
      return `call to ${describeTarget(reason.call.target)} failed: ${reasonText(reason.reason, depth - 1)}`;
    if (Array.isArray(reason.failed_to_start_child)) {
      const [id, why] = reason.failed_to_start_child as [unknown, unknown];
      return `failed to start child ${typeof id === "string" && id !== "" ? id : describeTerm(id)}: ${reasonText(why, depth - 1)}`;
    }
    if ("shutdown" in reason) return `shutdown: ${reasonText(reason.shutdown, depth - 1)}`;
    if (typeof reason.message === "string") return reason.message;
    for (const key of ["start_spec", "supervisor_data"]) {
      const fault = reason[key];
      if (isRecord(fault) && typeof fault.message === "string") return fault.message;
    }
    if ("start_error" in reason) return formatReason(reason.start_error as ExitReason);
    if (typeof reason.not_started === "string") return `application ${reason.not_started} does not run`;
    if ("already_started" in reason) return `already started: ${describeTerm(reason.already_started)}`;
  } catch {
    return "[unreadable]";
  }
  return describeTerm(reason);
}
