/** Real code does in the engine's thread what it does by itself on the library's virtual clock, event by event. */
import { describe, expect, it } from "vitest";
import { plain } from "./plain.ts";
import { examples, guide, inThread } from "./programs.ts";

const programs = [...(await examples()), ...(await guide())];
const named = programs.map((program) => ({
  program,
  name: program.root ?? `${program.base.split("/").at(-1)}/${program.file}`,
}));

describe("the same seed, inputs and code", () => {
  it("has all examples and the guide's pages", () => {
    expect(programs.length).toBeGreaterThan(18);
  });

  it.for(named)(
    "$name gives the same trace in the engine and by itself",
    { timeout: 60_000 },
    async ({ program }) => {
      const [ran, expected] = [await inThread(program), await plain(program)];
      expect(ran.events.length).toBeGreaterThan(3);
      expect(ran.events.map((event) => JSON.stringify(event))).toEqual(
        expected.map((event) => JSON.stringify(event)),
      );
    },
  );
});
