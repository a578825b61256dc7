/** What a model says of its files and dialects beside the trees: it depends on names alone. */
import type { DialectTraits, TreeModel } from "../../model/index.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { globMatcher } from "../discover/glob.ts";
import type { AnalysisSettings } from "../options.ts";

/**
 * Tests, benchmarks and fixtures by convention. Specs are child specs here as often as tests, so `spec` counts only as the
 * last part of a name before the extension.
 */
const TEST_FILES: readonly string[] = [
  "**/{test,tests,__tests__,__mocks__,e2e,fixtures,__fixtures__,testdata,bench,benches,benchmark,benchmarks,__benchmarks__}/**",
  "**/*.{test,spec,e2e,bench,benchmark,fixture}.*",
  "**/*{-,_}test.*",
];

export class Describer {
  readonly #dialects: readonly Dialect[];
  readonly #matches: (file: string) => boolean;
  /** By file; a workspace names few files, many times. */
  readonly #known = new Map<string, boolean>();

  constructor(dialects: readonly Dialect[], { testFiles }: AnalysisSettings) {
    this.#dialects = dialects;
    this.#matches = globMatcher(testFiles ?? TEST_FILES) ?? (() => false);
  }

  isTest(file: string): boolean {
    let is = this.#known.get(file);
    if (is === undefined) {
      is = this.#matches(file);
      this.#known.set(file, is);
    }
    return is;
  }

  /** The model with the traits of its dialects and the tests among its files. */
  describe(model: TreeModel): TreeModel {
    const names = new Set<string>();
    const tests = new Set<string>();
    const note = (file: string | undefined): void => {
      if (file !== undefined && this.isTest(file)) tests.add(file);
    };
    for (const supervisor of model.supervisors) {
      names.add(supervisor.dialect);
      note(supervisor.location.file);
      for (const child of supervisor.children) {
        note(child.location.file);
        note(child.process?.location.file);
      }
    }
    for (const orphan of model.orphans) {
      note(orphan.location.file);
      note(orphan.process?.location.file);
    }
    for (const application of model.applications) note(application.location.file);
    const dialects: DialectTraits[] = this.#dialects
      .filter(({ name }, i) => names.has(name) && this.#dialects.findIndex((d) => d.name === name) === i)
      .map(({ name, traits }) => ({ name, ...traits }));
    return { ...model, dialects, testFiles: [...tests].sort() };
  }
}
