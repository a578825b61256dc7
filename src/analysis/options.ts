/** What the analysis needs from outside, and what a user may configure. */
import type { Dialect } from "./dialects/dialect.ts";
import type { Resolver } from "./resolver.ts";

/** A home-made supervision library, described in the user's settings (`suptree.specObjects`). */
export interface SpecObjectConfig {
  /** Shown as the dialect of its supervisors. */
  name: string;
  /** The module that it is imported from: a package name, or a file of the workspace without its extension. */
  module: string;
  /** What is called with the spec: `createSupervisor`, `Supervisor.start`, `new Supervisor`. */
  callee: string;
  /** Names, units and defaults as in Erlang's or Elixir's supervisors; what is given besides counts more. */
  preset?: "erlang" | "elixir";
  /** Which argument is the spec, from 0. */
  argument?: number;
  /** Which argument is the list of children, where it is not in the spec. */
  childrenArgument?: number;
  /** Functions of the module that make a child of a spec: `agent({ name })`. */
  helpers?: string[];
  /** What the fields are called; with dots for a field in a group: `restartIntensity.maxRestarts`. */
  keys?: {
    strategy?: string;
    children?: string;
    intensity?: string;
    period?: string;
    autoShutdown?: string;
    name?: string;
    id?: string;
    start?: string;
    restart?: string;
    shutdown?: string;
    significant?: string;
    type?: string;
  };
  /** The library's spellings of OTP's words, e.g. `{ "one-for-one": "one_for_one" }`. */
  spellings?: Record<string, string>;
  /** Units of `period` and of `shutdown`. */
  units?: { period?: "ms" | "s"; shutdown?: "ms" | "s" };
  /** What an absent field means, in OTP's words, seconds for the period and ms for the shutdown. */
  defaults?: {
    strategy?: string;
    intensity?: number;
    period?: number;
    restart?: string;
    shutdown?: number | "brutal_kill" | "infinity";
  };
}

export interface AnalysisSettings {
  specObjects?: SpecObjectConfig[];
  /** Globs of the files that are tests, benchmarks or fixtures; without it the usual names are. */
  testFiles?: readonly string[];
}

export interface LinkerOptions extends AnalysisSettings {
  resolve: Resolver;
  /** Told of each file before it is run. */
  turnsTo?: (file: string) => void;
  /** What the settings may call a file; without it, its path. */
  namesOf?: (file: string) => readonly string[];
  /** Dialects besides the built-in ones. */
  dialects?: readonly Dialect[];
}
