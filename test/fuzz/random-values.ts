/** Expressions at random, of the kinds of values that people compute their children with. */

export type Kind = "num" | "str" | "bool" | "nums" | "strs" | "obj" | "map" | "fn";

interface Variable {
  name: string;
  kind: Kind;
  /** Declared with `let`. */
  open: boolean;
}

type Pick = <T>(...choices: readonly T[]) => T;

/** Writes expressions. `below(n)` is a number from 0 to n - 1. */
export class Values {
  protected readonly below: (n: number) => number;
  protected readonly scopes: Variable[][] = [[]];
  protected readonly classes: string[] = [];
  /** Whether what it is given is used. */
  protected readonly asks: boolean;
  protected names = 0;

  constructor(below: (n: number) => number) {
    this.below = below;
    this.asks = below(3) === 0;
  }

  protected readonly pick: Pick = (...choices) => choices[this.below(choices.length)]!;

  protected oneOf(choices: readonly (() => string)[]): string {
    return this.pick(...choices)();
  }

  protected name(prefix: string): string {
    this.names += 1;
    return `${prefix}${this.names}`;
  }

  protected put(name: string, kind: Kind, open = false): string {
    this.scopes.at(-1)!.push({ name, kind, open });
    return name;
  }

  protected inside<T>(write: () => T): T {
    this.scopes.push([]);
    const written = write();
    this.scopes.pop();
    return written;
  }

  protected variables(kind: Kind, open = false): string[] {
    return this.scopes
      .flat()
      .filter((each) => each.kind === kind && (!open || each.open))
      .map(({ name }) => name);
  }

  /** A variable of a kind, or else an expression. */
  protected known(kind: Kind, otherwise: () => string): string {
    const names = this.variables(kind);
    return names.length > 0 && this.below(4) > 0 ? this.pick(...names) : otherwise();
  }

  protected digit(): string {
    return this.pick("0", "1", "2", "3", "4", "-1", "1.5", "10");
  }

  protected text(): string {
    return this.pick('"a"', '"b"', '"w"', '"ab"', '"x-y"', '""', '"Zed"', '"1"', '"n"');
  }

  num(deep: number): string {
    if (deep <= 0) return this.known("num", () => this.digit());
    const n = () => this.num(deep - 1);
    const s = () => this.str(deep - 1);
    const ns = () => this.nums(deep - 1);
    return this.oneOf([
      () => this.known("num", () => this.digit()),
      () => this.digit(),
      () => `(${n()} ${this.pick("+", "-", "*", "%", "|", "&", ">>")} ${n()})`,
      () => `${s()}.length`,
      () => `${ns()}.length`,
      () => `(${ns()}[${n()}] ?? ${n()})`,
      () => `(${ns()}.at(${this.pick("-1", "0", "1")}) ?? ${n()})`,
      () => `${ns()}.reduce((a, b) => ${this.pick("a + b", "a * 2 + b", "Math.max(a, b)")}, ${n()})`,
      () => `Math.${this.pick("max", "min")}(...${ns()}, ${n()})`,
      () => `Math.${this.pick("floor", "abs", "round", "trunc", "ceil", "sign")}(${n()})`,
      () => `(${this.bool(deep - 1)} ? ${n()} : ${n()})`,
      () => `${this.obj(deep - 1)}.n`,
      () => `(${this.obj(deep - 1)}.inner?.m ?? ${n()})`,
      () => `(${this.map()}.get(${s()}) ?? ${n()})`,
      () => `${this.map()}.size`,
      () => `${s()}.indexOf(${s()})`,
      () => `${ns()}.${this.pick("indexOf", "lastIndexOf")}(${n()})`,
      () => `${ns()}.findIndex((x) => x ${this.pick(">", "===", "<")} ${n()})`,
      () => `${this.pick("parseInt", "Number", "parseFloat")}(${s()} || "7")`,
      () => `(-${n()})`,
      () => this.called(n),
      () => (this.classes.length > 0 ? `new ${this.pick(...this.classes)}(${n()}).twice` : n()),
      () => (this.classes.length > 0 ? `${this.pick(...this.classes)}.count` : n()),
      () => `((x, y = ${n()}) => x + y)(${n()})`,
      () => (this.asks ? "o.n" : n()),
      () => `[...${this.map()}.values()].reduce((a, b) => a + b, 0)`,
    ]);
  }

  protected called(argument: () => string): string {
    const functions = this.variables("fn");
    return functions.length === 0 ? argument() : `${this.pick(...functions)}(${argument()})`;
  }

