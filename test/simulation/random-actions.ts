/** What a process of a random program does in its callbacks: statements of the library's actions, whatever they lead to. */
import fc from "fast-check";

/** One statement, as it was drawn: which it is, what decides its parts, and what stands inside of it. */
export interface Drawn {
  kind: number;
  parts: readonly number[];
  inside: readonly Drawn[];
}

const parts = fc.array(fc.nat({ max: 999 }), { minLength: 7, maxLength: 7 });
const leaf: fc.Arbitrary<Drawn> = fc.record({
  kind: fc.nat({ max: 999 }),
  parts,
  inside: fc.constant([]),
});
export const drawnStatement: fc.Arbitrary<Drawn> = fc.record({
  kind: fc.nat({ max: 999 }),
  parts,
  inside: fc.array(leaf, { maxLength: 2 }),
});

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

/** Writes the statements of one class. */
export class Statements {
  readonly #names: Names;
  readonly #own: string;
  readonly #mayStart: boolean;
  #variables = 0;
  #drawn: Drawn = { kind: 0, parts: [0], inside: [] };
  #at = 0;

  constructor(names: Names, own: string, mayStart: boolean) {
    this.#names = names;
    this.#own = own;
    this.#mayStart = mayStart;
  }

  #below(n: number): number {
    const { parts } = this.#drawn;
    return (parts[this.#at++ % parts.length] ?? 0) % n;
  }

  #pick<T>(...of: readonly T[]): T {
    return of[this.#below(of.length)] as T;
  }

  #fresh(start: string): string {
    this.#variables += 1;
    return `${start}${this.#variables}`;
  }

  all(drawn: readonly Drawn[], at: Callback): string {
    return drawn.map((each) => this.one(each, at)).join("\n    ");
  }

  /** Those of an init, few of which may fail: of a tree that does not come up nothing more is to be seen. */
  careful(drawn: readonly Drawn[]): string {
    return drawn
      .map((each) => {
        const text = this.one(each, "init");
        return (each.parts[6] ?? 0) % 5 === 4 ? text : `try { ${text} } catch { this.count++; }`;
      })
      .join("\n    ");
  }

  one(drawn: Drawn, at: Callback): string {
    const [before, from] = [this.#drawn, this.#at];
    this.#drawn = drawn;
    this.#at = 0;
    const kinds = [
      ...this.#messages(at),
      ...this.#relations(),
      ...this.#timers(at),
      ...this.#state(at),
      ...this.#tasks(at),
      ...this.#tables(),
      ...(this.#mayStart
        ? [...this.#starts(), ...this.#administers()].map((each) => this.#few(at, each))
        : []),
      ...this.#ends(at),
      ...(drawn.inside.length > 0 ? this.#around(at) : []),
    ];
    const text = (kinds[drawn.kind % kinds.length] as () => string)();
    this.#drawn = before;
    this.#at = from;
    return text;
  }

  // ---- parts ----

  #name(): string {
    return this.#pick(...this.#names.servers, "nobody");
  }

  #to(): To {
    return this.#pick<() => To>(
      () => ({ is: null, text: `"${this.#name()}"` }),
      () => ({ is: null, text: `"${this.#name()}"` }),
      () => ({ is: null, text: "this.self" }),
      () => ({ is: null, text: `processName("${this.#name()}")` }),
      () => ({ is: "this.friend !== undefined", text: "this.friend" }),
      () => ({ is: "this.pids.length > 0", text: "this.pids[this.count % this.pids.length]!" }),
      () => ({ is: `this.byName.${this.#pick("a", "b")} !== undefined`, text: "this.byName.a!" }),
      () => {
        const name = this.#name();
        return { is: `this.whereis("${name}") !== undefined`, text: `"${name}"` };
      },
    )();
  }

