/** What can be done to a run from outside. */
import type { ProcessAction } from "../model/index.ts";
import {
  describeTerm,
  type InjectedFault,
  type Pid,
  type ProcessRelations,
  type System,
} from "../runtime/index.ts";
import type { PlannedChild, PlannedSupervisor } from "./plan-types.ts";
import { childSpec, notPastLimit, Order } from "./stand-in.ts";
import type { Targets } from "./targets.ts";
import { ofChild, type World } from "./world.ts";

/** An input that cannot be given, and why. */
export class SimulationError extends Error {
  override readonly name = "SimulationError";
}

/** Where it is done. */
export interface Stage {
  readonly system: System;
  readonly world: World;
  readonly targets: Targets;
  /** Not null where a program's own processes run. */
  readonly program: object | null;
  note(text: string, pid: Pid, fault: InjectedFault | null): void;
}

/** Asks a supervisor for `count` more children, one after the other. */
export async function startMore(
  system: System,
  world: World,
  pid: Pid,
  tree: PlannedSupervisor,
  template: PlannedChild,
  count: number,
): Promise<void> {
  for (let n = 0; n < count; n++) {
    const spec = { ...childSpec(template, world), ...ofChild(world.saidOfChildren(pid)) };
    world.met.named(tree.key, spec.id);
    // A dynamic supervisor numbers them itself.
    if (!tree.dynamic && !template.single) spec.id = `${template.id}-${world.nextNumber(tree.key)}`;
    if (tree.childrenStop !== null) notPastLimit(spec, pid.id, world);
    try {
      await system.startChildResult(pid, spec);
    } catch {
      return; // the supervisor ended before it answered: the trace tells
    }
  }
}

/** Does what `action` says to a living process. @throws SimulationError when it cannot be treated so. */
export function perform(action: ProcessAction, pid: Pid, info: ProcessRelations, stage: Stage): void {
  const { system, world, targets } = stage;
  const name = targets.nameOf(pid);
  const supervisor = info.kind === "supervisor";
  switch (action.kind) {
    case "crash":
      if (stage.program === null && world.goesOn(pid.id)) {
        stage.note(`${name} failed (${action.reason}): that is ignored, and it goes on as it was`, pid, null);
        return;
      }
      stage.note(`Injected a crash (${action.reason}) into ${name}`, pid, "crash");
      system.crash(pid, action.reason);
      return;
    case "exit":
      stage.note(`Sent the exit signal ${action.reason} to ${name}`, pid, "exit");
      system.sendExit(pid, action.reason);
      return;
    case "kill":
      stage.note(`Killed ${name}`, pid, "kill");
      system.kill(pid);
      return;
    case "stop": {
      if (world.hanging.has(pid.id)) {
        throw new SimulationError(`${name} hangs, so it cannot return stop. Let it go on, or kill it.`);
      }
      const reason = action.reason ?? "normal";
      stage.note(`Made ${name} stop (${reason})`, pid, "stop");
      system.exit(pid, reason);
      return;
    }
    case "hang":
      stage.note(`Made ${name} hang${action.ms === undefined ? "" : ` for ${action.ms} ms`}`, pid, "hang");
      if (supervisor || world.at(pid.id) === null) system.hang(pid);
      else system.send(pid, new Order({ kind: "hang", ms: action.ms ?? null }) as never);
      return;
    case "resume": {
      const resume = world.hanging.get(pid.id);
      if (resume === undefined) throw new SimulationError(`${name} does not hang, or cannot go on.`);
      stage.note(`Let ${name} go on`, pid, "resume");
      resume();
      return;
    }
    case "send":
      stage.note(`Sent ${name} a ${action.how ?? "message"}`, pid, "send");
      deliver(system, pid, messageOf(action.message), action.how);
      return;
    case "use": {
      const to = targets.resolve(action.to);
      if (to === null) throw new SimulationError(`${targets.describe(action.to)} does not run now.`);
      if (supervisor || world.at(pid.id) === null) {
        throw new SimulationError(`${name} is no stand-in for a worker and uses nobody on demand.`);
      }
      stage.note(`Made ${name} ${action.how} ${targets.nameOf(to)}`, pid, null);
      system.send(pid, new Order({ kind: "use", to, how: action.how }) as never);
      return;
    }
    default:
      if (!supervisor) throw new SimulationError(`${name} is no supervisor.`);
      administer(action, pid, info, name, stage);
      return;
  }
}

/** What a person wrote as a message: JSON is data, anything else a text. */
function messageOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function deliver(system: System, pid: Pid, message: unknown, how: "call" | "cast" | undefined): void {
  if (how === "cast") system.cast(pid, message as never);
  // Who is asked may end before it answers: the trace tells.
  else if (how === "call") system.call(pid, message as never, "infinity").catch(() => {});
  else system.send(pid, message as never);
}

function administer(
  action: Extract<ProcessAction, { kind: `${string}_child` }>,
  pid: Pid,
  info: ProcessRelations,
  name: string,
  stage: Stage,
): void {
  const { system, world } = stage;
  if (action.kind === "start_child" && stage.program !== null) {
    const count = action.count ?? 1;
    stage.note(`Asked ${name} for ${count === 1 ? "one more child" : `${count} more children`}`, pid, null);
    for (let n = 0; n < count; n++) {
      // With the arguments that its template has.
      void system.startChildResult(pid, []).then(
        ({ error }) => {
          if (error !== undefined) stage.note(`${name} started no child: ${describeTerm(error)}`, pid, null);
        },
        () => {}, // the supervisor ended before it answered: the trace tells
      );
    }
    return;
  }
  if (action.kind === "start_child") {
    const key = world.at(pid.id)?.key;
    const tree = key === undefined ? null : world.supervisor(key);
    const dynamic = tree === null ? null : world.templateFor(tree.key);
    if (dynamic === null || tree === null) {
      throw new SimulationError(`Nothing is known of what ${name} starts at run time.`);
    }
    const count = action.count ?? 1;
    stage.note(`Asked ${name} for ${count === 1 ? "one more child" : `${count} more children`}`, pid, null);
    void startMore(system, world, pid, tree, dynamic.template, count);
    return;
  }
  const child = info.supervision?.children.find((each) => each.id === action.id);
  if (child === undefined) throw new SimulationError(`${name} has no child ${action.id}.`);
  stage.note(`Asked ${name} to ${action.kind.replace("_child", "")} ${action.id}`, pid, null);
  // A dynamic supervisor knows its children by their processes only.
  const dynamic = info.supervision?.strategy === "simple_one_for_one";
  const who = dynamic && child.pid !== null ? (system.pid(child.pid) ?? action.id) : action.id;
  const done =
    action.kind === "terminate_child"
      ? system.terminateChild(pid, who)
      : action.kind === "restart_child"
        ? system.restartChild(pid, who)
        : system.deleteChild(pid, who);
  done.catch(() => {}); // the supervisor ended before it answered: the trace tells
}
