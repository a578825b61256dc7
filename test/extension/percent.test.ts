import { expect, test } from "vitest";
import { createSession } from "../../src/analysis/session/index.ts";
import { percentOf } from "../../src/extension/workspace/percent.ts";
import { memoryHost } from "../analysis-session/memory-host.ts";

test("the percentage of a real scan only grows, and ends at 100", async () => {
  const files = Object.fromEntries(
    Array.from({ length: 600 }, (_, n) => [
      `/w/d${n % 70}/s${n}.ts`,
      `import { Supervisor } from "suptree";\nexport class S${n} extends Supervisor { init() { return { children: [] }; } }\n`,
    ]),
  );
  const host = memoryHost(files);
  // Slow enough for the session to give way often.
  host.before = () => {
    for (const end = performance.now() + 0.1; performance.now() < end; );
  };
  const seen: (number | null)[] = [];
  await createSession({ host, roots: ["/w"] }).scan({ onProgress: (step) => seen.push(percentOf(step)) });
  const numbers = seen.filter((percent) => percent !== null);
  expect(seen[0]).toBeNull(); // walking
  expect(numbers.length).toBeGreaterThan(4);
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  expect(numbers.at(-1)).toBe(100);
});
