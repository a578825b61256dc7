import fc from "fast-check";
import { expect, it } from "vitest";
import { Table } from "../../src/trace/table.ts";

const key = fc.oneof(
  fc.nat({ max: 2000 }).map((n) => `Root/a/${n}`),
  fc.string({ maxLength: 5 }),
);
const change = fc.record({ key, value: fc.option(fc.nat({ max: 5 }), { nil: null }) });
const batches = fc.array(fc.array(change, { maxLength: 60 }), { minLength: 1, maxLength: 12 });

it("is a map in every version, whatever is done to later ones, and knows what differs between any two", () => {
  fc.assert(
    fc.property(batches, fc.nat(), fc.nat(), (all, a, b) => {
      const versions: { table: Table<string, number>; map: Map<string, number> }[] = [
        { table: new Table(), map: new Map() },
      ];
      for (const batch of all) {
        const table = versions.at(-1)!.table.next();
        const map = new Map(versions.at(-1)!.map);
        for (const { key, value } of batch) {
          if (value === null) expect(table.delete(key)).toBe(map.delete(key));
          else {
            table.set(key, value);
            map.set(key, value);
          }
        }
        versions.push({ table, map });
      }
      for (const { table, map } of versions) {
        expect(new Map(table)).toEqual(map);
        expect(new Set(table.keys())).toEqual(new Set(map.keys()));
        expect([...table.values()].sort()).toEqual([...map.values()].sort());
        expect(table.size).toBe(map.size);
        for (const [key, value] of map) expect(table.get(key)).toBe(value);
      }
      const [now, before] = [versions[a % versions.length]!, versions[b % versions.length]!];
      const keys = new Set([...now.map.keys(), ...before.map.keys()]);
      const differing = [...keys].filter((key) => now.map.get(key) !== before.map.get(key));
      expect(now.table.changedSince(before.table).sort()).toEqual(differing.sort());
    }),
  );
});

it("takes numbers as keys", () => {
  const table = new Table<number, string>();
  for (let n = 0; n < 3000; n++) table.set(n, String(n));
  const later = table.next().set(7, "seven");
  expect(later.delete(8)).toBe(true);
  expect([table.size, table.get(7), table.get(8)]).toEqual([3000, "7", "8"]);
  expect([later.size, later.get(7), later.has(8)]).toEqual([2999, "seven", false]);
  expect(later.changedSince(table).sort()).toEqual([7, 8]);
});
