/**
 * Traffic: workers use each other now and then as their code does, as ordinary inputs of the run. Without it a process that
 * hangs harms nobody, since nobody asks it anything.
 */
import { signal } from "@preact/signals";
import { allUses } from "../scene/uses.ts";
import { modelIndex, now, scene } from "../state/view.ts";
import { give } from "./give.ts";
import { runState } from "./present.ts";
import { showing } from "./telling.ts";

export const traffic = signal(false);

/** Virtual milliseconds between two uses. */
const PAUSE = 700;
let next = 0;
/** Everybody's turn comes. */
let turn = 0;

export function setTraffic(on: boolean): void {
  traffic.value = on;
  next = now.peek();
}

/** Called once per frame. */
export function trafficFrame(): void {
  if (!traffic.peek() || runState.peek() !== "running" || showing.peek() || now.peek() < next) {
    return;
  }
  next = now.peek() + PAUSE;
  const [index, drawn] = [modelIndex.peek(), scene.peek()];
  if (index === null || drawn === null) {
    return;
  }
  const uses = allUses(index, drawn).filter(({ from, to }) => from.state === "running" && to.pid !== null);
  const use = uses[turn++ % Math.max(1, uses.length)];
  if (use !== undefined) {
    void give({ kind: "use", target: { path: use.from.path }, to: { path: use.to.path }, how: use.how });
  }
}
