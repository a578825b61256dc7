/** What is written as people of one country do is followed where code names the country, and of times the zone. */
import { NotInterpreted } from "./not-interpreted.ts";

/** Of whom, where code says that. @throws NotInterpreted where the machine decides */
export function localeOf(locale: unknown): string {
  if (typeof locale !== "string") throw new NotInterpreted("it writes as people do where it runs");
  return locale;
}

/** @throws NotInterpreted where the zone is the machine's */
export function zoned(options: unknown): object {
  const said = Object(options) as { timeZone?: unknown };
  if (typeof said.timeZone !== "string")
    throw new NotInterpreted("it writes times of the zone where it runs");
  return said;
}

const OF_NUMBERS: ReadonlySet<unknown> = new Set<unknown>([
  Number.prototype.toLocaleString,
  BigInt.prototype.toLocaleString,
]);

const OF_TIMES: ReadonlySet<unknown> = new Set<unknown>([
  Date.prototype.toLocaleString,
  Date.prototype.toLocaleDateString,
  Date.prototype.toLocaleTimeString,
]);

/** @throws NotInterpreted where a text depends on the machine */
export function checkLocal(fn: unknown, [locale, options]: readonly unknown[]): void {
  const isOfTimes = OF_TIMES.has(fn);
  if (isOfTimes || OF_NUMBERS.has(fn)) localeOf(locale);
  if (isOfTimes) zoned(options);
}
