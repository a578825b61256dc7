/** Validation of the tree model and of findings: the JSON contract of `src/model`. */
import * as v from "valibot";
import type { Act, FileCode, Finding, Formula, Location, TreeModel } from "../model/index.ts";
import { schemaOf } from "./check.ts";

const text = v.string();
const flag = v.boolean();
const whole = v.pipe(v.number(), v.integer());
const nothing = <S extends v.GenericSchema>(schema: S) => v.nullable(schema);

const ordinal = v.pipe(v.number(), v.integer(), v.minValue(1));
const location = v.object({
  file: text,
  line: ordinal,
  column: ordinal,
  endLine: ordinal,
  endColumn: ordinal,
});
const unknownField = v.object({ field: text, reason: text, location: v.exactOptional(location) });
const edgeKind = v.picklist(["call", "cast", "send", "monitor", "link", "lookup", "start"]);
const phase = v.picklist(["init", "continue", "later"]);
const start = v.object({ symbol: nothing(text), file: nothing(text), line: nothing(whole) });

const endKind = v.picklist(["normal", "shutdown", "killed", "noproc", "error"]);
const occasion = v.variant("event", [
  v.object({ event: v.literal("init") }),
  v.object({ event: v.literal("continue") }),
  v.object({ event: v.picklist(["EXIT", "DOWN"]), ends: v.array(endKind), of: nothing(location) }),
  v.object({ event: v.picklist(["call", "cast", "info"]), type: nothing(text) }),
  v.object({ event: v.picklist(["timeout", "terminate"]) }),
]);
const formula: v.GenericSchema<Formula> = v.variant("is", [
  v.object({ is: v.literal("value"), value: nothing(v.union([text, v.number(), flag])) }),
  v.object({ is: v.literal("undefined") }),
  v.object({ is: v.picklist(["field", "registered"]), name: text }),
  v.object({ is: v.literal("reply"), of: location, nth: v.exactOptional(v.number()) }),
  v.object({ is: v.literal("not"), of: v.lazy(() => formula) }),
  v.object({
    is: v.literal("binary"),
    op: text,
    left: v.lazy(() => formula),
    right: v.lazy(() => formula),
  }),
]);
const actFields = { location, possible: v.exactOptional(v.literal(true)) };
const milliseconds = nothing(v.number());
const computed = v.exactOptional(formula);
const act: v.GenericSchema<Act> = v.variant("does", [
  v.object({
    ...actFields,
    does: v.literal("use"),
    kind: edgeKind,
    guarded: v.exactOptional(v.literal(true)),
    type: v.exactOptional(text),
    manner: v.exactOptional(
      v.object({
        how: v.picklist(["exit", "stop", "terminate_child", "restart_child", "delete_child", "start_result"]),
        what: nothing(text),
      }),
    ),
    after: v.exactOptional(v.number()),
    timeout: v.exactOptional(v.union([v.number(), v.literal("infinity")])),
    repeats: v.exactOptional(v.literal(true)),
    to: v.exactOptional(text),
    nth: v.exactOptional(v.number()),
  }),
  v.object({ ...actFields, does: v.literal("reply"), value: nothing(formula) }),
  v.object({ ...actFields, does: v.picklist(["noReply", "answer", "continue"]) }),
  v.object({
    ...actFields,
    does: v.literal("forget"),
    kind: v.picklist(["link", "monitor", "timer"]),
    of: nothing(location),
  }),
  v.object({ ...actFields, does: v.literal("join"), of: location }),
  v.object({
    ...actFields,
    does: v.literal("end"),
    how: v.picklist(["ignore", "stop", "error"]),
    reason: nothing(text),
    replies: v.exactOptional(v.literal(true)),
  }),
  v.object({ ...actFields, does: v.literal("wait"), ms: milliseconds, computed }),
  v.object({
    ...actFields,
    does: v.literal("message"),
    event: v.picklist(["cast", "info"]),
    type: nothing(text),
    ms: milliseconds,
    computed,
    repeats: v.exactOptional(v.literal(true)),
  }),
  v.object({ ...actFields, does: v.literal("timeout"), ms: milliseconds, computed }),
  v.object({ ...actFields, does: v.literal("register"), name: nothing(text) }),
  v.object({ ...actFields, does: v.literal("attend"), kind: v.picklist(["link", "monitor"]) }),
  v.object({
    ...actFields,
    does: v.literal("task"),
    acts: v.array(v.lazy(() => act)),
    under: v.exactOptional(nothing(text)),
  }),
  v.object({
    ...actFields,
    does: v.literal("try"),
    acts: v.array(v.lazy(() => act)),
    otherwise: v.array(v.lazy(() => act)),
  }),
  v.object({
    ...actFields,
    does: v.literal("if"),
    test: formula,
    acts: v.array(v.lazy(() => act)),
    otherwise: v.array(v.lazy(() => act)),
  }),
  v.object({ ...actFields, does: v.literal("set"), field: text, value: formula }),
]);

