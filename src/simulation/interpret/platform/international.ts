/** What is written as people of one country do, where code names the country and the zone. */
import { partOf } from "../known.ts";
import { localeOf, zoned } from "../local-text.ts";
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

function formatter(name: string, members: string): readonly [string, unknown] {
  const Format = (Intl as unknown as Record<string, Make>)[name]!;
  const make = ([locale, options]: readonly unknown[]): object =>
    new Format(localeOf(locale), name === "DateTimeFormat" ? zoned(options) : ((options ?? {}) as object));
  return [name, hosted(Format, { members, make })];
}

export const INTL = partOf(
  Object.fromEntries(Object.entries(MEMBERS).map(([name, members]) => formatter(name, members))),
  Intl,
);
