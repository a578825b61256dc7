/** What is animated: short-lived marks over the drawing. Their length is that of the motion, not of the run. */
import { signal } from "@preact/signals";
import { reducedMotion } from "../state/view.ts";

/** Milliseconds that one motion takes at most. */
export const MOTION = 250;
/** With reduced motion nothing moves, and marks stay this long. */
export const MARK_TIME = 2000;

type Body =
  /** A flash over a card. */
  | { kind: "crash" | "start" | "stop" | "spend" | "give-up"; path: string; text: string }
  /** The former incarnation, fading. */
  | { kind: "ghost"; path: string; text: string }
  /** Something travels from card to card, along the tree's line or along a relation. */
  | { kind: "signal"; from: string; to: string; tone: "exit" | "stop" | "down" | "message"; text: string };

export type Effect = Body & { id: number };

export const effects = signal<readonly Effect[]>([]);

let nextId = 1;

export function addEffect(effect: Body): void {
  const added: Effect = { ...effect, id: nextId++ };
  // A storm of crashes must not become a storm of shapes.
  effects.value = [...effects.value.slice(-60), added];
  const time = reducedMotion.peek() ? MARK_TIME : effect.kind === "ghost" ? 2 * MOTION : MOTION;
  setTimeout(() => {
    effects.value = effects.value.filter((other) => other.id !== added.id);
  }, time);
}

/** Ends every motion at once. */
export function skipEffects(): void {
  effects.value = [];
}
