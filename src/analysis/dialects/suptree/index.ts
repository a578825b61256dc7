/** Our own dialect: `import { Supervisor, GenServer, ... } from "suptree"`. See docs/dialects/suptree.md. */
import { SUPTREE_TRAITS } from "../../../model/index.ts";
import type { CallSite, Interpreter } from "../../evaluate/interpreter.ts";
import { type ExtMethod, list, lit, thrown, unknown, type Value } from "../../evaluate/values.ts";
import type { ApplicationDraft } from "../../link/unresolved-definitions.ts";
import { type Dialect, isMethodOf, type ModuleSink } from "../dialect.ts";
import { asText, Fields } from "../fields.ts";
import { madeAt, madeByCalls } from "../site.ts";
import { codeOf, NAMES, PACKAGES, roleOf } from "./names.ts";
import {
  answerOf,
  childrenStartedBy,
  deedOf,
  METHODS,
  mannerOf,
  outcomeOf,
  readProcess,
  readUse,
  sentBy,
  startOf,
  taskOf,
} from "./process.ts";
import { isOfRegistry, valueOfRegistry, viaOf } from "./registry.ts";
import { readStart, readSupervisor } from "./supervisor.ts";

export const suptree: Dialect = {
  name: "suptree",
  traits: SUPTREE_TRAITS,
  packages: PACKAGES,
  names: NAMES,
  pidTypes: new Set(["Pid"]),
  failure: {
    packages: PACKAGES,
    classes: new Set(["CallError", "StartError", "ProcessError"]),
    says: { reason: "noproc", code: "noproc" },
  },
  methods: METHODS,
  role: roleOf,
  supervisor: readSupervisor,
  process: readProcess,
  use: readUse,
  value: callValue,
  outcome: outcomeOf,
  answer: answerOf,
  sends: sentBy,
  manner: mannerOf,
  does: deedOf,
  onlyLooks: isOfRegistry,
  task: taskOf,
  define: noteDefinition,
  code: codeOf,
};

/** What a method of a process, or of a system, gives. */
function valueOfMethod(callee: ExtMethod, { args, at }: CallSite, I: Interpreter): Value | null {
  if (!isMethodOf(callee, PACKAGES)) return null;
  switch (callee.name.replace(/^system\./, "")) {
    case "whereis":
      return args[0] === undefined ? null : { kind: "term", tag: "lookup", data: { target: args[0] }, at };
    case "monitor":
      return args[0] === undefined ? null : { kind: "term", tag: "monitor", data: { target: args[0] }, at };
    case "sendAfter":
    case "sendInterval":
      return { kind: "term", tag: "timer", data: {}, at };
    case "start":
    case "startLink":
    case "startChild":
    case "startChildResult":
      return { kind: "term", tag: "proc", data: { site: lit(madeAt(at, I, ...args)) }, at };
    case "exit":
      return thrown("the process ends here", at);
    default:
      return null;
  }
}

function callValue(site: CallSite, I: Interpreter): Value | null {
  const { callee, args, at } = site;
  if (callee.kind === "externalMethod") return valueOfMethod(callee, site, I);
  if (callee.pkg !== "suptree") return null;
  if (isOfRegistry(site)) return valueOfRegistry(site, I);
  const first = args[0];
  switch (callee.path[0]) {
    case "isNormalReason":
      if (first?.kind === "literal") return lit(first.value === "normal" || first.value === "shutdown");
      return first?.kind === "record" && first.contents.open !== null && first.contents.props.size === 0
        ? lit(false)
        : null;
    case "stop":
      return {
        kind: "term",
        tag: "stop",
        data: { reason: first ?? lit("normal"), ...(args[1] === undefined ? {} : { reply: args[1] }) },
        at,
      };
    case "continueWith":
      return { kind: "term", tag: "continue", data: { term: first ?? lit(undefined) }, at };
    case "timeout":
      return { kind: "term", tag: "timeout", data: first === undefined ? {} : { ms: first }, at };
    case "ok": {
      const next = args[1];
      return next === undefined ? null : { kind: "term", tag: "next", data: { next }, at };
    }
    case "reply": {
      const [, answer = lit(undefined), next] = args;
      return { kind: "term", tag: "next", data: { answer, ...(next === undefined ? {} : { next }) }, at };
    }
    case "processName":
      return {
        kind: "term",
        tag: "name",
        data: { name: args[0] ?? unknown("no name is given", at) },
        at,
      };
    case "startOf":
      return list(
        args.map((v) => ({ value: v, card: "one" as const, count: null, at })),
        at,
        site.open ? unknown("more arguments", at) : null,
      );
    case "via":
      return viaOf(site);
    case "run": {
      const cls = { kind: "external" as const, pkg: callee.pkg, path: ["System"] };
      return { kind: "instance", cls, args: [], fields: new Map(), at, kept: true };
    }
    case "defineApplication":
      return {
        kind: "term",
        tag: "app",
        data: { name: nameField(args[0]), key: lit(madeByCalls(at, I, ...args)) },
        at,
      };
    default:
      return null;
  }
}

function nameField(spec: Value | undefined): Value {
  const raw = spec === undefined ? null : Fields.raw(spec, "name");
  return raw?.value ?? lit(undefined);
}

function noteDefinition(site: CallSite, I: Interpreter, sink: ModuleSink): void {
  const { callee, args } = site;
  if (callee.kind === "external") {
    if (callee.pkg === "suptree" && callee.path[0] === "defineApplication")
      sink.application(application(args[0], site, I));
    return;
  }
  if (!isMethodOf(callee, PACKAGES, "System")) return;
  if (callee.name === "start") sink.start(startOf(site, I, false));
  else if (callee.name === "startChild" || callee.name === "startChildResult") {
    for (const start of childrenStartedBy(site, I)) sink.start(start);
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
  if (spec === undefined || spec.kind !== "record") {
    for (const field of ["name", "applications", "start"])
      fields.note(field, "the definition is computed at run time", site.at);
    return draft;
  }
  draft.name = fields.read(spec, "name", "name", asText, null) ?? "application";
  draft.dependencies = Fields.raw(spec, "applications")?.value ?? null;
  const start = Fields.raw(spec, "start");
  if (start !== null && !(start.value.kind === "literal" && start.value.value === undefined)) {
    const read = readStart(start.value, start.at, I, fields);
    draft.start = read.code;
    draft.args = read.args;
  }
  return draft;
}
