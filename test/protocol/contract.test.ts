/** The tree model is written down twice beside its types: the schema that others read, and the one that messages are checked by. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import Ajv from "ajv/dist/2020.js";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { nodeHost, openPaths } from "../../src/analysis/session/index.ts";
import type { TreeModel } from "../../src/model/index.ts";
import { treeModelSchema } from "../../src/protocol/index.ts";
import { sampleModel } from "./samples.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const published = new Ajv({ allErrors: false, strict: false, validateFormats: false }).compile(
  JSON.parse(readFileSync(`${root}/schema/tree-model.schema.json`, "utf8")) as object,
);

type Path = readonly (string | number)[];

/** Every place in the data. */
function* placesIn(value: unknown, at: Path = []): Generator<Path> {
  if (at.length > 0) yield at;
  if (Array.isArray(value))
    for (const [index, each] of value.entries()) yield* placesIn(each, [...at, index]);
  else if (typeof value === "object" && value !== null)
    for (const [key, each] of Object.entries(value)) yield* placesIn(each, [...at, key]);
}

/** The place's kind: one of each is enough. */
const kindOf = (path: Path): string =>
  path.map((step, n) => (typeof step === "number" || (path[0] === "code" && n === 3) ? "*" : step)).join(".");

/** What is inside a definition is no part of the contract; one definition and one import of a file stand for all. */
const isInsideCode = ([first, , , , ...rest]: Path): boolean => first === "code" && rest.length > 1;

const REPLACEMENTS: readonly unknown[] = [null, true, -1, 0, 0.5, 7, "", "nonsense", [], {}, ["nonsense"]];

/** Copies with one thing changed. */
function* changed(model: TreeModel): Generator<{ what: string; model: unknown }> {
  const seen = new Set<string>();
  for (const path of placesIn(model)) {
    const kind = kindOf(path);
    if (seen.has(kind) || isInsideCode(path)) continue;
    seen.add(kind);
    const last = path.at(-1) as string | number;
    const parentOf = (copy: unknown): Record<string | number, unknown> =>
      path.slice(0, -1).reduce((at, step) => (at as Record<string | number, unknown>)[step], copy) as never;
    const without = structuredClone(model);
    if (typeof last === "string") {
      delete parentOf(without)[last];
      yield { what: `without ${kind}`, model: without };
    }
    for (const replacement of REPLACEMENTS) {
      const copy = structuredClone(model);
      parentOf(copy)[last] = replacement;
      yield { what: `${kind} = ${JSON.stringify(replacement)}`, model: copy };
    }
  }
}

async function analysed(path: string): Promise<TreeModel> {
  const { session } = await openPaths([path], { host: nodeHost(), cwd: root });
  await session.scan();
  return session.model();
}

describe("the published schema and the one of messages", () => {
  it("agree on every model with one thing changed", async () => {
    const differ: string[] = [];
    let refused = 0;
    for (const model of [
      sampleModel,
      await analysed("examples/gateway"),
      await analysed("examples/3-links-and-monitors"),
    ]) {
      for (const { what, model: copy } of changed(model)) {
        const [outside, inside] = [published(copy), v.safeParse(treeModelSchema, copy).success];
        if (!outside) refused += 1;
        if (outside !== inside) differ.push(`${what}: ${outside ? "valid" : "refused"} outside only`);
      }
    }
    expect(refused).toBeGreaterThan(1_000);
    expect([...new Set(differ)]).toEqual([]);
  });
});
