/** How much the processes of a running program have to do, as it was last asked. */
import { signal } from "@preact/signals";
import type { FiguresMessage } from "../../protocol/index.ts";

export interface Figures {
  mailbox: number;
  /** Messages handled since its start, and in a second just now; null before two moments are known. */
  handled: number;
  rate: number | null;
  /** Milliseconds on the system's clock; null where it is not in the midst of a callback. */
  busySince: number | null;
  restarts: number;
}

/** By process number; null where nothing is known. A new map with every answer. */
export const figures = signal<{ at: number; of: ReadonlyMap<number, Figures> } | null>(null);

/** Takes what the host has asked. */
export function figuresCame(message: FiguresMessage): void {
  const before = figures.value;
  const seconds = before === null ? 0 : (message.at - before.at) / 1000;
  const of = new Map<number, Figures>();
  message.ids.forEach((id, i) => {
    const handled = message.handled[i] ?? 0;
    const was = before?.of.get(id)?.handled;
    const busy = message.busySince[i] ?? -1;
    of.set(id, {
      mailbox: message.mailbox[i] ?? 0,
      handled,
      rate: was === undefined || seconds <= 0 ? null : Math.max(0, (handled - was) / seconds),
      busySince: busy < 0 ? null : busy,
      restarts: message.restarts[i] ?? 0,
    });
  });
  figures.value = { at: message.at, of };
}
