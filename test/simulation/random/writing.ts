/** The parts that statements are written of: targets, messages, times, reasons. */
import type { Drawn } from "./drawn.ts";

/** Where code stands: what it may return, and what is there. */
export type Callback = "init" | "continue" | "call" | "cast" | "info" | "end" | "terminate" | "method";

/** Who is in the program. */
export interface Names {
  /** Registered names of servers. */
  servers: readonly string[];
  /** Of supervisors with children of their own. */
  supervisors: readonly string[];
  /** Of supervisors whose children come by a template; by whole specifications. */
  pools: readonly string[];
  open: readonly string[];
  tasks: readonly string[];
  registries: readonly string[];
  /** Ids of children. */
  ids: readonly string[];
  /** Classes that anybody may start. */
  jobs: readonly string[];
}

/** A target, and what must be so that it is one. */
interface To {
  is: string | null;
  text: string;
}

/** The ways that a statement may be written in, of one kind. */
export type Choices = (() => string)[];

/** Writes the parts of statements, as what is drawn decides. */
export class Writing {
  readonly names: Names;
  /** The name of whoever's code it is. */
  readonly own: string;
  readonly mayStart: boolean;
  #variables = 0;
  #drawn: Drawn = { kind: 0, parts: [0], inside: [] };
  #at = 0;

  constructor(names: Names, own: string, mayStart: boolean) {
    this.names = names;
    this.own = own;
    this.mayStart = mayStart;
  }

  /** Writes what `drawn` decides. */
  of(drawn: Drawn, write: () => string): string {
    const [before, from] = [this.#drawn, this.#at];
    this.#drawn = drawn;
    this.#at = 0;
    const text = write();
    this.#drawn = before;
    this.#at = from;
    return text;
  }

  get inside(): readonly Drawn[] {
    return this.#drawn.inside;
  }

  below(n: number): number {
    const { parts } = this.#drawn;
    return (parts[this.#at++ % parts.length] ?? 0) % n;
  }

  pick<T>(...of: readonly T[]): T {
    return of[this.below(of.length)] as T;
  }

  fresh(start: string): string {
    this.#variables += 1;
    return `${start}${this.#variables}`;
  }

  name(): string {
    return this.pick(...this.names.servers, "nobody");
  }

  to(): To {
    return this.pick<() => To>(
      () => ({ is: null, text: `"${this.name()}"` }),
      () => ({ is: null, text: `"${this.name()}"` }),
      () => ({ is: null, text: "this.self" }),
      () => ({ is: null, text: `processName("${this.name()}")` }),
      () => {
        const all = this.names.registries;
        return all.length === 0
          ? { is: null, text: "this.self" }
          : { is: null, text: `via("${this.pick(...all)}", "k${this.below(2)}")` };
      },
      () => ({ is: "this.friend !== undefined", text: "this.friend" }),
      () => ({ is: "this.pids.length > 0", text: "this.pids[this.count % this.pids.length]!" }),
      () => ({ is: `this.byName.${this.pick("a", "b")} !== undefined`, text: "this.byName.a!" }),
      () => {
        const name = this.name();
        return { is: `this.whereis("${name}") !== undefined`, text: `"${name}"` };
      },
    )();
  }

  /** What a message may still lead to, and what must be so: everything comes to an end. */
  hop(at: Callback): { is: string | null; left: string } {
    if (at === "init") return { is: null, left: "2" };
    if (at === "call" || at === "cast" || at === "info") return { is: "m.n > 0", left: "m.n - 1" };
    return { is: "this.left-- > 0", left: "1" };
  }

  provided(is: readonly (string | null)[], text: string): string {
    const all = is.filter((each) => each !== null);
    return all.length === 0 ? text : `if (${all.join(" && ")}) ${text}`;
  }

  /** Whoever is started may do something that has more started. */
  few(at: Callback, text: () => string): () => string {
    return () => (at === "init" ? text() : `if (this.left-- > 0) { ${text()} }`);
  }

  info(left: string): string {
    return this.pick(
      `{ type: "tick", n: ${left} }`,
      `{ type: "tock", n: ${left} }`,
      `{ type: "hello", n: ${left}, from: this.self }`,
      `{ type: "other", n: ${left} }`,
    );
  }

  request(left: string): string {
    return this.pick(
      `{ type: "get", n: ${left} }`,
      `{ type: "put", n: ${left}, key: "k${this.below(2)}" }`,
      `{ type: "later", n: ${left} }`,
      `{ type: "who", n: ${left} }`,
    );
  }

  ms(): number {
    return this.pick(0, 10, 100, 250, 1_000, 2_500);
  }

  reason(): string {
    return this.pick(
      '"boom"',
      '"normal"',
      '"shutdown"',
      '{ shutdown: "enough" }',
      '{ shutdown: { moved: "away" } }',
      "{ code: this.count }",
      '"kill"',
    );
  }
}
