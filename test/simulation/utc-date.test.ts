/** Dates of interpreted code are the same wherever it runs: the methods of local time are those of UTC. */
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

const SAID = `
  const { parseUtc, UtcDate } = await import(${JSON.stringify(new URL("../../src/simulation/interpret/utc-date.ts", import.meta.url).href)});
  const d = new UtcDate("2026-03-29T23:30:00");
  const set = new UtcDate(2026, 0, 31, 12);
  set.setMonth(2);
  set.setHours(1, 2, 3, 4);
  console.log(JSON.stringify([
    d.toISOString(), d.getHours(), d.getDate(), d.getDay(), d.getTimezoneOffset(), String(d), set.toISOString(),
    parseUtc("2026-03-29"), parseUtc("Mar 29 2026 10:00"), parseUtc("Mar 29 2026 10:00 GMT+0200"), parseUtc("no"),
    new UtcDate(d).getTime() === d.getTime(), d instanceof Date, UtcDate.name, String(new UtcDate("no")), +new UtcDate(5),
  ]));
`;

test("in two time zones", () => {
  for (const TZ of ["America/New_York", "Asia/Kathmandu"]) {
    const said = execFileSync(process.execPath, ["--input-type=module", "-e", SAID], {
      encoding: "utf8",
      env: { ...process.env, TZ },
    });
    expect(JSON.parse(said), TZ).toEqual([
      ...["2026-03-29T23:30:00.000Z", 23, 29, 0, 0],
      "Sun Mar 29 2026 23:30:00 GMT+0000 (Coordinated Universal Time)",
      "2026-03-31T01:02:03.004Z",
      ...[Date.UTC(2026, 2, 29), Date.UTC(2026, 2, 29, 10), Date.UTC(2026, 2, 29, 8), null],
      ...[true, true, "Date", "Invalid Date", 5],
    ]);
  }
});
