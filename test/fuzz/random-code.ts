/**
 * Bodies of `init` at random, as people write who compute their children: constants, templates, lists, objects, Maps,
 * conditions, loops, closures, classes. `o` is what it is given, of which nothing is known before it runs.
 */
import fc from "fast-check";
import { type Kind, Values } from "./random-values.ts";

export const GIVEN = [
  { flag: true, n: 0, name: "a", list: [] },
  { flag: false, n: 2, name: "bc", list: ["q", "w1"] },
] as const;

/** Writes one program. */
class Writer extends Values {
  /** The labels of the loops around; inside functions nothing jumps. */
  private loops: string[] = [];
  private size = 0;

  private of(kind: Kind, deep: number): string {
    if (kind === "map") return this.map();
    return kind === "fn" ? "(x) => x" : this[kind](deep);
  }

  private block(most: number): string {
    return this.inside(() => this.statements(1 + this.below(most)));
  }

  statements(count: number): string {
    return Array.from({ length: count }, () => this.statement()).join("\n");
  }

  private statement(): string {
    this.size += 1;
    // What stands inside of others gets shorter, so that it comes to an end.
    return this.size > 14 || this.scopes.length > 4
      ? this.pick(
          () => this.declaration(),
          () => this.change(),
        )()
      : this.pick(
          () => this.declaration(),
          () => this.declaration(),
          () => this.change(),
          () => this.change(),
          () => this.change(),
          () => this.branch(),
          () => this.loop(),
          () => this.loop(),
          () => this.pattern(),
          () => this.function(),
          () => this.class(),
          () => this.attempt(),
        )();
  }

  private declaration(): string {
    const kind = this.pick<Kind>("num", "str", "bool", "nums", "strs", "obj", "map", "num", "str", "strs");
    const open = this.below(2) === 0;
    const value = this.of(kind, 2);
    const name = this.name(kind);
    this.put(name, kind, open);
    return `${open ? this.pick("let", "let", "var") : "const"} ${name} = ${value};`;
  }

  /** Changes what is there. */
  private change(): string {
    const kind = this.pick<Kind>("num", "str", "nums", "strs", "obj", "map", "strs", "num");
    const isList = kind === "nums" || kind === "strs";
    const names = this.variables(kind, !(isList || kind === "map"));
    if (names.length === 0) return this.declaration();
    const name = this.pick(...names);
    const element = kind === "nums" ? () => this.num(1) : () => this.str(1);
    if (isList)
      return this.oneOf([
        () => `${name}.push(${element()});`,
        () => `${name}.push(${element()}, ${element()});`,
        () => `${name}.unshift(${element()});`,
        () => `${name}.${this.pick("pop()", "shift()", "reverse()", "splice(1, 1)", "sort()")};`,
        () => `${name}[${this.pick("0", `${name}.length`)}] = ${element()};`,
        () => `${name}.splice(${this.pick("0", "1")}, ${this.pick("0", "1")}, ${element()});`,
        () => `${name}.length = Math.min(${name}.length, 2);`,
      ]);
    if (kind === "map")
      return this.oneOf([
        () => `${name}.set(${this.str(1)}, ${this.num(1)});`,
        () => `${name}.delete(${this.str(1)});`,
        () => `${name}.set("n", (${name}.get("n") ?? 0) + 1);`,
        () => `${name}.forEach((v, k) => { if (v > 5) ${name}.delete(k); });`,
      ]);
    if (kind === "obj")
      return this.oneOf([
        () => `${name} = ${this.obj(1)};`,
        () => `${name} = { ...${name}, n: ${this.num(1)} };`,
        () => `${name} ??= ${this.obj(1)};`,
      ]);
    if (kind === "str") return `${name} ${this.pick("=", "+=", "||=", "??=", "&&=")} ${this.str(1)};`;
    return this.oneOf([
      () => `${name} ${this.pick("=", "+=", "-=", "*=", "||=", "??=", "&&=")} ${this.num(1)};`,
      () => `${this.pick(`${name}++`, `--${name}`)};`,
    ]);
  }

