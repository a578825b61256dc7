/** What a bundle is, and what can be wrong with one. */

/** A place in a source file; lines and columns from 1. */
export interface BundlePlace {
  /** Relative to the bundler's base. */
  file: string;
  line: number;
  column: number;
}

/** Why there is no bundle. `message` is a sentence that says what to do. */
export interface BundleProblem {
  message: string;
  place: BundlePlace | null;
  /** Files from the entry down to the one that has the problem, each imported by the one before. */
  chain: string[];
}

export interface Bundle {
  /** The script that is put behind the sandbox's own. */
  script: string;
  /** Files that it is made of, relative to the base. */
  inputs: string[];
  /** Remarks for the person: what is not as in the program itself. */
  notes: string[];
}

export type BundleResult = { bundle: Bundle } | { problems: BundleProblem[] };

/** What is bundled: a file, relative to the base, and the names in it that may be what is run. */
export interface BundleRequest {
  file: string;
}
