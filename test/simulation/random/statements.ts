/** What a process of a random program does in its callbacks: statements of the library's actions, whatever they lead to. */
import { administers, starts, tasks } from "./children.ts";
import type { Drawn } from "./drawn.ts";
import { messages, relations, timers } from "./messages.ts";
import { state, tables } from "./state.ts";
import { type Callback, type Choices, type Names, Writing } from "./writing.ts";

/** Writes the statements of one class. */
export class Statements {
  readonly #writing: Writing;

  constructor(names: Names, own: string, mayStart: boolean) {
    this.#writing = new Writing(names, own, mayStart);
  }

  all(drawn: readonly Drawn[], at: Callback): string {
    return drawn.map((each) => this.one(each, at)).join("\n    ");
  }

  /** Those of an init, few of which may fail: of a tree that does not come up nothing more is to be seen. */
  careful(drawn: readonly Drawn[]): string {
    return drawn
      .map((each) => {
        const text = this.one(each, "init");
        return (each.parts[6] ?? 0) % 10 === 9 ? text : `try { ${text} } catch { this.count++; }`;
      })
      .join("\n    ");
  }

  one(drawn: Drawn, at: Callback): string {
    const w = this.#writing;
    return w.of(drawn, () => {
      const kinds = [
        ...messages(w, at),
        ...relations(w),
        ...timers(w, at),
        ...state(w, at),
        ...tasks(w, at),
        ...tables(w),
        ...(w.mayStart ? [...starts(w), ...administers(w)].map((each) => w.few(at, each)) : []),
        ...ends(w, at),
        ...(drawn.inside.length > 0 ? this.#around(at) : []),
      ];
      return (kinds[drawn.kind % kinds.length] as () => string)();
    });
  }

  #around(at: Callback): Choices {
    const w = this.#writing;
    const inner = (): string => this.all(w.inside, at);
    return [
      () => `if (this.count ${w.pick("> 1", "% 2 === 0", "< 3")}) { ${inner()} }`,
      () =>
        `try { ${inner()} } catch (error) { this.last = String((error as Error).message); } finally { this.count++; }`,
      () => {
        const name = w.fresh("i");
        return `for (let ${name} = 0; ${name} < 2; ${name}++) { ${inner()} }`;
      },
      () => `if (this.whereis("${w.name()}")?.alive === true) { ${inner()} } else { this.count++; }`,
      () =>
        `switch (this.count % 3) { case 0: { ${inner()} break; } case 1: this.count++; default: this.left++; }`,
    ];
  }
}

/** Ways to come to an end, and to bring others to theirs. */
function ends(w: Writing, at: Callback): Choices {
  const counted = (text: string): string => `if (this.count ${w.pick("=== 1", "> 2", "% 2 === 1")}) ${text}`;
  const any = (text: string): string => (w.below(3) === 0 ? text : counted(text));
  const stops =
    at === "method" || at === "terminate" || at === "call" || at === "init"
      ? []
      : [() => counted(`return stop(${w.reason()});`)];
  return [
    () => any(`throw new Error("broken");`),
    () => counted(`throw { odd: this.count };`),
    () => any(`this.exit(${w.reason()});`),
    () => counted(`await Promise.reject(new RangeError("late"));`),
    ...stops,
    () => {
      const { is, text } = w.to();
      return w.provided([is], `this.sendExit(${text}, ${w.reason()});`);
    },
    () => {
      const { is, text } = w.to();
      const timeout = w.pick("", ', "normal"', ', "shutdown", 200');
      return w.provided(
        [is, "this.left-- > 0"],
        w.pick(
          `await this.stopServer(${text}${timeout});`,
          `try { await this.stopServer(${text}${timeout}); } catch { this.count++; }`,
        ),
      );
    },
  ];
}
