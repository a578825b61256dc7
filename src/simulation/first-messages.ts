/**
 * What processes are sent before a demonstration's fault, where the hazard needs something that their code does on a message
 * only: a link, a monitor, a process that is started.
 */
import type { Demonstration } from "../model/index.ts";
import type { Pid, TraceEvent } from "../runtime/index.ts";
import { goalsOf } from "./failed-uses.ts";
import { type Deed, type MessageEvent, partsOfDeed, type Use } from "./plan-types.ts";
import type { World } from "./world.ts";

/** A message that some code reacts to; `type` null where it does not tell messages apart. */
export interface FirstMessage {
  child: string;
  event: MessageEvent;
  type: string | null;
}

/** As data: nothing is known of the rest of it. */
export const dataOf = ({ type }: FirstMessage): string => JSON.stringify(type === null ? {} : { type });

export function inWords(message: FirstMessage): string {
  const what = message.event === "info" ? "message" : message.event;
  return message.type === null ? `a ${what}` : `the ${what} ${dataOf(message)}`;
}

/** Whom it takes to have what is to be seen, as far as it is not there. */
export function firstMessages(
  world: World,
  { faults, shows }: Demonstration,
  events: readonly TraceEvent[],
): FirstMessage[] {
  const [fault] = faults;
  if (fault === undefined) return [];
  switch (shows.kind) {
    case "runs on":
      if (world.find(shows.child) !== null) return [];
      return onMessages(world, shows.of, (use) => use.kind === "start" && use.to === shows.child).slice(0, 1);
    case "drops": {
      const { child } = shows;
      const kind = shows.message === "EXIT" ? "link" : "monitor";
      if (fault.child === child || areRelated(world, kind, child, fault.child, events)) return [];
      return relating(world, kind, child, fault.child).slice(0, 1);
    }
    case "gives up": {
      // Whoever falls with it is linked to it, or to somebody who falls with it.
      const others = [...world.plan.keys].filter((key) => key !== fault.child && world.find(key) !== null);
      return others.flatMap((key) =>
        areRelated(world, "link", key, fault.child, events)
          ? []
          : relating(world, "link", key, fault.child).slice(0, 1),
      );
    }
    default:
      return [];
  }
}

/** Messages on which one links to or monitors the other; a link has no direction. */
function relating(world: World, kind: "link" | "monitor", one: string, other: string): FirstMessage[] {
  const leadsTo = (key: string) => {
    const goals = goalsOf(world, key);
    return (use: Use) => use.kind === kind && goals.has(use.to);
  };
  const back = kind === "link" ? onMessages(world, other, leadsTo(one)) : [];
  return [...onMessages(world, one, leadsTo(other)), ...back];
}

/** The messages on which a process makes such a use; those that its code tells apart come first. */
function onMessages(world: World, child: string, isIt: (use: Use) => boolean): FirstMessage[] {
  const makes = (deeds: readonly Deed[]): boolean =>
    deeds.some((deed) => (deed.does === "use" ? isIt(deed.use) : makes(partsOfDeed(deed))));
  const found = [...(world.worker(child)?.script.messages ?? [])].flatMap(([key, deeds]): FirstMessage[] => {
    if (!makes(deeds)) return [];
    const end = key.indexOf(" ");
    return [{ child, event: key.slice(0, end) as MessageEvent, type: key.slice(end + 1) || null }];
  });
  return found.sort((a, b) => Number(a.type === null) - Number(b.type === null));
}

/** Whether they are linked, or one monitors the other, by now. */
function areRelated(
  world: World,
  kind: "link" | "monitor",
  one: string,
  other: string,
  events: readonly TraceEvent[],
): boolean {
  const numbers = (key: string) => new Set(world.findAll(key).map(({ id }: Pid) => id));
  const [ones, others] = [numbers(one), numbers(other)];
  return events.some((event) => {
    if (event.type === "link" && kind === "link")
      return (ones.has(event.a) && others.has(event.b)) || (ones.has(event.b) && others.has(event.a));
    if (event.type === "spawn" && kind === "link")
      return event.linked && ones.has(event.parent ?? 0) && others.has(event.pid);
    return (
      event.type === "monitor" && kind === "monitor" && ones.has(event.watcher) && others.has(event.target)
    );
  });
}