  private branch(): string {
    if (this.below(3) === 0) {
      const isText = this.below(2) === 0;
      const test = () => (isText ? this.text() : this.digit());
      const seen = new Set<string>();
      const cases = Array.from({ length: 2 }, () => {
        const is = test();
        if (seen.has(is)) return "";
        seen.add(is);
        return `case ${is}: { ${this.block(2)} ${this.pick("break;", "break;", "")} }`;
      });
      const otherwise = this.pick(
        () => `default: { ${this.block(1)} }`,
        () => "",
      )();
      return `switch (${isText ? this.str(1) : this.num(1)}) { ${cases.join("\n")} ${otherwise} }`;
    }
    const otherwise = this.below(2) === 0 ? ` else { ${this.block(2)} }` : "";
    return `if (${this.bool(2)}) { ${this.block(2)} }${otherwise}`;
  }

  private jump(): string {
    const label = this.pick("", ...this.loops);
    return this.below(3) === 0
      ? `if (${this.bool(1)}) ${this.pick("break", "continue")}${label === "" ? "" : ` ${label}`};`
      : "";
  }

  private loop(): string {
    const label = this.name("l");
    return this.inside(() => {
      this.loops.push(label);
      const i = this.name("i");
      const head = this.oneOf([
        () => {
          const most = this.below(4);
          this.put(i, "num");
          return `for (let ${i} = 0; ${i} < ${most}; ${i}++)`;
        },
        () => {
          const over = this.strs(1);
          this.put(i, "str");
          return `for (const ${i} of ${over}.slice(0, 5))`;
        },
        () => {
          const over = `${this.nums(1)}.slice(0, 4)`;
          this.put(i, "num");
          return `for (const ${i} of ${over})`;
        },
        () => {
          const over = this.map();
          const v = this.name("v");
          this.put(i, "str");
          this.put(v, "num");
          return `for (const [${i}, ${v}] of [...${over}])`;
        },
        () => {
          const over = this.obj(1);
          this.put(i, "str");
          return this.pick(`for (const ${i} in ${over})`, `for (const [${i}] of Object.entries(${over}))`);
        },
      ]);
      const written = `${label}: ${head} { ${this.jump()} ${this.block(3)} ${this.jump()} }`;
      this.loops.pop();
      return written;
    });
  }

  private pattern(): string {
    const [a, b, c] = [this.name("a"), this.name("b"), this.name("c")];
    return this.oneOf([
      () => {
        const from = this.strs(1);
        this.put(a, "str", true);
        this.put(b, "strs");
        return `let [${a} = ${this.text()}, ...${b}] = ${from};`;
      },
      () => {
        const from = this.nums(1);
        this.put(a, "num");
        this.put(b, "num");
        return `const [${a} = 1, , ${b} = 2] = ${from};`;
      },
      () => {
        const from = this.obj(1);
        this.put(a, "str");
        this.put(b, "num");
        this.put(c, "num");
        return `const { name: ${a}, n: ${b} = 4, inner: { m: ${c} = 5 } = {} } = ${from};`;
      },
      () => {
        const names = this.variables("num", true);
        if (names.length < 2) return this.declaration();
        const [x, y] = [this.pick(...names), this.pick(...names)];
        return x === y ? this.change() : `[${x}, ${y}] = [${y}, ${x}];`;
      },
    ]);
  }

