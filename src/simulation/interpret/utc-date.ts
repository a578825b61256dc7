/** Dates of interpreted code: its local time is UTC, so that a run is the same on every machine. */

/** A text that names its zone, or a day in ISO's form, which is one of UTC as it is. */
const HAS_ZONE = /(?:z|gmt|utc|[+-]\d\d:?\d\d)\s*(?:\(.*\))?$|^\s*[+-]?\d{4,6}(?:-\d\d){0,2}\s*$/i;

export function parseUtc(text: string): number {
  if (HAS_ZONE.test(text)) return Date.parse(text);
  const inUtc = Date.parse(/^\s*[+-]?\d{4,6}-\d\d-\d\dT/.test(text) ? `${text.trim()}Z` : `${text} UTC`);
  return Number.isNaN(inUtc) ? Date.parse(text) : inUtc;
}

export class UtcDate extends Date {
  constructor(...given: unknown[]) {
    const [first] = given;
    if (given.length > 1) super(Date.UTC(...(given as [number, number])));
    else super(typeof first === "string" ? parseUtc(first) : (first as number));
  }

  override toString(): string {
    if (Number.isNaN(this.getTime())) return "Invalid Date";
    const [day, date, month, year, time] = this.toUTCString().split(" ");
    return `${day?.slice(0, 3)} ${month} ${date} ${year} ${time} GMT+0000 (Coordinated Universal Time)`;
  }

  override getTimezoneOffset(): number {
    return Number.isNaN(this.getTime()) ? Number.NaN : 0;
  }
}

const LOCAL = /^([gs]et)(?=Date$|Day$|FullYear$|Hours$|Milliseconds$|Minutes$|Month$|Seconds$)/;
const methods = Date.prototype as unknown as Record<string, unknown>;
for (const name of Object.getOwnPropertyNames(Date.prototype))
  if (LOCAL.test(name))
    Object.defineProperty(UtcDate.prototype, name, { value: methods[name.replace(LOCAL, "$1UTC")] });
Object.defineProperty(UtcDate, "name", { value: "Date" });
