/** Lines on stderr. What they say comes from files, arguments and pages: nothing of it reaches the terminal as it is. */
import { printable } from "../model/index.ts";
import { painter } from "./colours.ts";
import type { Io } from "./io.ts";

/** Something is wrong: `suptree: ...`. */
export function complain(io: Io, message: string): void {
  io.err(`${painter(io.colours.err)("red", "suptree:")} ${printable(message)}\n`);
}

/** Something was done. */
export function note(io: Io, message: string): void {
  io.err(`${printable(message)}\n`);
}
