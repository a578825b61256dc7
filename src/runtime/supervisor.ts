/** Supervisors as users write them. */
import { BEHAVIOUR } from "./core/identity.ts";
import { Process } from "./process.ts";
import type { Ignore, Protocol, Stop } from "./protocol.ts";
import type { DynamicSupervisorSpec, InitArgs, ProcessClass, SupervisorSpec } from "./spec.ts";
import { supervisorBehaviour } from "./supervisor/behaviour.ts";

/** Supervisors take the administration requests only. */
export interface SupervisorProtocol extends Protocol {}

/** Starts, watches, restarts and stops its children. `init` returns its specification. */
export abstract class Supervisor extends Process<SupervisorProtocol> {
  /** The parameters are the arguments of the start. */
  abstract init(...args: never[]): SupervisorSpec | Ignore | Stop | Promise<SupervisorSpec | Ignore | Stop>;

  /** True for supervisors whose children come at run time only. */
  get dynamic(): boolean {
    return false;
  }
}

/**
 * A supervisor whose children are started at run time by `startChild`: from a template (OTP's
 * simple_one_for_one), or each by a specification of its own. It stops all of them at the same time.
 */
export abstract class DynamicSupervisor extends Process<SupervisorProtocol> {
  /** The parameters are the arguments of the start. */
  abstract init(
    ...args: never[]
  ): DynamicSupervisorSpec | Ignore | Stop | Promise<DynamicSupervisorSpec | Ignore | Stop>;

  /** True: the children come at run time. */
  get dynamic(): boolean {
    return true;
  }
}

Object.defineProperty(Supervisor.prototype, BEHAVIOUR, { value: supervisorBehaviour });
Object.defineProperty(DynamicSupervisor.prototype, BEHAVIOUR, { value: supervisorBehaviour });

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
