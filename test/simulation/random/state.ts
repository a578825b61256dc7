/** Statements about what a process knows: its fields, its relatives, registries, the reasons of ends. */
import type { Callback, Choices, Writing } from "./writing.ts";

export function state(w: Writing, at: Callback): Choices {
  const { is, left } = w.hop(at);
  return [
    () => "this.count++;",
    () => `this.count += ${w.pick("this.help(this.count)", "twice(this.count)", "this.base(2)")};`,
    () => `this.table.set("k${w.below(2)}", (this.table.get("k0") ?? 0) + 1);`,
    () => w.provided([is], `this.greet("${w.name()}", ${left});`),
    () => w.provided([is], `greetFor(this, "${w.name()}", ${left});`),
    () => w.provided([is], `await this.ask("${w.name()}", ${left});`),
    () => `for (const from of this.waiting.splice(0, ${w.pick(1, 9)})) this.reply(from, this.count);`,
    () => `this.limitMailbox(${w.pick("{ max: 2 }", "null", '{ max: 3, full: "refuse" }')});`,
    () => `this.onExit(() => { this.send("${w.name()}", { type: "tick", n: 0 }); });`,
    () => `this.own({ [Symbol.dispose]: () => { this.cast("${w.name()}", { type: "poke", n: 0 }); } });`,
    () => `if (this.parent?.alive === true) this.count++;`,
    () => "this.count += this.ancestors.length;",
    () => `this.wrap(() => { this.count++; ${w.pick("", 'throw new Error("wrapped");')} })();`,
    () => `if (this.parent !== null) this.send(this.parent, { type: "other", n: 0 });`,
    () => `this.last = describeTerm(this.last);`,
    ...reasons(w, at),
    ...shared(w, at),
    ...language(w, at),
  ];
}

/** What modules keep for all, and what a process has besides its fields. */
function shared(w: Writing, at: Callback): Choices {
  const { is, left } = w.hop(at);
  return [
    () => `book.set("${w.own}", (book.get("${w.name()}") ?? 0) + 1);`,
    () => `for (const [name, n] of book) if (n > 1) { book.delete(name); this.count++; }`,
    () => `this.count += addUp(${w.pick(0, 1)}) % 3;`,
    () => "this.count = ticket();",
    () => `this.bag.add("${w.name()}").add("${w.name()}");`,
    () => w.provided([is], `for (const name of this.bag) this.cast(name, { type: "poke", n: ${left} });`),
    () => "this.count += this.bag.size - Bag.made;",
    () => `this.last = firstOf(this.pids.map((pid) => pid.alive), ${w.pick("false", "this.last")});`,
    () => "for (const each of this.after.splice(0)) each();",
    () => "{ const { a = this.self, b } = this.byName; this.friend = b ?? a; }",
    () => `if (this.random() < ${w.pick(0.2, 0.7)}) this.count++;`,
    () => "this.count += Base.seen++ % 2;",
    () => `this.${w.pick("left", "count")} = Math.min(this.half, 3);`,
    () =>
      `names: for (const a of ["x", "y"]) for (const b of [1, 2]) { if (b === ${w.pick(1, 2, 3)}) continue names; if (a === "y") break names; this.count += b; }`,
  ];
}

/** What the language has, besides. */
function language(w: Writing, at: Callback): Choices {
  const { is, left } = w.hop(at);
  return [
    () => "{ const tally = makeTally(this.count); tally.add(2); this.count = tally.read(); }",
    () => "for await (const n of countdown(2)) this.count += n;",
    () => `this.count ${w.pick("??=", "||=", "**=", "<<=")} 1; this.count &= 7;`,
    () =>
      `{ const [first = "none", ...others] = [...this.table.keys()]; this.last = [first, others.length]; }`,
    () => `this.last = [...this.table].map(([key, n]) => \`\${key}=\${n}\`).sort().join();`,
    () => `this.last = JSON.parse(JSON.stringify({ n: this.count, by: this.last ?? null }));`,
    () => `this.count = [3, 1, this.count].sort((a, b) => b - a).reduce((a, b) => a - b, ${w.below(4)});`,
    () => "this.count += Tag.of(this.count).weight;",
    () =>
      w.provided(
        [is],
        `new Note(${w.pick("this.friend", `"${w.name()}"`)}).post((to) => this.cast(to, { type: "more", n: ${left} }));`,
      ),
    () => `this.count += this.friend?.alive === true ? 1 : (this.byName.b?.id ?? 0);`,
    () => `do { this.count++; } while (this.count % ${w.pick(2, 3)} !== 0);`,
    () => `{ const later = async () => { await this.sleep(${w.ms()}); this.count++; }; await later(); }`,
    () => `{ const f = () => { try { return 1; } finally { this.count++; } }; this.count += f(); }`,
    () =>
      `if (this.last instanceof Error || typeof this.last === "string") this.last = ${w.pick("null", "String(this.last).length")};`,
    () => `this.last = new Failure("kept", { cause: this.last }).message;`,
    () => `if (this.count > ${w.pick(1, 3, 6)}) throw new Failure("too many");`,
  ];
}

/** What is made of the reason of somebody's end. */
function reasons(w: Writing, at: Callback): Choices {
  if (at !== "end") return [];
  const reason = "(m as { reason: ExitReason }).reason";
  return [
    () => `if (${reason} === "${w.pick("noproc", "normal", "shutdown", "killed", "boom")}") this.count += 2;`,
    () => `this.last = formatReason(${reason});`,
    () => `if (!isNormalReason(${reason})) { this.exit(${w.pick(reason, '"sad"')}); }`,
    () =>
      `if (formatReason(${reason}).includes("${w.pick("Error", "broken", "crash", "task")}")) throw new Error(\`after \${formatReason(${reason})}\`);`,
    () =>
      `if (typeof ${reason} === "object" && ${reason} !== null && "${w.pick("raised", "shutdown", "code")}" in ${reason}) this.count++;`,
    () =>
      `if (m.type === "DOWN") this.send("${w.name()}", { type: m.ref === this.ref ? "tick" : "tock", n: 0 });`,
    () => `if (m.type === "EXIT" && m.from === this.parent) this.exit("${w.pick("shutdown", "parent")}");`,
  ];
}

export function tables(w: Writing): Choices {
  const all = w.names.registries;
  if (all.length === 0) return [];
  const table = (): string => `"${w.pick(...all)}"`;
  return [
    () => `Registry.register(this, ${table()}, "k${w.below(2)}", this.count);`,
    () =>
      `for (const { pid } of Registry.lookup(this, ${table()}, "k${w.below(2)}")) this.send(pid, { type: "other", n: 0 });`,
    () => `this.cast(via(${table()}, "k${w.below(2)}"), { type: "more", n: 0 });`,
    () => `this.friend = Registry.whereis(this, ${table()}, "k${w.below(2)}");`,
    () => `Registry.unregister(this, ${table()}, "k${w.below(2)}");`,
    () => `this.count += Registry.count(this, ${table()});`,
    () => `this.last = Registry.keys(this, ${table()}, this.self);`,
    () => `Registry.updateValue(this, ${table()}, "k${w.below(2)}", (n) => Number(n) + 1);`,
    () =>
      `for (const { key, pid } of Registry.entries(this, ${table()})) if (key === "k0") this.refs.set(this.monitor(pid), "entry");`,
    () =>
      `Registry.dispatch(this, ${table()}, "k${w.below(2)}", ({ pid }) => this.send(pid, { type: "tock", n: 0 }));`,
  ];
}
