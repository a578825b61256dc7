/** What is animated: short-lived marks over the drawing. Their length is that of the motion, not of the run. */
import { signal } from "@preact/signals";
import { reducedMotion } from "../state/view.ts";

/** Milliseconds that one motion takes at most. */
export const MOTION = 250;
/** With reduced motion nothing moves, and marks stay this long. */
const MARK_TIME = 2000;

type Body =
  /** A flash over a card. */
  | { kind: "crash" | "start" | "stop" | "spend" | "give-up"; path: string; text: string }
  /** The former incarnation, fading. */
  | { kind: "ghost"; path: string; text: string }
  /** Something travels from card to card, along the tree's line or along a relation. */
  | { kind: "signal"; from: string; to: string; tone: "exit" | "stop" | "down" | "message"; text: string };

export type Effect = Body & { id: number; until: number };

/** A storm of crashes must not become a storm of shapes. */
const MOST = 60;

export const effects = signal<readonly Effect[]>([]);

let nextId = 1;

export function addEffect(effect: Body): void {
  const time = reducedMotion.peek() ? MARK_TIME : effect.kind === "ghost" ? 2 * MOTION : MOTION;
  const added: Effect = { ...effect, id: nextId++, until: performance.now() + time };
  effects.value = [...effects.value.slice(-MOST), added];
  if (ending === null) {
    ending = setTimeout(end, time);
  }
}

let ending: ReturnType<typeof setTimeout> | null = null;

/** Takes away what is over; what ends within a frame or two ends together. */
function end(): void {
  const now = performance.now();
  const left = effects.value.filter(({ until }) => until > now + 30);
  effects.value = left;
  const next = Math.min(...left.map(({ until }) => until));
  ending = left.length === 0 ? null : setTimeout(end, next - now);
}

/** Ends every motion at once. */
export function skipEffects(): void {
  effects.value = [];
}