const facts = v.object({
  symbol: text,
  location,
  madeIn: v.exactOptional(nothing(text)),
  madeAs: v.exactOptional(text),
  madeInside: v.exactOptional(text),
  trapsExit: flag,
  mayTrapExit: v.exactOptional(v.literal(true)),
  hasTerminate: flag,
  handlesDown: flag,
  handlesExit: flag,
  monitors: flag,
  registers: v.array(text),
  registersInInit: v.exactOptional(v.array(text)),
  keepsPids: v.array(
    v.object({
      field: text,
      location,
      many: v.exactOptional(v.literal(true)),
      startedAt: v.exactOptional(v.array(location)),
      argument: v.exactOptional(text),
    }),
  ),
  initAwaits: v.array(v.object({ what: text, location, possible: v.exactOptional(v.literal(true)) })),
  changedArguments: v.exactOptional(v.array(v.object({ argument: text, what: text, location }))),
  stopsItself: v.array(
    v.object({ reason: nothing(text), location, possible: v.exactOptional(v.literal(true)) }),
  ),
  unread: v.exactOptional(v.array(v.object({ reason: text, location }))),
  unresolved: v.array(
    v.object({ kind: edgeKind, phase, reason: text, location, pattern: v.exactOptional(text) }),
  ),
  state: v.exactOptional(v.array(v.object({ field: text, initial: formula }))),
  reactions: v.exactOptional(v.array(v.object({ on: occasion, acts: v.array(act) }))),
});

const shutdown = v.union([v.number(), v.picklist(["brutal_kill", "infinity"])]);

/** Whoever runs it takes nothing in it for granted. */
const definition: v.GenericSchema<FileCode["definitions"][string]> = v.looseObject({ kind: text });
/** Values by name, in an object: a list is none. */
const byName = <T extends v.GenericSchema>(value: T) =>
  v.pipe(
    v.custom<object>((given) => typeof given === "object" && !Array.isArray(given), "must be an object"),
    v.record(text, value),
  );
const code = v.object({
  file: text,
  imports: byName(
    v.union([v.strictObject({ file: text, name: text }), v.strictObject({ package: text, name: text })]),
  ),
  definitions: byName(definition),
  load: v.exactOptional(
    v.array(v.object({ does: definition, changes: v.array(v.strictObject({ file: text, name: text })) })),
  ),
});

const child = v.object({
  key: text,
  id: nothing(text),
  type: nothing(v.picklist(["worker", "supervisor"])),
  restart: nothing(v.picklist(["permanent", "transient", "temporary"])),
  shutdown: nothing(shutdown),
  significant: nothing(flag),
  start,
  supervisor: nothing(text),
  cardinality: v.picklist(["one", "many", "maybe"]),
  count: nothing(whole),
  dynamic: flag,
  name: nothing(text),
  location,
  idLocation: v.exactOptional(location),
  process: nothing(facts),
  defaults: v.array(text),
  unknown: v.array(unknownField),
  startedBefore: v.exactOptional(location),
  startTimeout: v.exactOptional(nothing(v.number())),
  takenForDead: v.exactOptional(v.literal(true)),
  nameTaken: v.exactOptional(location),
  ownStrategy: v.exactOptional(v.picklist(["one_for_one", "one_for_all"])),
  startedOutside: v.exactOptional(v.literal(true)),
  mayEnd: v.exactOptional(v.literal(true)),
  goesOn: v.exactOptional(v.literal(true)),
  given: v.exactOptional(nothing(v.array(v.unknown()))),
  misfit: v.exactOptional(
    v.variant("kind", [
      v.object({ kind: v.literal("missing"), argument: text }),
      v.object({ kind: v.literal("surplus"), given: whole, takes: whole }),
      v.object({ kind: v.literal("type"), argument: text, expected: text, given: text }),
    ]),
  ),
  ownLimit: v.exactOptional(v.object({ intensity: nothing(v.number()), period: nothing(v.number()) })),
});

const traits = v.object({
  name: text,
  definition: v.picklist(["class", "call", "spawn"]),
  spelledAsOtp: flag,
  refusesAsOtp: flag,
  refusesTwins: flag,
  otpReasons: flag,
  busyStarting: flag,
  failureEnds: flag,
  deadReference: nothing(text),
  terminateNeedsTrapExit: flag,
  periodUnit: v.picklist(["s", "ms"]),
  supervisorShutdown: nothing(shutdown),
  pastLimit: v.picklist(["supervisor_stops", "children_stop", "program_ends"]),
  groupRestarts: nothing(v.picklist(["specified", "running"])),
  processReference: v.picklist(["pid", "reference"]),
  endMessage: nothing(v.object({ name: text, callback: text })),
  endListener: nothing(text),
  aliveCheck: nothing(text),
});

