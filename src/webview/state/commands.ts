/** What a person can do to a process. The run installs the handler; without a run there is none. */
import { signal } from "@preact/signals";

export type Command =
  | { kind: "crash" | "exit" | "stop"; path: string; reason?: string }
  | { kind: "kill" | "hang" | "resume"; path: string }
  | { kind: "send"; path: string; message: string }
  | { kind: "start_child"; path: string; count?: number }
  | { kind: "use"; path: string; to: string; how: "call" | "cast" | "send" }
  | { kind: "open"; path: string };

export const commandHandler = signal<((command: Command) => void) | null>(null);

export function perform(command: Command): void {
  commandHandler.value?.(command);
}

/** Shows at once what is still being told. */
export const skipTelling = signal<(() => void) | null>(null);
