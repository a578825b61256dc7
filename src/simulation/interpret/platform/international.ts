/** What is written as people of one country do: of a country that code does not name, English, and of a zone, UTC. */

import { partOf } from "../known.ts";
import { hosted } from "./hosted.ts";

type Make = new (locale: string, options: object) => object;

const MEMBERS: Readonly<Record<string, string>> = {
  NumberFormat: "format formatToParts formatRange",
  DateTimeFormat: "format formatToParts formatRange",
  PluralRules: "select selectRange",
  RelativeTimeFormat: "format formatToParts",
  ListFormat: "format formatToParts",
  Collator: "compare",
};

/** Zones are the run's, which is in UTC. */
export const optionsOf = (options: unknown): object => ({
  timeZone: "UTC",
  ...(options as object | undefined),
});
export const localeOf = (locale: unknown): string => (locale === undefined ? "en-US" : (locale as string));

function formatter(name: string, members: string): readonly [string, unknown] {
  const Format = (Intl as unknown as Record<string, Make>)[name]!;
  const make = ([locale, options]: readonly unknown[]): object =>
    new Format(
      localeOf(locale),
      name === "DateTimeFormat" ? optionsOf(options) : ((options ?? {}) as object),
    );
  return [name, hosted(Format, { members, make })];
}

export const INTL = partOf(
  Object.fromEntries(Object.entries(MEMBERS).map(([name, members]) => formatter(name, members))),
  Intl,
);