  private function(): string {
    const name = this.name("f");
    const x = this.name("x");
    const loops = this.loops;
    this.loops = [];
    const written = this.inside(() => {
      this.put(x, "num", true);
      return this.oneOf([
        () => `const ${name} = (${x}) => ${this.num(2)};`,
        () =>
          `function ${name}(${x}) { if (${this.bool(1)}) return ${this.num(1)}; ${this.block(2)} return ${this.num(1)}; }`,
        () => `const ${name} = (${x} = ${this.num(0)}) => { ${this.block(2)} return ${this.num(1)}; };`,
        () => {
          const n = this.name("n");
          return `let ${n} = ${this.digit()}; const ${name} = (${x}) => (${n} += ${x});`;
        },
        () =>
          `function* ${name}all(${x}) { yield ${x}; for (const y of ${this.nums(1)}) yield y; } const ${name} = (${x}) => [...${name}all(${x})].length;`,
      ]);
    });
    this.loops = loops;
    this.put(name, "fn");
    return written;
  }

  private class(): string {
    if (this.scopes.length > 1) return this.declaration();
    const name = this.name("K");
    const base = this.classes.length > 0 && this.below(2) === 0 ? this.pick(...this.classes) : null;
    const label = this.text();
    const made = this.oneOf([
      () =>
        base === null
          ? `constructor(n) { this.n = n; ${name}.count++; }`
          : `constructor(n) { super(n + 1); this.n += 1; }`,
      () =>
        base === null ? `n = ${this.digit()}; constructor(n = 3) { this.n += n; }` : `n = ${this.digit()};`,
      () => (base === null ? `#n; constructor(n) { this.n = n; } get n() { return this.n; }` : ""),
    ]);
    this.classes.push(name);
    return `class ${name} ${base === null ? "" : `extends ${base} `}{
  static count = ${this.digit()};
  static of(n) { return new this(n); }
  ${made}
  get twice() { return this.n * 2; }
  label() { return ${base !== null && this.below(2) === 0 ? "super.label() + " : ""}${label} + this.n; }
}`;
  }

  private attempt(): string {
    const thrown = this.pick(
      "",
      `throw new Error(${this.str(1)});`,
      `if (${this.bool(1)}) throw new RangeError("no");`,
      "null.x;",
    );
    const caught = this.inside(() => {
      const e = this.name("e");
      this.put(`${e}.message`, "str");
      return `catch (${e}) { ${this.block(1)} }`;
    });
    const last = this.below(3) === 0 ? ` finally { ${this.block(1)} }` : "";
    return `try { ${this.block(2)} ${thrown} } ${caught}${last}`;
  }

  /** The list of children in the end. */
  private children(): string {
    const restart = () =>
      this.pick("", ', restart: "transient"', `, restart: ${this.bool(1)} ? "temporary" : "permanent"`);
    const child = (id: string) => `{ id: ${id}, start: [W]${restart()} }`;
    return this.oneOf([
      () => `${this.strs(2)}.map((id, i) => (${child("`${id}.${i}`")}))`,
      () => `[${Array.from({ length: 1 + this.below(3) }, () => child(this.str(2))).join(", ")}]`,
      () =>
        `[${child(this.str(1))}, ...(${this.bool(2)} ? [${child(this.str(1))}] : []), ...${this.nums(1)}.map((n) => (${child("`n${n}`")}))]`,
      () => `[${this.bool(1)} && ${child(this.str(1))}, ${child(this.str(2))}].filter(Boolean)`,
      () => `Array.from({ length: ${this.below(4)} }, (_, i) => (${child("`w${i}`")}))`,
      () => `[...${this.map()}].map(([id, n]) => (${child("id + n")}))`,
    ]);
  }

  program(): string {
    const body = this.statements(2 + this.below(7));
    return `${body}
return { intensity: Math.abs(Math.trunc(${this.num(1)})) % 9, children: ${this.children()} };`;
  }
}

export const randomBody: fc.Arbitrary<string> = fc
  .array(fc.nat({ max: 1_000_000 }), { minLength: 400, maxLength: 400 })
  .map((numbers) => {
    let at = 0;
    return new Writer((n) => (numbers[at++ % numbers.length] ?? 0) % n).program();
  });
