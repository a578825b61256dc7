import fc from "fast-check";
import { expect, it } from "vitest";
import { Timeline } from "../../src/trace/timeline.ts";
import { LiveScene } from "../../src/webview/scene/from-live.ts";
import { indexForScene, sceneFromModel } from "../../src/webview/scene/from-model.ts";
import { inOrder, type Scene } from "../../src/webview/scene/types.ts";
import { fault, play, shape } from "../trace/random-run.ts";

const plain = ({ roots, byPath, links }: Scene) => ({
  roots,
  byPath: new Map(byPath),
  links: [...links].sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))),
});

it("is the picture that is drawn afresh, from whichever moment one comes", async () => {
  let reused = 0;
  await fc.assert(
    fc.asyncProperty(
      shape,
      fc.array(fault, { minLength: 1, maxLength: 5 }),
      fc.array(fc.record({ part: fc.nat({ max: 100 }), wait: fc.constantFrom(0, 1000, 7000) }), {
        minLength: 2,
        maxLength: 12,
      }),
      async (root, faults, moments) => {
        const { tree, events } = await play(root, faults);
        const timeline = new Timeline(tree);
        const kept = new LiveScene(indexForScene(tree, []));
        let shown = 0;
        let before: Scene | null = null;
        for (const { part, wait } of moments) {
          // A few more events, as frame by frame; now and then a look back.
          const next = Math.min(events.length, shown + part);
          const state =
            part % 5 === 0
              ? timeline.stateAt(Math.floor((shown * part) / 100))
              : timeline.push(events.slice(shown, next));
          if (part % 5 !== 0) shown = next;
          const now = Math.floor((state.at + wait) / 1000) * 1000;
          const scene = kept.at(state, now);
          expect(plain(scene)).toEqual(plain(new LiveScene(indexForScene(tree, [])).at(state, now)));
          expect(new Set(inOrder(scene))).toEqual(new Set(scene.byPath.values()));
          const old = before?.byPath;
          reused += inOrder(scene).filter((node) => old?.get(node.path) === node).length;
          before = scene;
        }
      },
    ),
    { numRuns: 60 },
  );
  expect(reused).toBeGreaterThan(100);
});

it("has every place that the definition has from the first event on: a start moves no card", async () => {
  await fc.assert(
    fc.asyncProperty(shape, async (root) => {
      const { tree, events } = await play(root, []);
      const index = indexForScene(tree, []);
      const places = (scene: Scene) => inOrder(scene).map(({ path }) => path);
      const wanted = places(sceneFromModel(index, tree.roots[0]!));
      const timeline = new Timeline(tree);
      const kept = new LiveScene(index);
      for (const event of events) {
        const state = timeline.push([event]);
        expect(places(kept.at(state, 0))).toEqual(wanted);
      }
    }),
    { numRuns: 40 },
  );
});
