/** The card under the pointer, for the floating description. */
import { signal } from "@preact/signals";

export const hover = signal<{ path: string; x: number; y: number } | null>(null);