  str(deep: number): string {
    if (deep <= 0) return this.known("str", () => this.text());
    const s = () => this.str(deep - 1);
    const n = () => this.num(deep - 1);
    const ss = () => this.strs(deep - 1);
    return this.oneOf([
      () => this.known("str", () => this.text()),
      () => this.text(),
      () => `\`\${${s()}}${this.pick("-", "", "_")}\${${n()}}\``,
      () => `(${s()} + ${this.pick(s, n)()})`,
      () => `(${this.bool(deep - 1)} ? ${s()} : ${s()})`,
      () => `(${s()} ${this.pick("||", "&&", "??")} ${s()})`,
      () =>
        `${s()}.${this.pick("toUpperCase()", "toLowerCase()", "trim()", "slice(1)", "slice(0, -1)", "at(0)", "charAt(1)", 'padStart(3, "0")', 'replace("a", "c")', 'replaceAll("a", "")', "repeat(2)", "substring(1, 2)", 'concat("!")', 'split("").reverse().join("")')} ?? ""`.replace(
          /^(.*)$/s,
          "($1)",
        ),
      () => `${ss()}.join(${this.pick('"-"', '""', "")})`,
      () => `(${ss()}[${n()}] ?? ${s()})`,
      () =>
        `(${ss()}.${this.pick("at(-1)", "find((x) => x.length > 1)", 'findLast((x) => x < "c")', "slice(1)[0]")} ?? ${s()})`,
      () => `${this.obj(deep - 1)}.name`,
      () =>
        `(${this.obj(deep - 1)}${this.pick(".inner?.label", '["inner"]?.["label"]', "?.inner?.label")} ?? ${s()})`,
      () => `String(${this.pick(n, s, () => this.bool(deep - 1))()})`,
      () => `${n()}.toString()`.replace(/^(-?[\d.]+)\.toString/, "($1).toString"),
      () =>
        `JSON.stringify(${this.pick(
          () => this.obj(deep - 1),
          () => this.nums(deep - 1),
          s,
        )()})`,
      () => `Object.keys(${this.obj(deep - 1)}).join()`,
      () => `[...${this.map()}.keys()].join("+")`,
      () => `typeof ${this.pick(s, n)()}`.replace(/^(.*)$/s, "($1)"),
      () => (this.classes.length > 0 ? `new ${this.pick(...this.classes)}(${n()}).label()` : s()),
      () => (this.asks ? "o.name" : s()),
      () =>
        `((${this.pick("{ name }", '{ name = "d" }', "{ n: name }")}) => \`<\${name}>\`)(${this.obj(deep - 1)})`,
    ]);
  }

  bool(deep: number): string {
    if (deep <= 0) return this.known("bool", () => this.pick("true", "false"));
    const n = () => this.num(deep - 1);
    const s = () => this.str(deep - 1);
    const b = () => this.bool(deep - 1);
    return this.oneOf([
      () => this.known("bool", () => this.pick("true", "false")),
      () => `(${n()} ${this.pick("<", ">", "===", "!==", "<=", ">=")} ${n()})`,
      () => `(${s()} ${this.pick("===", "!==", "<")} ${s()})`,
      () => `!${b()}`,
      () => `(${b()} ${this.pick("&&", "||")} ${b()})`,
      () => `${this.strs(deep - 1)}.includes(${s()})`,
      () => `${s()}.${this.pick("startsWith", "endsWith", "includes")}(${s()})`,
      () => `${this.nums(deep - 1)}.${this.pick("some", "every")}((x) => x ${this.pick(">", "<")} ${n()})`,
      () => `${this.map()}.has(${s()})`,
      () => `(${this.pick('"n"', '"on"', '"inner"')} in ${this.obj(deep - 1)})`,
      () => `Number.isInteger(${n()})`,
      () => `(${this.obj(deep - 1)}.on === true)`,
      () => `Boolean(${this.pick(n, s)()})`,
      () => `/${this.pick("a", "^w", "\\\\d", "x$")}/.test(${s()})`.replaceAll("\\\\", "\\"),
      () => (this.asks ? "o.flag" : b()),
    ]);
  }

