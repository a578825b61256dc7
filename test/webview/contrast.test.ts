import fc from "fast-check";
import { expect, it } from "vitest";
import { type Colour, contrast, css, over, readableOn } from "../../src/webview/scene/contrast.ts";

const channel = fc.integer({ min: 0, max: 255 });
const colour = fc.tuple(
  channel,
  channel,
  channel,
  fc.double({ min: 0, max: 1, noNaN: true }),
) as fc.Arbitrary<Colour>;
const opaque = fc.tuple(channel, channel, channel, fc.constant(1)) as fc.Arbitrary<Colour>;

it("knows the ratios that WCAG gives", () => {
  expect(contrast([0, 0, 0, 1], [255, 255, 255, 1])).toBeCloseTo(21, 5);
  expect(contrast([119, 119, 119, 1], [255, 255, 255, 1])).toBeCloseTo(4.48, 2);
  expect(over([255, 0, 0, 0.5], [0, 0, 255, 1])).toEqual([127.5, 0, 127.5, 1]);
});

it("reaches the ratio on every ground wherever black or white does, and leaves alone what has it", () => {
  fc.assert(
    fc.property(
      colour,
      fc.array(opaque, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(3, 4.5),
      (ink, grounds, ratio) => {
        const made = readableOn(ink, grounds, ratio);
        const least = (candidate: Colour) =>
          Math.min(...grounds.map((ground) => contrast(candidate, ground)));
        const best = Math.max(least([0, 0, 0, 1]), least([255, 255, 255, 1]));
        expect(made[3]).toBe(1);
        // Rounding to whole channels may cost a trifle.
        expect(least(made)).toBeGreaterThanOrEqual(Math.min(ratio, best) - 0.05);
        if (least([ink[0], ink[1], ink[2], 1]) >= ratio) expect(made.slice(0, 3)).toEqual(ink.slice(0, 3));
        expect(css(made)).toMatch(/^rgb\(\d+, \d+, \d+\)$/);
      },
    ),
    { numRuns: 500 },
  );
});
