/** Times as people read them: of a run, from its beginning; of a program, the time of day. */
import { clock, duration } from "../../trace/words.ts";
import { clockStart } from "./live.ts";

/** A moment of what is shown. */
export function moment(at: number): string {
  const start = clockStart.value;
  if (start === null) return clock(at);
  return timeOfDay(start + at);
}

/** "08:27:30.727". @param at milliseconds since 1970 */
export function timeOfDay(at: number): string {
  const time = new Date(at);
  const part = (value: number, digits: number) => String(value).padStart(digits, "0");
  return `${part(time.getHours(), 2)}:${part(time.getMinutes(), 2)}:${part(time.getSeconds(), 2)}.${part(time.getMilliseconds(), 3)}`;
}

/** The same, for a label on the ruler. */
export function tick(at: number): string {
  return clockStart.value !== null ? moment(at).slice(0, 8) : at === 0 ? "0 s" : duration(at);
}