  nums(deep: number): string {
    const n = () => this.num(deep - 1);
    const literal = () => `[${Array.from({ length: this.below(4) }, () => this.num(0)).join(", ")}]`;
    if (deep <= 0) return this.known("nums", literal);
    const ns = () => this.nums(deep - 1);
    return this.oneOf([
      () => this.known("nums", literal),
      literal,
      () => `[...${ns()}, ${n()}]`,
      () => `${ns()}.map((x${this.pick("", ", i")}) => ${this.pick("x * 2", "x + 1", "x")})`,
      () => `${ns()}.map((x, i) => x + i)`,
      () => `${ns()}.filter((x) => x ${this.pick(">", "!==", "<")} ${n()})`,
      () =>
        `${ns()}.${this.pick("slice(1)", "slice(0, 2)", "toReversed()", "toSorted((a, b) => a - b)", "concat([7])", "flat()", "with(0, 5)".replace("with(0, 5)", "concat(3, [4])"))}`,
      () => `${ns()}.flatMap((x) => [x, ${n()}])`,
      () => `Array.from({ length: ${this.pick("2", "3", "0")} }, (_, i) => i ${this.pick("+", "*")} ${n()})`,
      () => `[...${this.map()}.values()]`,
      () => `${this.strs(deep - 1)}.map((x) => x.length)`,
      () => `new Array(${this.pick("1", "2")}).fill(${n()})`,
      () => `[...${ns()}.entries()].map(([i, x]) => i + x)`,
      () => `(${this.bool(deep - 1)} ? ${ns()} : ${ns()})`,
    ]);
  }

  strs(deep: number): string {
    const s = () => this.str(deep - 1);
    const literal = () => `[${Array.from({ length: this.below(4) }, () => this.str(0)).join(", ")}]`;
    if (deep <= 0) return this.known("strs", literal);
    const ss = () => this.strs(deep - 1);
    return this.oneOf([
      () => this.known("strs", literal),
      literal,
      () => `[${s()}, ...${ss()}]`,
      () => `${s()}.split(${this.pick('"-"', '""', '"a"')})`,
      () => `${this.nums(deep - 1)}.map((n) => \`w\${n}\`)`,
      () =>
        `${ss()}.${this.pick("slice(1)", "toReversed()", "toSorted()", 'concat("q")', "filter(Boolean)", "filter((x) => x.length < 3)", "map((x) => x.toUpperCase())", "map((x, i) => x + i)")}`,
      () => `Object.keys(${this.obj(deep - 1)})`,
      () => `[...${this.map()}.keys()]`,
      () => `[...new Set(${ss()})]`,
      () => `Object.entries(${this.obj(deep - 1)}).map(([k, v]) => k + typeof v)`,
      () => `[...${this.map()}].map(([k, v]) => \`\${k}=\${v}\`)`,
      () => `${ss()}.flatMap((x) => [x, ${s()}])`,
      () => `[...${s()}]`,
      () => (this.asks ? this.pick("o.list", '[...o.list, "e"]', '["s", ...o.list]') : ss()),
      () => `(${this.bool(deep - 1)} ? ${ss()} : ${ss()})`,
      () => `[${this.bool(deep - 1)} && ${s()}, ${s()}].filter((x) => typeof x === "string")`,
    ]);
  }

  obj(deep: number): string {
    const literal = () => `{ name: ${this.str(0)}, n: ${this.num(0)} }`;
    if (deep <= 0) return this.known("obj", () => `(${literal()})`);
    const n = () => this.num(deep - 1);
    const s = () => this.str(deep - 1);
    const o = () => this.obj(deep - 1);
    return this.oneOf([
      () => this.known("obj", () => `(${literal()})`),
      () => `({ name: ${s()}, n: ${n()}, on: ${this.bool(deep - 1)} })`,
      () => `({ name: ${s()}, n: ${n()}, inner: { m: ${n()}, label: ${s()} } })`,
      () => `({ ...${o()}, ${this.pick("n", "extra")}: ${n()} })`,
      () => `({ name: ${s()}, ...${o()} })`,
      () => `({ ...${o()}, ...(${this.bool(deep - 1)} ? { n: ${n()} } : {}) })`,
      () => `({ ...${o()}, [${this.pick('"n"', '"k" + 1')}]: ${n()} })`,
      () => `Object.assign({}, ${o()}, { n: ${n()} })`,
      () => `Object.freeze(${o()})`,
      () => `structuredClone(${o()})`,
      () => `JSON.parse(JSON.stringify({ name: ${s()}, n: 1 }))`,
      () => `(({ n, ...rest }) => ({ n: n + 1, ...rest }))(${o()})`,
    ]);
  }

  protected map(): string {
    return this.known(
      "map",
      () => `new Map([[${this.text()}, ${this.digit()}], [${this.text()}, ${this.digit()}]])`,
    );
  }
}
