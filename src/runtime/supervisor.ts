/** Supervisors as users write them. */
import { BEHAVIOUR } from "./core/identity.ts";
import { Process } from "./process.ts";
import type { Ignore, Protocol, Stop } from "./protocol.ts";
import type { DynamicSupervisorSpec, SupervisorSpec } from "./spec.ts";
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

/** A supervisor for tasks: `this.async(fn, { under: TASKS })`. Tasks are temporary children. */
export class TaskSupervisor extends DynamicSupervisor {
  override init(flags: DynamicSupervisorSpec = {}): DynamicSupervisorSpec {
    return flags;
  }
}

Object.defineProperty(Supervisor.prototype, BEHAVIOUR, { value: supervisorBehaviour });
Object.defineProperty(DynamicSupervisor.prototype, BEHAVIOUR, { value: supervisorBehaviour });
