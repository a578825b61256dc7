/** A shared spreadsheet: sheets are processes, formulas are parsed and recalculated in order, editors hold locks, a journal undoes. */
import {
  type Call,
  CallError,
  continueWith,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  GenServer,
  type Info,
  ignore,
  type Pid,
  type Protocol,
  processName,
  Registry,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
  TaskSupervisor,
  timeout,
  via,
} from "suptree";

type Ref = `${string}${number}`;
type Token =
  | { kind: "num"; value: number }
  | { kind: "ref"; value: Ref }
  | { kind: "op"; value: string }
  | { kind: "fn"; value: string };
type Node =
  | { type: "num"; value: number }
  | { type: "ref"; ref: Ref }
  | { type: "bin"; op: "+" | "-" | "*" | "/"; left: Node; right: Node }
  | { type: "call"; fn: keyof typeof FUNCTIONS; args: Node[] };

const FUNCTIONS = {
  SUM: (...xs: number[]) => xs.reduce((a, b) => a + b, 0),
  AVG: (...xs: number[]) => (xs.length ? FUNCTIONS.SUM(...xs) / xs.length : Number.NaN),
  MAX: Math.max,
  ROUND: (x: number, digits = 0) => Number(x.toFixed(digits)),
} as const;

class Lexer implements Iterable<Token> {
  private static readonly TOKEN = /\s*(?:(\d+(?:\.\d+)?)|([A-Z]+)(?=\()|([A-Z]+\d+)|([-+*/(),:]))/y;
  private readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
  *[Symbol.iterator](): Iterator<Token> {
    const pattern = new RegExp(Lexer.TOKEN.source, "y");
    while (pattern.lastIndex < this.source.length) {
      const at = pattern.lastIndex;
      const match = pattern.exec(this.source);
      if (match === null) throw new SyntaxError(`unexpected "${this.source.charAt(at)}" at ${at}`);
      const [, num, fn, ref, op] = match;
      if (num !== undefined) yield { kind: "num", value: Number(num) };
      else if (fn !== undefined) yield { kind: "fn", value: fn };
      else if (ref !== undefined) yield { kind: "ref", value: ref as Ref };
      else yield { kind: "op", value: op! };
    }
  }
}

class Parser {
  #tokens: Token[];
  #at = 0;
  private constructor(tokens: Iterable<Token>) {
    this.#tokens = [...tokens];
  }
  static parse(formula: string): Node {
    const parser = new Parser(new Lexer(formula));
    const node = parser.#sum();
    if (parser.#peek) throw new SyntaxError(`left over: ${JSON.stringify(parser.#peek.value)}`);
    return node;
  }
  get #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }
  #take(op: string): boolean {
    const here = this.#peek;
    if (here?.kind !== "op" || here.value !== op) return false;
    this.#at++;
    return true;
  }
  #sum(): Node {
    let left = this.#product();
    for (;;) {
      if (this.#take("+")) left = { type: "bin", op: "+", left, right: this.#product() };
      else if (this.#take("-")) left = { type: "bin", op: "-", left, right: this.#product() };
      else return left;
    }
  }
  #product(): Node {
    let left = this.#atom();
    while (this.#peek?.kind === "op" && (this.#peek.value === "*" || this.#peek.value === "/")) {
      const op = this.#peek.value;
      this.#at += 1;
      left = { type: "bin", op, left, right: this.#atom() };
    }
    return left;
  }
  #atom(): Node {
    const token = this.#tokens[this.#at++];
    switch (token?.kind) {
      case "num":
        return { type: "num", value: token.value };
      case "ref":
        return { type: "ref", ref: token.value };
      case "fn": {
        if (!(token.value in FUNCTIONS)) throw new ReferenceError(`no function ${token.value}`);
        this.#take("(");
        const args: Node[] = [];
        do args.push(this.#sum());
        while (this.#take(","));
        this.#take(")");
        return { type: "call", fn: token.value as keyof typeof FUNCTIONS, args };
      }
      case "op":
        if (token.value === "(") {
          const inside = this.#sum();
          this.#take(")");
          return inside;
        }
        throw new SyntaxError(`unexpected ${token.value}`);
      default:
        throw new SyntaxError("unexpected end");
    }
  }
}

const refsOf = (node: Node): Ref[] => {
  switch (node.type) {
    case "num":
      return [];
    case "ref":
      return [node.ref];
    case "bin":
      return [...refsOf(node.left), ...refsOf(node.right)];
    case "call":
      return node.args.flatMap(refsOf);
  }
};

const SHEETS = processName<Registry<string, { owner: string }, Sheet>>("sheets");
const JOURNAL = processName<Journal>("journal");
const LOCKS = processName<Locks>("locks");
const WORKBOOK = processName<Workbook>("workbook");
const CALC = processName<TaskSupervisor>("calc");

interface Edit {
  readonly sheet: string;
  readonly cell: Ref;
  readonly before: string | undefined;
  readonly after: string;
}
interface JournalProtocol extends Protocol {
  calls: Call<{ type: "undo" }, Edit | null> | Call<{ type: "of"; sheet: string }, Edit[]>;
  casts: { type: "note"; edit: Edit };
}
class Journal extends GenServer<JournalProtocol> {
  private readonly edits: Edit[] = [];
  override handleCall(request: JournalProtocol["calls"]) {
    if (request.type === "undo") return reply(request, this.edits.pop() ?? null);
    return reply(
      request,
      this.edits.filter((edit) => edit.sheet === request.sheet),
    );
  }
  override handleCast({ edit }: JournalProtocol["casts"]) {
    this.edits.push(Object.freeze({ ...edit }));
  }
}

interface SheetProtocol extends Protocol {
  calls:
    | Call<{ type: "set"; cell: Ref; text: string }, number | string>
    | Call<{ type: "get"; cell: Ref }, number | string | null>
    | Call<{ type: "snapshot" }, Record<string, number | string>>;
  casts: { type: "poke"; cell: Ref };
}
class Sheet extends GenServer<SheetProtocol> {
  private readonly texts = new Map<Ref, string>();
  private readonly nodes = new Map<Ref, Node>();
  private values: { [cell: string]: number | string } = {};
  private name = "";

  override async init(name: string, cells: Readonly<Record<string, string>> = {}) {
    this.name = name;
    for (const edit of await this.call(JOURNAL, { type: "of", sheet: name })) this.put(edit.cell, edit.after);
    for (const [cell, text] of Object.entries(cells))
      if (!this.texts.has(cell as Ref)) this.put(cell as Ref, text);
    this.recalculate();
  }
  private put(cell: Ref, text: string) {
    this.texts.set(cell, text);
    if (text.startsWith("=")) this.nodes.set(cell, Parser.parse(text.slice(1)));
    else this.nodes.delete(cell);
  }
  /** In an order in which nothing comes before what it needs. */
  private recalculate() {
    const order: Ref[] = [];
    const marks = new Map<Ref, "open" | "done">();
    const visit = (cell: Ref, path: readonly Ref[]): void => {
      const mark = marks.get(cell);
      if (mark === "done") return;
      if (mark === "open") throw new Error(`circular: ${[...path, cell].join(" → ")}`);
      marks.set(cell, "open");
      const node = this.nodes.get(cell);
      if (node) for (const ref of new Set(refsOf(node))) visit(ref, [...path, cell]);
      marks.set(cell, "done");
      order.push(cell);
    };
    for (const cell of this.texts.keys()) visit(cell, []);
    this.values = {};
    for (const cell of order) {
      const node = this.nodes.get(cell);
      const text = this.texts.get(cell) ?? "0";
      this.values[cell] = node
        ? this.evaluate(node)
        : text.trim() !== "" && !Number.isNaN(Number(text))
          ? +text
          : text;
    }
  }
  private evaluate(node: Node): number {
    switch (node.type) {
      case "num":
        return node.value;
      case "ref": {
        const value = this.values[node.ref];
        if (typeof value === "string") throw new TypeError(`${node.ref} is a text`);
        return value ?? 0;
      }
      case "bin": {
        const [a, b] = [this.evaluate(node.left), this.evaluate(node.right)];
        const results = { "+": a + b, "-": a - b, "*": a * b, "/": a / b };
        return results[node.op];
      }
      case "call":
        return (FUNCTIONS[node.fn] as (...xs: number[]) => number)(
          ...node.args.map((arg) => this.evaluate(arg)),
        );
    }
  }
  override handleCall(request: SheetProtocol["calls"]) {
    switch (request.type) {
      case "get":
        return reply(request, this.values[request.cell] ?? null);
      case "snapshot":
        return reply(request, structuredClone(this.values));
      case "set": {
        const before = this.texts.get(request.cell);
        this.put(request.cell, request.text);
        this.recalculate();
        this.cast(JOURNAL, {
          type: "note",
          edit: { sheet: this.name, cell: request.cell, before, after: request.text },
        });
        return reply(request, this.values[request.cell] ?? "");
      }
    }
  }
  override handleCast({ cell }: SheetProtocol["casts"]) {
    const node = this.nodes.get(cell);
    if (node) this.values[cell] = this.evaluate(node);
  }
}

interface LocksProtocol extends Protocol {
  calls:
    | Call<{ type: "lock"; sheet: string }, "granted" | { heldBy: Pid }>
    | Call<{ type: "unlock"; sheet: string }, boolean>;
}
class Locks extends GenServer<LocksProtocol> {
  private readonly held = new Map<string, { by: Pid; ref: number }>();
  override handleCall(request: LocksProtocol["calls"], from: { pid: Pid | null }) {
    const lock = this.held.get(request.sheet);
    if (request.type === "unlock") {
      if (lock?.by !== from.pid) return reply(request, false);
      this.demonitor(lock!.ref);
      return reply(request, this.held.delete(request.sheet));
    }
    if (lock && lock.by !== from.pid) return reply(request, { heldBy: lock.by });
    if (!lock && from.pid) this.held.set(request.sheet, { by: from.pid, ref: this.monitor(from.pid) });
    return reply(request, "granted");
  }
  override handleInfo(message: Info) {
    if (message.type !== "DOWN") return;
    for (const [sheet, { ref }] of this.held) if (ref === message.ref) this.held.delete(sheet);
  }
}

class Editor extends GenServer<{ infos: { type: "edit" } }> {
  private script: ReadonlyArray<readonly [Ref, string]> = [];
  private sheet = "";
  private step = 0;
  override init(sheet: string, script: ReadonlyArray<readonly [Ref, string]>) {
    if (script.length === 0) return ignore;
    this.sheet = sheet;
    this.script = script;
    return timeout(20);
  }
  override async handleInfo(message: Info<{ type: "edit" }>) {
    if (message.type !== "timeout" && message.type !== "edit") return;
    if ((await this.call(LOCKS, { type: "lock", sheet: this.sheet })) !== "granted") return timeout(40);
    try {
      const [cell, text] = this.script[this.step]!;
      await this.call(via(SHEETS, this.sheet), { type: "set", cell, text });
      this.step++;
    } catch (error) {
      if (!(error instanceof CallError) || this.step > 5) throw error;
      await this.sleep(30);
    } finally {
      await this.call(LOCKS, { type: "unlock", sheet: this.sheet });
    }
    return this.step < this.script.length ? timeout(25) : stop();
  }
}

class Editors extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec<typeof Editor> {
    return { intensity: 2, period: 5, child: { start: [Editor], restart: "transient" } };
  }
}
const EDITORS = processName<Editors>("editors");

interface WorkbookProtocol extends Protocol {
  calls: Call<{ type: "total"; cell: Ref }, number>;
}
class Workbook extends GenServer<WorkbookProtocol> {
  private names: string[] = [];
  override init(names: readonly string[]) {
    this.names = names.toSorted((a, b) => b.localeCompare(a));
    return continueWith("open");
  }
  override async handleContinue() {
    await this.startChild(EDITORS, [
      this.names[0]!,
      [
        ["B1", "=A1*2"],
        ["B2", "=SUM(A1, B1, 4)/2"],
      ],
    ]);
    await this.startChild(EDITORS, [
      this.names[1] ?? "main",
      [
        ["A1", "7"],
        ["Z9", "=AVG(A1, 3)"],
        ["Z8", "=ROUND(Z9/3, 2)"],
      ],
    ]);
  }
  override async handleCall(request: WorkbookProtocol["calls"]) {
    const { cell } = request;
    let total = 0;
    for await (const end of this.asyncStream(
      this.names,
      async (name, task) => task.call(via(SHEETS, name), { type: "get", cell }),
      { max: 2, under: CALC },
    )) {
      if (end.ok && typeof end.value === "number") total += end.value;
    }
    return reply(request, total);
  }
}

class Auditor extends GenServer<{ infos: { type: "audit" } }> {
  private seen: number[] = [];
  override init() {
    this.sendAfter(400, this.self, { type: "audit" });
  }
  override async handleInfo(message: Info<{ type: "audit" }>) {
    if (message.type !== "audit") return;
    this.seen.push(await this.call(WORKBOOK, { type: "total", cell: "A1" }));
    if (this.seen.length < 3) this.sendAfter(900, this.self, { type: "audit" });
    else return stop({ shutdown: `audited ${this.seen.map((n) => n.toFixed(1)).join("/")}` });
  }
}

const CONTENT: Record<string, Record<string, string>> = {
  main: { A1: "10", A2: "=A1+5", A3: "=MAX(A1, A2) - 1" },
  costs: { A1: "3.5", A2: "rent", A3: "=A1 * (2 + 1)" },
  notes: { A1: "-1" },
};

class SheetSup extends Supervisor {
  override init(content: typeof CONTENT): SupervisorSpec {
    const children = [];
    for (const name in content)
      children.push({
        id: `sheet:${name}`,
        start: [Sheet, name, content[name]] as const,
        name: via(SHEETS, name),
        shutdown: 200,
      });
    return { strategy: "one_for_one", intensity: children.length, period: 5, children };
  }
}

export class Office extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      period: 8,
      children: [
        { id: "registry", start: [Registry, { keys: "unique" }], name: SHEETS },
        { id: "journal", start: [Journal], name: JOURNAL },
        { id: "sheets", start: [SheetSup, CONTENT] },
        { id: "locks", start: [Locks], name: LOCKS },
        { id: "calc", start: [TaskSupervisor], name: CALC },
        { id: "editors", start: [Editors], name: EDITORS },
        { id: "workbook", start: [Workbook, Object.keys(CONTENT)], name: WORKBOOK },
        { id: "auditor", start: [Auditor], restart: "transient" },
      ],
    };
  }
}
