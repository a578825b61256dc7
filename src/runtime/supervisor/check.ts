/** Checks specifications, with OTP's verdicts and a sentence for each. */
import { BEHAVIOUR, noProcessClass, textOfName } from "../core/identity.ts";
import { isVia } from "../core/via.ts";
import { describeTerm, type ExitReason, type SpecError } from "../reason.ts";
import type { AutoShutdownMode, CompleteChildSpec, ShutdownMethod, SupervisionStrategy } from "../spec.ts";

/** The flags of a supervisor with their defaults. */
export interface CompleteFlags {
  strategy: SupervisionStrategy;
  intensity: number;
  period: number;
  autoShutdown: AutoShutdownMode;
  /** See {@link WHOEVER_RAN}. */
  whoeverRan: boolean;
}

/**
 * In what a supervisor's init returns, for runs that show other libraries: a restart of several starts whoever ran, temporary
 * or not, and who has ended is forgotten.
 */
export const WHOEVER_RAN = Symbol();

type Checked<T> = { value: T; error?: never } | { error: SpecError; value?: never };

function fault(
  kind: Exclude<SpecError["kind"], "bad_combination" | "duplicate_child_name">,
  value: unknown,
  message: string,
): {
  error: SpecError;
} {
  return { error: { kind, value, message } };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

/** Checks what a supervisor's init returned besides the children. */
export function checkFlags(spec: Record<string, unknown>, dynamic: boolean): Checked<CompleteFlags> {
  const strategy = dynamic ? "simple_one_for_one" : (spec.strategy ?? "one_for_one");
  if (!["one_for_one", "one_for_all", "rest_for_one", "simple_one_for_one"].includes(strategy as string)) {
    return fault(
      "invalid_strategy",
      strategy,
      `strategy ${describeTerm(strategy)} is none of one_for_one, one_for_all, rest_for_one, simple_one_for_one`,
    );
  }
  const intensity = spec.intensity ?? 1;
  if (!Number.isInteger(intensity) || (intensity as number) < 0) {
    return fault(
      "invalid_intensity",
      intensity,
      `intensity ${describeTerm(intensity)} is not a whole number from 0 up`,
    );
  }
  const period = spec.period ?? 5;
  if (!Number.isInteger(period) || (period as number) <= 0) {
    return fault(
      "invalid_period",
      period,
      `period ${describeTerm(period)} is not a whole number of seconds from 1 up`,
    );
  }
  const autoShutdown = spec.autoShutdown ?? "never";
  if (!["never", "any_significant", "all_significant"].includes(autoShutdown as string)) {
    return fault(
      "invalid_auto_shutdown",
      autoShutdown,
      `autoShutdown ${describeTerm(autoShutdown)} is none of never, any_significant, all_significant`,
    );
  }
  return {
    value: {
      strategy: strategy as SupervisionStrategy,
      intensity: intensity as number,
      period: period as number,
      autoShutdown: autoShutdown as AutoShutdownMode,
      whoeverRan: WHOEVER_RAN in spec,
    },
  };
}

function isSupervisorClass(cls: unknown): boolean {
  if (typeof cls !== "function") return false;
  const prototype: unknown = cls.prototype;
  return (
    isObject(prototype) && (prototype as { [BEHAVIOUR]?: { kind: string } })[BEHAVIOUR]?.kind === "supervisor"
  );
}

/** Checks one child spec and fills in its defaults. */
export function checkChild(spec: unknown, autoShutdown: AutoShutdownMode): Checked<CompleteChildSpec> {
  try {
    return checkReadable(spec, autoShutdown);
  } catch {
    // A getter or a proxy that throws: no reason for the supervisor to end.
    return fault("invalid_child_spec", spec, `${describeTerm(spec)} cannot be read as a child specification`);
  }
}

/** In OTP's order, so that of several mistakes the same one is told. */
function checkReadable(spec: unknown, autoShutdown: AutoShutdownMode): Checked<CompleteChildSpec> {
  if (!isObject(spec)) {
    return fault("invalid_child_spec", spec, `${describeTerm(spec)} is not a child specification`);
  }
  const { id } = spec;
  if (id === undefined)
    return fault("missing_id", spec, `child specification ${describeTerm(spec)} has no id`);
  if (typeof id !== "string")
    return fault("invalid_child_spec", spec, `a child's id is a string, not ${describeTerm(id)}`);
  const what = `child ${describeTerm(id)}`;
  const start = checkStart(spec, what);
  if (start.value === undefined) return start;
  const restarts = checkRestart(spec, what, autoShutdown);
  if (restarts.value === undefined) return restarts;
  const ends = checkShutdown(spec, what, isSupervisorClass(start.value[0]));
  if (ends.value === undefined) return ends;
  const additions = checkAdditions(spec, what);
  if (additions.value === undefined) return additions;
  return { value: { id, start: start.value, ...restarts.value, ...ends.value, ...additions.value } };
}

type Spec = Record<string, unknown>;

function checkStart(spec: Spec, what: string): Checked<CompleteChildSpec["start"]> {
  const { start } = spec;
  if (start === undefined) return fault("missing_start", spec, `${what} has no start`);
  if (!Array.isArray(start) || typeof start[0] !== "function") {
    return fault("invalid_mfa", start, `${what}: start is not [Class, ...args] but ${describeTerm(start)}`);
  }
  const isProcessClass =
    isSupervisorClass(start[0]) || BEHAVIOUR in ((start[0] as { prototype?: object }).prototype ?? {});
  if (!isProcessClass) return fault("invalid_mfa", start, `${what}: ${noProcessClass(start[0])}`);
  return { value: start as unknown as CompleteChildSpec["start"] };
}

function checkRestart(
  { restart = "permanent", significant = false }: Spec,
  what: string,
  autoShutdown: AutoShutdownMode,
): Checked<Pick<CompleteChildSpec, "restart" | "significant">> {
  if (restart !== "permanent" && restart !== "transient" && restart !== "temporary") {
    return fault(
      "invalid_restart_type",
      restart,
      `${what}: restart ${describeTerm(restart)} is none of permanent, transient, temporary`,
    );
  }
  if (typeof significant !== "boolean") {
    return fault(
      "invalid_significant",
      significant,
      `${what}: significant ${describeTerm(significant)} is not a boolean`,
    );
  }
  if (significant && autoShutdown === "never") {
    return {
      error: {
        kind: "bad_combination",
        value: [{ auto_shutdown: "never" }, { significant }],
        message: `${what}: significant means nothing under a supervisor whose autoShutdown is never`,
      },
    };
  }
  if (significant && restart === "permanent") {
    return {
      error: {
        kind: "bad_combination",
        value: [{ restart }, { significant }],
        message: `${what}: a permanent child is always restarted, so it cannot be significant`,
      },
    };
  }
  return { value: { restart, significant } };
}

function checkShutdown(
  spec: Spec,
  what: string,
  isSupervisor: boolean,
): Checked<Pick<CompleteChildSpec, "type" | "shutdown">> {
  const type = spec.type ?? (isSupervisor ? "supervisor" : "worker");
  if (type !== "worker" && type !== "supervisor") {
    return fault(
      "invalid_child_type",
      type,
      `${what}: type ${describeTerm(type)} is neither worker nor supervisor`,
    );
  }
  const shutdown = spec.shutdown ?? (type === "worker" ? 5000 : "infinity");
  const isTime = typeof shutdown === "number" && shutdown >= 0 && Number.isInteger(shutdown);
  if (!isTime && shutdown !== "infinity" && shutdown !== "brutal_kill") {
    return fault(
      "invalid_shutdown",
      shutdown,
      `${what}: shutdown ${describeTerm(shutdown)} is neither milliseconds from 0 up nor infinity nor brutal_kill`,
    );
  }
  return { value: { type, shutdown: shutdown as ShutdownMethod } };
}

/** What OTP's specifications do not have. */
function checkAdditions(
  spec: Spec,
  what: string,
): Checked<Pick<CompleteChildSpec, "startTimeout" | "name" | "label">> {
  const additions: Pick<CompleteChildSpec, "startTimeout" | "name" | "label"> = {};
  if (spec.startTimeout !== undefined) {
    const { startTimeout } = spec;
    if (startTimeout !== "infinity" && !(typeof startTimeout === "number" && startTimeout >= 0)) {
      return fault(
        "invalid_start_timeout",
        startTimeout,
        `${what}: startTimeout ${describeTerm(startTimeout)} is neither milliseconds from 0 up nor "infinity"`,
      );
    }
    additions.startTimeout = startTimeout;
  }
  if (spec.name !== undefined) {
    const name = isVia(spec.name) ? spec.name : textOfName(spec.name);
    if (name === undefined) {
      return fault(
        "invalid_child_spec",
        spec,
        `${what}: name ${describeTerm(spec.name)} is neither a string, a processName nor a via`,
      );
    }
    additions.name = name;
  }
  if (typeof spec.label === "string") additions.label = spec.label;
  return { value: additions };
}

/** Checks the children of a supervisor that is starting. */
export function checkChildren(
  children: readonly unknown[],
  autoShutdown: AutoShutdownMode,
): Checked<CompleteChildSpec[]> {
  const list: CompleteChildSpec[] = [];
  const ids = new Set<string>();
  for (const child of children) {
    const checked = checkChild(child, autoShutdown);
    if (checked.error !== undefined) return checked;
    const { id } = checked.value;
    if (ids.has(id)) {
      return {
        error: {
          kind: "duplicate_child_name",
          value: id,
          message: `two children have the id ${describeTerm(id)}`,
        },
      };
    }
    ids.add(id);
    list.push(checked.value);
  }
  return { value: list };
}

/** The exit reason of a supervisor whose init returned something that is no specification. */
export function badSpec(kind: "start_spec" | "supervisor_data", error: SpecError): ExitReason {
  return kind === "start_spec" ? { start_spec: error } : { supervisor_data: error };
}
