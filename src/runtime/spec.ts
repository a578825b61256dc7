/** Specifications: how a process is started, what a child is, what a supervisor does. */
import type { ProcessName, ViaName } from "./pid.ts";
import type { InitResult } from "./protocol.ts";

/** The part of a process class that starting it needs. */
export interface ProcessClass {
  // `never[]`: a class with any parameters of `init` is a process class.
  new (): { init(...args: never[]): unknown };
}

/** The arguments of a class's `init`. */
export type InitArgs<C extends ProcessClass> = Parameters<InstanceType<C>["init"]>;

/** A class and the arguments of its `init`: OTP's MFA. Data, so that a restart needs nothing else. */
export type Start<C extends ProcessClass = ProcessClass> = readonly [cls: C, ...args: InitArgs<C>];

/** A start tuple whose argument types are not known here. */
export type AnyStart = readonly [cls: ProcessClass, ...args: unknown[]];

/** The arguments of `init` for a class that is known here: none where it has no `init` of its own. Any for one that is not. */
export type StartArgs<C extends ProcessClass> = InstanceType<C>["init"] extends (
  ...args: infer Args
) => infer Result
  ? number extends Args["length"]
    ? [Args[number]] extends [never]
      ? Result extends InitResult | Promise<InitResult>
        ? []
        : unknown[]
      : Args
    : Args
  : never;

/** A start tuple with its arguments checked, for where nothing else does: `start: startOf(Registry, { via: "conn_sup" })`. */
export function startOf<C extends ProcessClass>(cls: C, ...args: InitArgs<C>): Start<C> {
  return [cls, ...args];
}

/** When a child is started again: always, after an abnormal exit only, never. */
export type Restart = "permanent" | "transient" | "temporary";
/** How a child is stopped: milliseconds to wait after exit signal `shutdown`, at once, or without a limit. */
export type ShutdownMethod = number | "brutal_kill" | "infinity";
/** What else stops and starts with a child that is restarted. */
export type SupervisionStrategy = "one_for_one" | "one_for_all" | "rest_for_one" | "simple_one_for_one";
/** Whether the end of significant children ends the supervisor. */
export type AutoShutdownMode = "never" | "any_significant" | "all_significant";

/** A child of a supervisor. */
export interface ChildSpec<S extends AnyStart = AnyStart> {
  /** Unique within the supervisor. */
  id: string;
  start: S;
  /** Default `"permanent"`. */
  restart?: Restart;
  /** Default 5000 ms for workers, `"infinity"` for supervisors. */
  shutdown?: ShutdownMethod;
  /** Default: what the class is. */
  type?: "worker" | "supervisor";
  /** Its end counts for the supervisor's `autoShutdown`. Default false. */
  significant?: boolean;
  /** Registered before `init` runs; a name that is taken fails the start with `{ already_started: pid }`. */
  name?: string | ProcessName | ViaName;
  /** What the process is called in traces and reports. Default: the name of its class. */
  label?: string;
  /** Milliseconds that its `init` may take; then it is killed, and the start fails with `"timeout"`. Default: any time. */
  startTimeout?: number | "infinity";
}

/** A child spec whose start arguments are checked against the class. */
export type TypedChildSpec<C extends ProcessClass> = Omit<ChildSpec, "start"> & {
  start: readonly [cls: C, ...args: InitArgs<C>];
};

/** The flags of a supervisor: OTP's `sup_flags`. */
export interface SupervisorFlags {
  /** Default `"one_for_one"`. */
  strategy?: SupervisionStrategy;
  /** How many restarts within `period` are tolerated. Default 1. */
  intensity?: number;
  /** Seconds. Default 5. */
  period?: number;
  /** Default `"never"`. */
  autoShutdown?: AutoShutdownMode;
}

/** A child of one of the classes `C`, with arguments that its `init` takes. */
export type ChildOfClass<C extends ProcessClass> = C extends ProcessClass
  ? ChildSpec<readonly [cls: C, ...args: StartArgs<C>]>
  : never;

/**
 * What a supervisor's `init` returns: its flags and its children in start order. With their classes as `C`, as in
 * `SupervisorSpec<typeof Counter | typeof Cache>`, the arguments in `start` are checked.
 */
export interface SupervisorSpec<C extends ProcessClass = ProcessClass> extends SupervisorFlags {
  children: readonly ChildOfClass<C>[];
  /** Names the children of simple_one_for_one in traces: see {@link DynamicSupervisorSpec}. */
  childLabel?: (n: number, args: readonly unknown[]) => string;
}

/** The first of the arguments: none, some or all. */
type FirstOf<Args extends readonly unknown[]> = number extends Args["length"]
  ? Args
  : Args extends readonly []
    ? readonly []
    : Args | (Required<Args> extends readonly [...infer First, unknown] ? FirstOf<First> : never);

/** The template of a dynamic supervisor's children: a child spec without an id of its own. */
export type ChildTemplate<C extends ProcessClass = ProcessClass> = Omit<
  ChildSpec,
  "id" | "name" | "start"
> & {
  /** Default: the name of the class. */
  id?: string;
  /** The class and its first arguments; those of `startChild` follow. */
  start: readonly [cls: C, ...args: FirstOf<StartArgs<C>>];
};

/**
 * What a dynamic supervisor's `init` returns. With the class of its children as `C`, `startChild` gives pids of
 * that class.
 */
export interface DynamicSupervisorSpec<C extends ProcessClass = ProcessClass>
  extends Omit<SupervisorFlags, "strategy"> {
  /**
   * With a template, `startChild(sup, extraArgs)` starts one more of it (OTP's simple_one_for_one); without,
   * `startChild(sup, spec)` takes a whole spec each time, whose id is only a label (Elixir's DynamicSupervisor).
   */
  child?: ChildTemplate<C>;
  /** How many children there may be; `startChild` beyond that fails with `"max_children"`. Default: any number. */
  maxChildren?: number | "infinity";
  /**
   * Names a child in traces and processes' lists; `n` counts from 1, `args` are those of `startChild`, or of the whole spec's
   * start. Default `<id>-<n>`.
   */
  childLabel?: (n: number, args: readonly unknown[]) => string;
}

/** A child spec with every default filled in, as `getChildSpec` gives it. */
export interface CompleteChildSpec {
  id: string;
  start: AnyStart;
  restart: Restart;
  shutdown: ShutdownMethod;
  type: "worker" | "supervisor";
  significant: boolean;
  name?: string | ViaName;
  label?: string;
  startTimeout?: number | "infinity";
}

/** What may follow the first arguments of a template: any end of the list of parameters. */
type Ends<Args extends readonly unknown[]> = number extends Args["length"]
  ? Args
  : Args extends readonly []
    ? readonly []
    : Args | (Args extends readonly [unknown?, ...infer Rest] ? Ends<Rest> : never);

/** The arguments that `startChild` may add for a child of dynamic supervisor `T`, when its `init` names the class. */
export type ExtraArgsOf<T> = T extends { init(...args: never[]): infer R }
  ? Awaited<R> extends { child?: { start: readonly [infer C, ...unknown[]] } }
    ? C extends ProcessClass
      ? ProcessClass extends C
        ? readonly unknown[]
        : Readonly<Ends<InitArgs<C>>>
      : readonly unknown[]
    : readonly unknown[]
  : readonly unknown[];

/** The class of the children of dynamic supervisor `T`, when its `init` says so. */
export type ChildOf<T> = T extends { init(...args: never[]): infer R }
  ? Awaited<R> extends { child?: { start: readonly [infer C, ...unknown[]] } }
    ? C extends abstract new () => infer I
      ? I
      : unknown
    : unknown
  : unknown;
