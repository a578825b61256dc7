/** What a lint rule is. One file per rule under `rules/`, its page under `docs/rules/`, its test under `test/lint/`. */
import type {
  Certainty,
  Demonstration,
  Fix,
  Location,
  RelatedLocation,
  Severity,
  Supervisor,
  TreeModel,
} from "../model/index.ts";
import type { TreeIndex } from "./tree-index.ts";

/** Where the text of source files comes from; a `Map` of file to text is one. */
export interface SourceReader {
  get(file: string): string | undefined;
}

export interface Message {
  severity: Exclude<Severity, "off">;
  /** The sentence; `{name}` stands for a value of the report's data. */
  text: string;
}

export interface Report<Id extends string> {
  messageId: Id;
  data: Record<string, string | number>;
  location: Location;
  related?: RelatedLocation[];
  certainty?: Certainty;
  supervisor: Supervisor | null;
  /** Keys of the children that take part. */
  children: string[];
  /** Computed only when the caller wants fixes and has the sources. */
  fixes?: (sources: SourceReader) => Fix[];
  demonstration?: Demonstration | null;
}

export type RuleOptions = Readonly<Record<string, number>>;

export interface RuleContext<Id extends string, Options extends RuleOptions> {
  model: TreeModel;
  tree: TreeIndex;
  options: Options;
  report(report: Report<Id>): void;
}

export interface Rule<Id extends string = string, Options extends RuleOptions = RuleOptions> {
  /** Kebab-case; also the name of its source file, test and documentation page. */
  id: string;
  /** Of its most serious message. */
  severity: Exclude<Severity, "off">;
  /** One sentence for lists. */
  description: string;
  /** The documentation page, from the root of the project. */
  docs: string;
  /** Where Erlang/OTP documents what the rule is about. */
  otp: readonly { title: string; url: string }[];
  messages: Readonly<Record<Id, Message>>;
  /**
   * True when it says that a program cannot work; the others judge how an application is built, and say nothing of
   * tests, benchmarks and fixtures.
   */
  saysOfTests?: true;
  /** Numbers that a user may change, with their defaults. */
  options: Options;
  // A method, so that a rule with narrower message ids is still a Rule.
  check(context: RuleContext<Id, Options>): void;
}

/** Checks a rule's shape and keeps its message ids for `report`. */
export function defineRule<Id extends string, Options extends RuleOptions>(
  rule: Rule<Id, Options>,
): Rule<Id, Options> {
  return rule;
}

/**
 * Fills `{name}` placeholders.
 * @throws {Error} when the data lack a name: a defect of the rule, which its tests must find.
 */
export function fill(text: string, data: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = data[name];
    if (value === undefined) throw new Error(`lint message lacks a value for {${name}}: ${text}`);
    return String(value);
  });
}
