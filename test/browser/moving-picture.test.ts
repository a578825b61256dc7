/** The README's moving picture, read by a browser: it has all frames, each in its place. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { movingPicture } from "../e2e/harness/moving-picture.ts";
import { launch } from "./harness.ts";

let browser: Browser;
let page: Page;
beforeAll(async () => {
  browser = await launch();
  page = await browser.newPage({ viewport: { width: 60, height: 40 } });
});
afterAll(() => browser?.close());

test("frames of a part lie where they were taken", async () => {
  // Decoders are for secure pages.
  await page.route("https://suptree.test/", (route) =>
    route.fulfill({
      contentType: "text/html",
      body: '<body style="margin:0;background:#f00"><p style="margin:0;position:absolute;left:10px;top:5px;width:20px;height:10px">',
    }),
  );
  await page.goto("https://suptree.test/");
  const first = await page.screenshot();
  await page.locator("p").evaluate((part) => {
    part.style.background = "#00f";
  });
  const second = await page.screenshot({ clip: { x: 10, y: 5, width: 20, height: 10 } });
  const picture = movingPicture([
    { png: first, x: 0, y: 0, shown: 100 },
    { png: second, x: 10, y: 5, shown: 300 },
  ]);
  const seen = await page.evaluate(
    async (bytes) => {
      const decoder = new ImageDecoder({ data: new Uint8Array(bytes), type: "image/png" });
      await decoder.tracks.ready;
      const context = new OffscreenCanvas(60, 40).getContext("2d");
      const frames = [];
      for (let frameIndex = 0; frameIndex < (decoder.tracks.selectedTrack?.frameCount ?? 0); frameIndex++) {
        const { image } = await decoder.decode({ frameIndex });
        context?.drawImage(image, 0, 0);
        const colour = (x: number, y: number) =>
          [...(context?.getImageData(x, y, 1, 1).data ?? [])].join(" ");
        frames.push({ shown: (image.duration ?? 0) / 1000, inside: colour(12, 7), outside: colour(40, 30) });
      }
      return frames;
    },
    [...picture],
  );
  expect(seen).toEqual([
    { shown: 100, inside: "255 0 0 255", outside: "255 0 0 255" },
    { shown: 300, inside: "0 0 255 255", outside: "255 0 0 255" },
  ]);
});

test("what is no picture, or of another kind, is refused", () => {
  expect(() => movingPicture([])).toThrow("There is no frame.");
  expect(() => movingPicture([{ png: Buffer.from("GIF89a"), x: 0, y: 0, shown: 1 }])).toThrow("no PNG");
});
