/** Where the selected card's menu stands open; null when it does not. */
import { signal } from "@preact/signals";

export const contextMenu = signal<{ x: number; y: number } | null>(null);
