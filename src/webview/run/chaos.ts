/** Chaos: crashes of random processes, as ordinary inputs of the run, so that they can be repeated. */
import { signal } from "@preact/signals";
import { inOrder } from "../scene/types.ts";
import { now, scene } from "../state/view.ts";
import { give } from "./give.ts";
import { runState, seed } from "./present.ts";
import { showing } from "./telling.ts";

export const chaos = signal(false);

/** Virtual milliseconds between two crashes. */
const PAUSE = { least: 900, most: 3200 };

let next = 0;
let state = 1;

export function setChaos(on: boolean): void {
  chaos.value = on;
  state = (seed.peek() ^ 0x9e3779b9) >>> 0 || 1;
  next = now.peek() + 300;
}

/** xorshift32: the page's own choice need only differ from seed to seed. */
function random(): number {
  state ^= state << 13;
  state >>>= 0;
  state ^= state >>> 17;
  state ^= state << 5;
  state >>>= 0;
  return state / 2 ** 32;
}

/** Called once per frame. */
export function chaosFrame(): void {
  if (!chaos.peek() || runState.peek() !== "running" || showing.peek() || now.peek() < next) {
    return;
  }
  const drawn = scene.peek();
  const victims = (drawn === null ? [] : inOrder(drawn)).filter(
    (node) =>
      node.pid !== null && node.state === "running" && (node.role === "worker" || node.role === "process"),
  );
  const victim = victims[Math.floor(random() * victims.length)];
  next = now.peek() + PAUSE.least + random() * (PAUSE.most - PAUSE.least);
  if (victim !== undefined) {
    void give({ kind: "crash", target: { path: victim.path }, reason: "chaos" });
  }
}