const supervisor = v.object({
  key: text,
  name: text,
  dialect: text,
  location,
  nameLocation: v.exactOptional(location),
  childrenLocation: nothing(location),
  strategy: nothing(v.picklist(["one_for_one", "one_for_all", "rest_for_one", "simple_one_for_one"])),
  intensity: nothing(v.number()),
  period: nothing(v.number()),
  autoShutdown: nothing(v.picklist(["never", "any_significant", "all_significant"])),
  restartsAgo: v.exactOptional(v.array(v.number())),
  children: v.array(child),
  dynamic: flag,
  process: nothing(facts),
  defaults: v.array(text),
  startName: v.exactOptional(text),
  given: v.exactOptional(v.array(v.unknown())),
  unknown: v.array(unknownField),
});

const model = v.object({
  schemaVersion: v.literal(1),
  supervisors: v.array(supervisor),
  roots: v.array(text),
  applications: v.array(
    v.object({
      key: text,
      name: text,
      dependencies: v.array(text),
      supervisor: nothing(text),
      location,
      unknown: v.array(unknownField),
    }),
  ),
  orphans: v.array(
    v.object({
      key: text,
      name: text,
      start,
      location,
      linked: flag,
      startedBy: v.exactOptional(text),
      givesOwnPid: v.exactOptional(v.array(text)),
      given: v.exactOptional(nothing(v.array(v.unknown()))),
      process: nothing(facts),
      reason: text,
    }),
  ),
  edges: v.array(
    v.object({
      from: text,
      to: text,
      kind: edgeKind,
      phase,
      location,
      via: text,
      guarded: v.exactOptional(flag),
      unawaited: v.exactOptional(v.literal(true)),
      throws: v.exactOptional(v.literal(true)),
      possible: v.exactOptional(v.picklist(["undecided", "found", "alive"])),
      keptPid: v.exactOptional(
        v.object({
          by: v.picklist(["field", "argument"]),
          name: text,
          location,
          field: v.exactOptional(text),
        }),
      ),
    }),
  ),
  problems: v.array(
    v.object({
      file: text,
      message: text,
      line: v.exactOptional(whole),
      column: v.exactOptional(whole),
      kind: v.picklist(["not_found", "unreadable", "syntax", "too_large", "set_aside", "config", "internal"]),
    }),
  ),
  dialects: v.array(traits),
  testFiles: v.array(text),
  // Models of former versions have none.
  code: v.optional(v.array(code), []),
});

const hazard = v.variant("kind", [
  v.object({ kind: v.literal("no start"), of: v.array(text), missing: v.exactOptional(text) }),
  v.object({ kind: v.literal("gives up"), supervisor: text }),
  v.object({ kind: v.literal("silence") }),
  v.object({ kind: v.literal("goes down"), children: v.array(text) }),
  v.object({ kind: v.literal("stays away"), child: text }),
  v.object({
    kind: v.literal("use fails"),
    from: v.array(text),
    to: text,
    when: v.picklist(["starting", "meanwhile", "afterwards"]),
  }),
  v.object({ kind: v.literal("call each other"), circle: v.array(text) }),
  v.object({ kind: v.literal("drops"), child: text, message: v.picklist(["EXIT", "DOWN"]) }),
  v.object({ kind: v.literal("runs on"), child: text, of: text }),
  v.object({ kind: v.literal("not told"), child: text, of: text }),
  v.object({ kind: v.literal("no terminate"), child: text }),
  v.object({ kind: v.literal("cut off"), child: text }),
  v.object({ kind: v.literal("takes long"), supervisor: text, ms: v.number() }),
  v.object({ kind: v.literal("holds start"), child: text }),
]);

const demonstration = v.object({
  root: text,
  faults: v.array(
    v.object({
      child: text,
      kind: v.picklist(["crash", "exit", "kill", "hang"]),
      reason: v.exactOptional(text),
    }),
  ),
  expect: text,
  shows: hazard,
  absent: v.exactOptional(v.array(text)),
});

const finding = v.object({
  rule: text,
  messageId: text,
  severity: v.picklist(["error", "warning", "info", "hint"]),
  message: text,
  location,
  related: v.array(v.object({ message: text, location })),
  certainty: v.picklist(["exact", "best effort"]),
  supervisor: nothing(text),
  children: v.array(text),
  fixes: v.array(
    v.object({ title: text, edits: v.array(v.object({ location, newText: text })), safe: flag }),
  ),
  demonstration: nothing(demonstration),
});

export const locationSchema = schemaOf<Location>()(location);
export const treeModelSchema = schemaOf<TreeModel>()(model);
export const findingSchema = schemaOf<Finding>()(finding);
export const demonstrationSchema = schemaOf<NonNullable<Finding["demonstration"]>>()(demonstration);
