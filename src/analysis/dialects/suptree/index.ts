/** Our own dialect: `import { Supervisor, GenServer, ... } from "suptree"`. See docs/dialects/suptree.md. */
import type { CallSite, Interpreter } from "../../evaluate/interpreter.ts";
import { list, lit, unknown, type Value } from "../../evaluate/values.ts";
import type { ApplicationDraft } from "../../link/drafts.ts";
import { type Dialect, isMethodOf, type ModuleSink } from "../dialect.ts";
import { asText, Fields } from "../fields.ts";
import { madeAt, madeByCalls } from "../site.ts";
import { codeOf, NAMES, PACKAGES, roleOf } from "./names.ts";
import {
  METHODS,
  outcomeOf,
  readProcess,
  readUse,
  sentBy,
  startChildOf,
  startOf,
  taskOf,
} from "./process.ts";
import { readStart, readSupervisor } from "./supervisor.ts";

export const suptree: Dialect = {
  name: "suptree",
  traits: {
    definition: "class",
    spelledAsOtp: true,
    refusesAsOtp: true,
    otpReasons: true,
    terminateNeedsTrapExit: true,
    periodUnit: "s",
    supervisorShutdown: "infinity",
    pastLimit: "supervisor_stops",
  },
  packages: PACKAGES,
  names: NAMES,
  pidTypes: new Set(["Pid"]),
  methods: METHODS,
  role: roleOf,
  supervisor: readSupervisor,
  process: readProcess,
  use: readUse,
  value: callValue,
  outcome: outcomeOf,
  sends: sentBy,
  task: taskOf,
  define: noteDefinition,
  code: codeOf,
};

function callValue(site: CallSite, I: Interpreter): Value | null {
  const { callee, args, at } = site;
  if (callee.k === "extm") {
    if (!isMethodOf(callee, PACKAGES)) return null;
    switch (callee.n.replace(/^system\./, "")) {
      case "whereis":
        return args[0] === undefined ? null : { k: "term", tag: "lookup", d: { target: args[0] }, at };
      case "monitor":
        return args[0] === undefined ? null : { k: "term", tag: "monitor", d: { target: args[0] }, at };
      case "start":
      case "startLink":
      case "startChild":
      case "startChildResult":
        return { k: "term", tag: "proc", d: { site: lit(madeAt(at, I, ...args)) }, at };
      default:
        return null;
    }
  }
  if (callee.pkg !== "suptree") return null;
  const first = args[0];
  switch (callee.path[0]) {
    case "isNormalReason":
      if (first?.k === "lit") return lit(first.v === "normal" || first.v === "shutdown");
      return first?.k === "rec" && first.c.open !== null && first.c.props.size === 0 ? lit(false) : null;
    case "stop":
      return {
        k: "term",
        tag: "stop",
        d: { reason: first ?? lit("normal"), ...(args[1] === undefined ? {} : { reply: args[1] }) },
        at,
      };
    case "continueWith":
      return { k: "term", tag: "continue", d: {}, at };
    case "timeout":
      return { k: "term", tag: "timeout", d: first === undefined ? {} : { ms: first }, at };
    case "ok":
    case "reply": {
      const next = callee.path[0] === "ok" ? args[1] : args[2];
      return next === undefined ? null : { k: "term", tag: "next", d: { next }, at };
    }
    case "processName":
      return {
        k: "term",
        tag: "name",
        d: { name: args[0] ?? unknown("no name is given", at) },
        at,
      };
    case "startOf":
      return list(
        args.map((v) => ({ v, card: "one" as const, count: null, at })),
        at,
        site.open ? unknown("more arguments", at) : null,
      );
    case "defineApplication":
      return {
        k: "term",
        tag: "app",
        d: { name: nameField(args[0]), key: lit(madeByCalls(at, I, ...args)) },
        at,
      };
    default:
      return null;
  }
}

function nameField(spec: Value | undefined): Value {
  const raw = spec === undefined ? null : Fields.raw(spec, "name");
  return raw?.v ?? lit(undefined);
}

function noteDefinition(site: CallSite, I: Interpreter, sink: ModuleSink): void {
  const { callee, args } = site;
  if (callee.k === "ext") {
    if (callee.pkg === "suptree" && callee.path[0] === "defineApplication")
      sink.application(application(args[0], site, I));
    return;
  }
  if (!isMethodOf(callee, PACKAGES, "System")) return;
  if (callee.n === "start") sink.start(startOf(site, I, false));
  else if (callee.n === "startChild" || callee.n === "startChildResult") {
    const start = startChildOf(site, I);
    if (start !== null) sink.start(start);
  }
}

function application(spec: Value | undefined, site: CallSite, I: Interpreter): ApplicationDraft {
  const fields = new Fields(site.at);
  const draft: ApplicationDraft = {
    key: madeByCalls(site.at, I, ...site.args),
    name: "application",
    dependencies: null,
    start: null,
    args: null,
    at: site.at,
    unknown: fields.unknown,
  };
  if (spec === undefined || spec.k !== "rec") {
    for (const field of ["name", "applications", "start"])
      fields.note(field, "the definition is computed at run time", site.at);
    return draft;
  }
  draft.name = fields.read(spec, "name", "name", asText, null) ?? "application";
  draft.dependencies = Fields.raw(spec, "applications")?.v ?? null;
  const start = Fields.raw(spec, "start");
  if (start !== null && !(start.v.k === "lit" && start.v.v === undefined)) {
    const read = readStart(start.v, start.at, I, fields);
    draft.start = read.code;
    draft.args = read.args;
  }
  return draft;
}