  /** What a message may still lead to, and what must be so: everything comes to an end. */
  #hop(at: Callback): { is: string | null; left: string } {
    if (at === "init") return { is: null, left: "2" };
    if (at === "call" || at === "cast" || at === "info") return { is: "m.n > 0", left: "m.n - 1" };
    return { is: "this.left-- > 0", left: "1" };
  }

  #if(is: readonly (string | null)[], text: string): string {
    const all = is.filter((each) => each !== null);
    return all.length === 0 ? text : `if (${all.join(" && ")}) ${text}`;
  }

  /** Whoever is started may do something that has more started. */
  #few(at: Callback, text: () => string): () => string {
    return () => (at === "init" ? text() : `if (this.left-- > 0) { ${text()} }`);
  }

  #info(left: string): string {
    return this.#pick(
      `{ type: "tick", n: ${left} }`,
      `{ type: "tock", n: ${left} }`,
      `{ type: "hello", n: ${left}, from: this.self }`,
      `{ type: "other", n: ${left} }`,
    );
  }

  #request(left: string): string {
    return this.#pick(
      `{ type: "get", n: ${left} }`,
      `{ type: "put", n: ${left}, key: "k${this.#below(2)}" }`,
      `{ type: "later", n: ${left} }`,
      `{ type: "who", n: ${left} }`,
    );
  }

  #ms(): number {
    return this.#pick(0, 10, 100, 250, 1_000, 2_500);
  }

  #reason(): string {
    return this.#pick(
      '"boom"',
      '"normal"',
      '"shutdown"',
      '{ shutdown: "enough" }',
      "{ code: this.count }",
      '"kill"',
    );
  }

  // ---- statements ----

  #messages(at: Callback): (() => string)[] {
    const made = (how: (to: string, left: string) => string) => (): string => {
      const [to, hop] = [this.#to(), this.#hop(at)];
      return this.#if([to.is, hop.is], how(to.text, hop.left));
    };
    const timeout = (): string => this.#pick("", "", ", 50", ", 700", ', "infinity"');
    const call = (to: string, left: string): string => `this.call(${to}, ${this.#request(left)}${timeout()})`;
    return [
      made((to, left) => `this.cast(${to}, { type: "${this.#pick("poke", "more", "odd")}", n: ${left} });`),
      made((to, left) => `this.send(${to}, ${this.#info(left)});`),
      made((to, left) => `await ${call(to, left)};`),
      made((to, left) => `this.last = await ${call(to, left)};`),
      made((to, left) => `try { this.last = await ${call(to, left)}; } catch { this.count++; }`),
      made(
        (to, left) =>
          `try { await ${call(to, left)}; } catch (error) { if (error instanceof CallError && error.reason === "${this.#pick("noproc", "timeout")}") this.count += 2; else throw error; }`,
      ),
      made((to, left) => `{ this.last = await ${call(to, left)}.catch(() => null); }`),
      made(
        (to, left) =>
          `void ${call(to, left)}.then((value) => { this.last = value; }, () => { this.count++; });`,
      ),
      made((to, left) => `void ${call(to, left)};`),
      made((to, left) => `await Promise.all([${call(to, left)}, ${call(`"${this.#name()}"`, left)}]);`),
      made(
        (to, left) =>
          `{ const all = await Promise.allSettled([${call(to, left)}, ${call(`"${this.#name()}"`, left)}]); this.count += all.filter(({ status }) => status === "rejected").length; }`,
      ),
      made(
        (to, left) =>
          `{ const pid = await ${call(to, left).replace(/"(get|put|later)"/, '"who"')}; this.friend = pid as Pid; }`,
      ),
      made((to, left) => `await Promise.race([${call(to, left)}, this.sleep(${this.#ms()})]);`),
      () => {
        const names = [this.#name(), this.#name()].map((name) => `"${name}"`).join(", ");
        const { is, left } = this.#hop(at);
        return this.#if(
          [is],
          `for (const name of [${names}]) this.cast(name, { type: "poke", n: ${left} });`,
        );
      },
      () => {
        const { is, left } = this.#hop(at);
        return this.#if(
          [is],
          `for (const pid of this.pids) if (pid.alive) this.send(pid, ${this.#info(left)});`,
        );
      },
    ];
  }

  #relations(): (() => string)[] {
    const made = (how: (to: string) => string) => (): string => {
      const { is, text } = this.#to();
      return this.#if([is], how(text));
    };
    return [
      made((to) => `this.ref = this.monitor(${to});`),
      made((to) => `this.refs.set(this.monitor(${to}), "${this.#name()}");`),
      () => "if (this.ref !== undefined) this.demonitor(this.ref);",
      () => "for (const ref of this.refs.keys()) this.demonitor(ref);",
      made((to) => `this.link(${to});`),
      made((to) => `try { this.link(${to}); } catch { this.count++; }`),
      made((to) => `this.unlink(${to});`),
      () => `this.trapExit(${this.#pick("true", "true", "false")});`,
      () => `this.friend = this.whereis("${this.#name()}");`,
      () => `{ const pid = this.whereis("${this.#name()}"); if (pid !== undefined) this.pids.push(pid); }`,
      () =>
        `{ const pid = this.whereis("${this.#name()}"); if (pid !== undefined) this.byName = { ...this.byName, a: pid }; }`,
      () => `this.register("extra");`,
      () => `if (this.whereis("extra") === undefined) this.register("extra");`,
      () => `if (this.whereis("extra") === this.self) this.unregister("extra");`,
      () =>
        `try { this.register("${this.#name()}"); } catch (error) { this.last = (error as Error).message; }`,
      () => `this.unregister("${this.#pick(this.#own, "extra")}");`,
    ];
  }

  #timers(at: Callback): (() => string)[] {
    const timed = (what: string) => (): string => {
      const [to, hop] = [this.#to(), this.#hop(at)];
      const ms = what === "sendInterval" ? Math.max(this.#ms(), 250) : this.#ms();
      const start = `this.${what}(${ms}, ${to.text}, ${this.#info(hop.left)});`;
      return this.#if([to.is, hop.is], this.#pick(start, `this.timer = ${start}`));
    };
    return [
      timed("sendAfter"),
      timed("sendAfter"),
      timed("sendInterval"),
      () => "if (this.timer !== undefined) this.cancelTimer(this.timer);",
      () => "if (this.timer !== undefined && this.cancelTimer(this.timer) === false) this.count++;",
      () => "if (this.timer !== undefined) this.count += Number(this.readTimer(this.timer));",
      () => `await this.sleep(${this.#ms()});`,
      () => `if (this.now() % 1000 < ${this.#pick(1, 500)}) this.count++;`,
    ];
  }

  #state(at: Callback): (() => string)[] {
    const { is, left } = this.#hop(at);
    return [
      () => "this.count++;",
      () => `this.count += ${this.#pick("this.help(this.count)", "twice(this.count)", "this.base(2)")};`,
      () => `this.table.set("k${this.#below(2)}", (this.table.get("k0") ?? 0) + 1);`,
      () => this.#if([is], `this.greet("${this.#name()}", ${left});`),
      () => this.#if([is], `greetFor(this, "${this.#name()}", ${left});`),
      () => this.#if([is], `await this.ask("${this.#name()}", ${left});`),
      () => `for (const from of this.waiting.splice(0, ${this.#pick(1, 9)})) this.reply(from, this.count);`,
      () => `this.limitMailbox(${this.#pick("{ max: 2 }", "null", '{ max: 3, full: "refuse" }')});`,
      () => `this.onExit(() => { this.send("${this.#name()}", { type: "tick", n: 0 }); });`,
      () =>
        `this.own({ [Symbol.dispose]: () => { this.cast("${this.#name()}", { type: "poke", n: 0 }); } });`,
      () => `if (this.parent?.alive === true) this.count++;`,
      () => "this.count += this.ancestors.length;",
      () => `this.wrap(() => { this.count++; ${this.#pick("", 'throw new Error("wrapped");')} })();`,
      () => `if (this.parent !== null) this.send(this.parent, { type: "other", n: 0 });`,
      () => `this.last = describeTerm(this.last);`,
    ];
  }

  #tasks(at: Callback): (() => string)[] {
    const body = (): string => {
      const { is, left } = { is: null, left: this.#hop(at).left === "2" ? "1" : "0" };
      void is;
      return this.#pick(
        "() => 1",
        '() => { throw new Error("task"); }',
        `async () => { await this.sleep(${this.#ms()}); return 2; }`,
        `async (task) => { await task.sleep(${this.#ms()}); return this.count; }`,
        `async (task) => task.call("${this.#name()}", { type: "get", n: ${left} })`,
        `async (task) => { task.cast("${this.#name()}", { type: "poke", n: ${left} }); return "done"; }`,
        `async (task) => task.exit(${this.#reason()})`,
        `async (task) => { task.link("${this.#name()}"); await task.sleep(300); }`,
      );
    };
    const under = (): string => {
      const all = this.#names.tasks;
      return all.length === 0
        ? ""
        : this.#pick(
            "",
            `{ under: "${this.#pick(...all)}" }`,
            `{ under: "${this.#pick(...all)}", notify: true }`,
          );
    };
    const start = (): string => {
      const options = this.#pick("", "{ notify: true }", under(), under());
      return `this.async(${body()}${options === "" ? "" : `, ${options}`})`;
    };
    return [
      () => `${start()};`,
      () => `this.last = await this.await(${start()});`,
      () => `this.last = await this.await(${start()}, ${this.#pick(50, 200)});`,
      () => `try { this.last = await this.await(${start()}); } catch { this.count++; }`,
      () =>
        `{ const end = await this.yield(${start()}, ${this.#pick(100, 1_000)}); if (end?.ok === false) this.count++; }`,
      () => `await this.shutdownTask(${start()}, ${this.#pick("100", '"brutal_kill"')});`,
      () => `this.cancelTask(${start()});`,
      () =>
        `for await (const end of this.asyncStream([1, 2, 3], ${body()}, { max: ${this.#pick(1, 2)} })) if (end.ok) this.count++;`,
    ];
  }

  #tables(): (() => string)[] {
    const all = this.#names.registries;
    if (all.length === 0) return [];
    const table = (): string => `"${this.#pick(...all)}"`;
    return [
      () => `Registry.register(this, ${table()}, "k${this.#below(2)}", this.count);`,
      () =>
        `for (const { pid } of Registry.lookup(this, ${table()}, "k${this.#below(2)}")) this.send(pid, { type: "other", n: 0 });`,
      () => `this.cast(via(${table()}, "k${this.#below(2)}"), { type: "more", n: 0 });`,
      () => `this.friend = Registry.whereis(this, ${table()}, "k${this.#below(2)}");`,
      () => `Registry.unregister(this, ${table()}, "k${this.#below(2)}");`,
      () => `this.count += Registry.count(this, ${table()});`,
    ];
  }

  #starts(): (() => string)[] {
    const started = (): string => {
      const how = this.#pick("startLink", "startLink", "start");
      return `await this.${how}(${this.#pick(...this.#names.jobs)}, ${this.#below(4)})`;
    };
    return [
      () => `this.pids.push(${started()});`,
      () => `this.friend = ${started()};`,
      () =>
        `try { this.byName.a = ${started()}; } catch (error) { if (error instanceof StartError) this.count++; }`,
      () => `{ const pid = ${started()}; this.refs.set(this.monitor(pid), "job"); }`,
      () =>
        `void this.start(${this.#pick(...this.#names.jobs)}, ${this.#below(4)}).then((pid) => { this.pids.push(pid); });`,
    ];
  }

  #administers(): (() => string)[] {
    const { pools, open, supervisors, ids, jobs } = this.#names;
    const job = (): string => `${this.#pick(...jobs)}, ${this.#below(4)}`;
    const restart = (): string => this.#pick("permanent", "transient", "temporary");
    const id = (): string => `"${this.#pick(...ids, "more", "none")}"`;
    const sup = (): string => `"${this.#pick(...supervisors)}"`;
    const spec = (): string =>
      `{ id: "${this.#pick("more", "extra")}", start: [${job()}], restart: "${restart()}" }`;
    const child = (): string[] => [
      ...pools.map((pool) => `this.startChild("${pool}", [${this.#below(4)}])`),
      ...open.map((pool) => `this.startChild("${pool}", ${spec()})`),
      `this.startChild(${sup()}, ${spec()})`,
    ];
    return [
      () => `this.pids.push(await ${this.#pick(...child())});`,
      () => `this.friend = await ${this.#pick(...child())}.catch(() => undefined);`,
      () =>
        `try { const pid = await ${this.#pick(...child())}; this.ref = this.monitor(pid); } catch (error) { this.last = error instanceof StartError ? formatReason(error.reason) : "?"; }`,
      () => `void ${this.#pick(...child())};`,
      () =>
        `{ const result = await ${this.#pick(...child()).replace("startChild(", "startChildResult(")}; if (result.error !== undefined) this.count++; else if (result.ok !== undefined) this.pids.push(result.ok as Pid); }`,
      () => `await this.terminateChild(${sup()}, ${id()});`,
      () =>
        `{ const result = await this.terminateChild(${sup()}, ${id()}); if (result.error === "not_found") this.count++; }`,
      () => `await this.terminateChild(${sup()}, ${id()}); await this.restartChild(${sup()}, ${id()});`,
      () =>
        `{ const id = ${id()}; await this.terminateChild(${sup()}, id); await this.deleteChild(${sup()}, id); }`,
      () =>
        `if (this.pids.length > 0) await this.terminateChild("${this.#pick(...pools, ...open, ...supervisors)}", this.pids[0]!);`,
      () =>
        `this.count += (await this.whichChildren(${sup()})).filter(({ child }) => child !== undefined).length;`,
      () =>
        `for (const { child, id } of await this.whichChildren(${sup()})) if (typeof child === "object" && id !== "${this.#own}") this.pids.push(child);`,
      () => `this.count += (await this.countChildren(${sup()})).active;`,
      () =>
        `{ const found = await this.getChildSpec(${sup()}, ${id()}); if (found.ok?.restart === "${restart()}") this.count++; }`,
    ];
  }

  #ends(at: Callback): (() => string)[] {
    const counted = (text: string): string =>
      `if (this.count ${this.#pick("=== 1", "> 2", "% 2 === 1")}) ${text}`;
    const any = (text: string): string => (this.#below(3) === 0 ? text : counted(text));
    const stops =
      at === "method" || at === "terminate" || at === "call" || at === "init"
        ? []
        : [() => counted(`return stop(${this.#reason()});`)];
    return [
      () => any(`throw new Error("broken");`),
      () => counted(`throw { odd: this.count };`),
      () => any(`this.exit(${this.#reason()});`),
      () => counted(`await Promise.reject(new RangeError("late"));`),
      ...stops,
      () => {
        const { is, text } = this.#to();
        return this.#if([is], `this.sendExit(${text}, ${this.#reason()});`);
      },
      () => {
        const { is, text } = this.#to();
        const timeout = this.#pick("", ', "normal"', ', "shutdown", 200');
        return this.#if(
          [is, "this.left-- > 0"],
          this.#pick(
            `await this.stopServer(${text}${timeout});`,
            `try { await this.stopServer(${text}${timeout}); } catch { this.count++; }`,
          ),
        );
      },
    ];
  }

  #around(at: Callback): (() => string)[] {
    const inner = (): string => this.all(this.#drawn.inside, at);
    return [
      () => `if (this.count ${this.#pick("> 1", "% 2 === 0", "< 3")}) { ${inner()} }`,
      () =>
        `try { ${inner()} } catch (error) { this.last = String((error as Error).message); } finally { this.count++; }`,
      () => {
        const name = this.#fresh("i");
        return `for (let ${name} = 0; ${name} < 2; ${name}++) { ${inner()} }`;
      },
      () => `if (this.whereis("${this.#name()}")?.alive === true) { ${inner()} } else { this.count++; }`,
      () =>
        `switch (this.count % 3) { case 0: { ${inner()} break; } case 1: this.count++; default: this.left++; }`,
    ];
  }
}
