/** How people write the parts of a process: where it keeps pids, and how it comes from a message to what it does. */

/** What is done with one type of message. */
export interface Arm {
  readonly tag: string;
  readonly body: string;
}

/** Code in a class, before it, and in the one that it extends. */
export interface Code {
  readonly members?: string;
  readonly module?: string;
  readonly base?: string;
}

type Dispatch = (method: string, key: string, arms: readonly Arm[], hook: string) => Code;

/** Keeps pids by a key: `put` and `drop` are statements, `get` is an expression. */
export interface Book extends Code {
  readonly put: (key: string, pid: string) => string;
  readonly get: (key: string) => string;
  readonly drop: (pid: string) => string;
  /** Only the class itself sees it. */
  readonly isPrivate?: true;
}

const json = JSON.stringify;
const TAKES = "m: any";
const free = (code: string): string => code.replace(/\bthis\b/g, "self");

function switched(key: string, arms: readonly Arm[]): string {
  const cases = arms.map(({ tag, body }) => `case ${json(tag)}: { ${body} break; }`);
  return `switch (m.${key}) { ${cases.join(" ")} default: break; }`;
}

/** By their names: how a method tells messages apart by a property. `hook` begins the names of hooks of a base class. */
export const DISPATCHES: Readonly<Record<string, Dispatch>> = {
  sw: (method, key, arms) => ({ members: `override ${method}(${TAKES}) { ${switched(key, arms)} }` }),
  swAsync: (method, key, arms) => ({
    members: `override async ${method}(${TAKES}) { ${switched(key, arms)} }`,
  }),
  ifs: (method, key, arms) => ({
    members: `override ${method}(${TAKES}) { ${arms.map((a) => `if (m.${key} === ${json(a.tag)}) { ${a.body} return; }`).join(" ")} }`,
  }),
  elseIfs: (method, key, arms) => ({
    members: `override ${method}(${TAKES}) { ${arms.map((a) => `if (m.${key} === ${json(a.tag)}) { ${a.body} }`).join(" else ")} }`,
  }),
  early: (method, key, arms) => ({
    members: `override ${method}(${TAKES}) { ${arms
      .slice(0, -1)
      .map((a) => `if (m.${key} === ${json(a.tag)}) { ${a.body} return; }`)
      .join(
        " ",
      )} ${arms.length ? `if (m.${key} !== ${json(arms.at(-1)!.tag)}) return; ${arms.at(-1)!.body}` : ""} }`,
  }),
  methods: (method, key, arms) => ({
    members: `override ${method}(${TAKES}) { ${arms.map((a) => `if (m.${key} === ${json(a.tag)}) return this.on_${a.tag}(m);`).join(" ")} } ${arms.map((a) => `private on_${a.tag}(${TAKES}) { ${a.body} }`).join("\n")}`,
  }),
  arrows: (method, key, arms) => ({
    members: `${arms.map((a) => `private readonly on_${a.tag} = (${TAKES}) => { ${a.body} };`).join("\n")} override ${method}(${TAKES}) { switch (m.${key}) { ${arms.map((a) => `case ${json(a.tag)}: return this.on_${a.tag}(m);`).join(" ")} } }`,
  }),
  table: (method, key, arms) => ({
    members: `readonly #${method}Table: Record<string, (${TAKES}) => unknown> = { ${arms.map((a) => `${json(a.tag)}: (${TAKES}) => { ${a.body} }`).join(", ")} }; override ${method}(${TAKES}) { return this.#${method}Table[m.${key}]?.(m); }`,
  }),
  tableIf: (method, key, arms) => ({
    members: `private readonly ${method}Table = { ${arms.map((a) => `${json(a.tag)}: (${TAKES}) => { ${a.body} }`).join(", ")} } as const; override ${method}(${TAKES}) { const act = (this.${method}Table as any)[m.${key}]; if (act === undefined) return; return act(m); }`,
  }),
  tableIn: (method, key, arms) => ({
    members: `private readonly ${method}Table: any = { ${arms.map((a) => `${json(a.tag)}: this.on_${a.tag}.bind(this)`).join(", ")} }; ${arms.map((a) => `private on_${a.tag}(${TAKES}) { ${a.body} }`).join("\n")} override ${method}(${TAKES}) { if (!(m.${key} in this.${method}Table)) return; return this.${method}Table[m.${key}](m); }`,
  }),
  map: (method, key, arms) => ({
    members: `private readonly ${method}Map = new Map<string, (${TAKES}) => unknown>([${arms.map((a) => `[${json(a.tag)}, (${TAKES}) => { ${a.body} }]`).join(", ")}]); override ${method}(${TAKES}) { return this.${method}Map.get(m.${key})?.(m); }`,
  }),
  mapMethods: (method, key, arms) => ({
    members: `private ${method}Map = new Map<string, any>(); constructor() { super(); ${arms.map((a) => `this.${method}Map.set(${json(a.tag)}, (m: any) => this.on_${a.tag}(m));`).join(" ")} } ${arms.map((a) => `private on_${a.tag}(${TAKES}) { ${a.body} }`).join("\n")} override ${method}(${TAKES}) { const act = this.${method}Map.get(m.${key}); if (act) return act(m); }`,
  }),
  guards: (method, key, arms) => ({
    module: arms
      .map(
        (a) =>
          `const is_${method}_${a.tag} = (m: any): m is { ${key}: ${json(a.tag)} } => m.${key} === ${json(a.tag)};`,
      )
      .join("\n"),
    members: `override ${method}(${TAKES}) { ${arms.map((a) => `if (is_${method}_${a.tag}(m)) { ${a.body} return; }`).join(" ")} }`,
  }),
  destruct: (method, key, arms) => ({
    members: `override ${method}(${TAKES}) { const { ${key} } = m; ${arms.map((a) => `if (${key} === ${json(a.tag)}) { ${a.body} return; }`).join(" ")} }`,
  }),
  switchTrue: (method, key, arms) => ({
    members: `override ${method}(${TAKES}) { switch (true) { ${arms.map((a) => `case m.${key} === ${json(a.tag)}: { ${a.body} return; }`).join(" ")} } }`,
  }),
  baseHooks: (method, key, arms, hook) => ({
    base: `override ${method}(${TAKES}): any { switch (m.${key}) { ${arms.map((a) => `case ${json(a.tag)}: return this.${hook}_${a.tag}(m);`).join(" ")} default: return undefined; } } ${arms.map((a) => `protected ${hook}_${a.tag}(${TAKES}): unknown { return undefined; }`).join("\n")}`,
    members: arms.map((a) => `protected override ${hook}_${a.tag}(${TAKES}) { ${a.body} }`).join("\n"),
  }),
  baseTable: (method, key, arms, hook) => ({
    base: `protected abstract ${hook}(): Record<string, (${TAKES}) => unknown>; override ${method}(${TAKES}): any { const act = this.${hook}()[m.${key}]; return act === undefined ? undefined : act.call(this, m); }`,
    members: `protected ${hook}() { return { ${arms.map((a) => `${json(a.tag)}: (${TAKES}) => { ${a.body} }`).join(", ")} }; }`,
  }),
  traced: (method, key, arms) => ({
    members: `private traced${method}<R>(what: string, f: () => R): R { const at = this.now(); const r = f(); console.log(what, this.now() - at); return r; } override ${method}(${TAKES}) { return this.traced${method}("x", () => { ${switched(key, arms)} }); }`,
  }),
  freeFn: (method, key, arms) => ({
    module: `function run_${method}(self: any, m: any) { ${free(switched(key, arms))} }`,
    members: `override ${method}(${TAKES}) { return run_${method}(this, m); }`,
  }),
  moduleTable: (method, key, arms) => ({
    module: `const ON_${method}: Record<string, (self: any, m: any) => unknown> = { ${arms.map((a) => `${json(a.tag)}(self, m) { ${free(a.body)} }`).join(", ")} };`,
    members: `override ${method}(${TAKES}) { return ON_${method}[m.${key}]?.(this, m); }`,
  }),
  byName: (method, key, arms) => ({
    members: `override ${method}(${TAKES}) { const act = (this as any)["on_" + m.${key}]; if (typeof act === "function") return act.call(this, m); } ${arms.map((a) => `on_${a.tag}(${TAKES}) { ${a.body} }`).join("\n")}`,
  }),
  list: (method, key, arms) => ({
    members: `private readonly ${method}Rules = [${arms.map((a) => `{ when: (m: any) => m.${key} === ${json(a.tag)}, act: (${TAKES}) => { ${a.body} } }`).join(", ")}]; override ${method}(${TAKES}) { for (const { when, act } of this.${method}Rules) if (when(m)) return act(m); }`,
  }),
  find: (method, key, arms) => ({
    members: `private readonly ${method}Rules: [string, any][] = [${arms.map((a) => `[${json(a.tag)}, (${TAKES}) => { ${a.body} }]`).join(", ")}]; override ${method}(${TAKES}) { this.${method}Rules.find(([tag]) => tag === m.${key})?.[1](m); }`,
  }),
  optional: (method, key, arms) => ({
    members: `override ${method}(${TAKES}) { const kind = m?.${key} ?? "none"; ${arms.map((a) => `if (kind === ${json(a.tag)}) { ${a.body} }`).join(" ")} }`,
  }),
};

/** By their names. Their class is `Rooms`. */
export const BOOKS: Readonly<Record<string, Book>> = {
  map: {
    members: `private readonly pids = new Map<string, Pid>();`,
    put: (k, p) => `this.pids.set(${k}, ${p});`,
    get: (k) => `this.pids.get(${k})`,
    drop: (p) => `for (const [k, v] of this.pids) if (v === ${p}) this.pids.delete(k);`,
  },
  privMap: {
    isPrivate: true,
    members: `readonly #pids: Map<string, Pid> = new Map();`,
    put: (k, p) => `this.#pids.set(${k}, ${p});`,
    get: (k) => `this.#pids.get(${k})`,
    drop: (p) => `for (const [k, v] of [...this.#pids]) if (v === ${p}) this.#pids.delete(k);`,
  },
  set: {
    members: `private members = new Set<Pid>();`,
    put: (_k, p) => `this.members.add(${p});`,
    get: () => `[...this.members][0]`,
    drop: (p) => `this.members.delete(${p});`,
  },
  array: {
    members: `private list: Pid[] = [];`,
    put: (_k, p) => `this.list.push(${p});`,
    get: () => `this.list[0]`,
    drop: (p) => `this.list = this.list.filter((other) => other !== ${p});`,
  },
  arraySpread: {
    members: `private list: readonly Pid[] = [];`,
    put: (_k, p) => `this.list = [...this.list, ${p}];`,
    get: () => `this.list.at(-1)`,
    drop: (p) => `const at = this.list.indexOf(${p}); if (at >= 0) this.list = this.list.toSpliced(at, 1);`,
  },
  record: {
    members: `private byKey: Record<string, Pid> = {};`,
    put: (k, p) => `this.byKey[${k}] = ${p};`,
    get: (k) => `this.byKey[${k}]`,
    drop: (p) =>
      `for (const key of Object.keys(this.byKey)) if (this.byKey[key] === ${p}) delete this.byKey[key];`,
  },
  state: {
    members: `private state = { pids: new Map<string, Pid>(), seen: 0 };`,
    put: (k, p) => `this.state.seen++; this.state.pids.set(${k}, ${p});`,
    get: (k) => `this.state.pids.get(${k})`,
    drop: (p) => `for (const [k, v] of this.state.pids.entries()) if (v === ${p}) this.state.pids.delete(k);`,
  },
  spread: {
    module: `interface State { readonly pids: Readonly<Record<string, Pid>>; readonly n: number }`,
    members: `private state: State = { pids: {}, n: 0 };`,
    put: (k, p) =>
      `this.state = { ...this.state, pids: { ...this.state.pids, [${k}]: ${p} }, n: this.state.n + 1 };`,
    get: (k) => `this.state.pids[${k}]`,
    drop: (p) =>
      `this.state = { ...this.state, pids: Object.fromEntries(Object.entries(this.state.pids).filter(([, v]) => v !== ${p})) };`,
  },
  module: {
    module: `const known = new Map<string, Pid>();`,
    put: (k, p) => `known.set(${k}, ${p});`,
    get: (k) => `known.get(${k})`,
    drop: (p) => `for (const [k, v] of known) if (v === ${p}) known.delete(k);`,
  },
  moduleObject: {
    module: `export const book = { pids: new Map<string, Pid>() };`,
    put: (k, p) => `book.pids.set(${k}, ${p});`,
    get: (k) => `book.pids.get(${k})`,
    drop: (p) => `for (const [k, v] of book.pids) if (v === ${p}) book.pids.delete(k);`,
  },
  cls: {
    module: `class Book { readonly #pids = new Map<string, Pid>(); add(k: string, p: Pid) { this.#pids.set(k, p); } find(k: string) { return this.#pids.get(k); } remove(p: Pid) { for (const [k, v] of this.#pids) if (v === p) this.#pids.delete(k); } all() { return [...this.#pids.values()]; } }`,
    members: `private readonly book = new Book();`,
    put: (k, p) => `this.book.add(${k}, ${p});`,
    get: (k) => `this.book.find(${k})`,
    drop: (p) => `this.book.remove(${p});`,
  },
  genericCls: {
    module: `class Store<V> { private readonly items = new Map<string, V>(); put(k: string, v: V): this { this.items.set(k, v); return this; } get(k: string): V | undefined { return this.items.get(k); } without(v: V) { for (const [k, w] of this.items) if (w === v) this.items.delete(k); } values() { return this.items.values(); } }`,
    members: `private store!: Store<Pid>; override init() { this.store = new Store<Pid>(); }`,
    put: (k, p) => `this.store.put(${k}, ${p});`,
    get: (k) => `this.store.get(${k})`,
    drop: (p) => `this.store.without(${p});`,
  },
  base: {
    base: `protected readonly items = new Map<string, Pid>(); protected keep(k: string, v: Pid) { this.items.set(k, v); } protected drop(v: Pid) { for (const [k, w] of this.items) if (w === v) this.items.delete(k); }`,
    put: (k, p) => `this.keep(${k}, ${p});`,
    get: (k) => `this.items.get(${k})`,
    drop: (p) => `this.drop(${p});`,
  },
  closure: {
    module: `function makeBook() { const pids = new Map<string, Pid>(); return { add(k: string, p: Pid) { pids.set(k, p); }, get: (k: string) => pids.get(k), remove(p: Pid) { for (const [k, v] of pids) if (v === p) pids.delete(k); }, each(f: (p: Pid) => void) { pids.forEach(f); } }; }`,
    members: `private readonly book = makeBook();`,
    put: (k, p) => `this.book.add(${k}, ${p});`,
    get: (k) => `this.book.get(${k})`,
    drop: (p) => `this.book.remove(${p});`,
  },
  records: {
    module: `interface Entry { pid: Pid; since: number }`,
    members: `private readonly entries = new Map<string, Entry>();`,
    put: (k, p) => `this.entries.set(${k}, { pid: ${p}, since: this.now() });`,
    get: (k) => `this.entries.get(${k})?.pid`,
    drop: (p) => `for (const [k, { pid }] of this.entries) if (pid === ${p}) this.entries.delete(k);`,
  },
  tuples: {
    members: `private readonly pairs: [key: string, pid: Pid][] = [];`,
    put: (k, p) => `this.pairs.push([${k}, ${p}]);`,
    get: (k) => `this.pairs.find(([key]) => key === ${k})?.[1]`,
    drop: (p) =>
      `const at = this.pairs.findIndex(([, v]) => v === ${p}); if (at !== -1) this.pairs.splice(at, 1);`,
  },
  sets: {
    members: `private readonly rooms = new Map<string, Set<Pid>>();`,
    put: (k, p) =>
      `const room = this.rooms.get(${k}) ?? new Set<Pid>(); room.add(${p}); this.rooms.set(${k}, room);`,
    get: (k) => `[...(this.rooms.get(${k}) ?? [])][0]`,
    drop: (p) => `for (const room of this.rooms.values()) room.delete(${p});`,
  },
  lists: {
    members: `private readonly rooms: Record<string, Pid[]> = {};`,
    put: (k, p) => `(this.rooms[${k}] ??= []).push(${p});`,
    get: (k) => `this.rooms[${k}]?.[0]`,
    drop: (p) =>
      `for (const k of Object.keys(this.rooms)) this.rooms[k] = this.rooms[k]!.filter((v) => v !== ${p});`,
  },
  statics: {
    members: `private static readonly pids = new Map<string, Pid>();`,
    put: (k, p) => `Rooms.pids.set(${k}, ${p});`,
    get: (k) => `Rooms.pids.get(${k})`,
    drop: (p) => `for (const [k, v] of Rooms.pids) if (v === ${p}) Rooms.pids.delete(k);`,
  },
  accessor: {
    members: `private readonly data = { pids: new Map<string, Pid>() }; private get pids() { return this.data.pids; }`,
    put: (k, p) => `this.pids.set(${k}, ${p});`,
    get: (k) => `this.pids.get(${k})`,
    drop: (p) => `for (const [k, v] of this.pids) if (v === ${p}) this.pids.delete(k);`,
  },
  initField: {
    members: `private pids!: Map<string, Pid>; override init() { this.pids = new Map(); }`,
    put: (k, p) => `this.pids.set(${k}, ${p});`,
    get: (k) => `this.pids.get(${k})`,
    drop: (p) => `for (const [k, v] of this.pids) if (v === ${p}) this.pids.delete(k);`,
  },
  freeHelpers: {
    module: `const add = (book: Map<string, Pid>, k: string, p: Pid) => void book.set(k, p); const forget = (book: Map<string, Pid>, p: Pid) => { for (const [k, v] of book) if (v === p) book.delete(k); };`,
    members: `private readonly pids = new Map<string, Pid>();`,
    put: (k, p) => `add(this.pids, ${k}, ${p});`,
    get: (k) => `this.pids.get(${k})`,
    drop: (p) => `forget(this.pids, ${p});`,
  },
  reducer: {
    module: `type State = { pids: ReadonlyMap<string, Pid> }; const joined = (s: State, k: string, p: Pid): State => ({ ...s, pids: new Map(s.pids).set(k, p) }); const left = (s: State, p: Pid): State => ({ ...s, pids: new Map([...s.pids].filter(([, v]) => v !== p)) });`,
    members: `private state: State = { pids: new Map() };`,
    put: (k, p) => `this.state = joined(this.state, ${k}, ${p});`,
    get: (k) => `this.state.pids.get(${k})`,
    drop: (p) => `this.state = left(this.state, ${p});`,
  },
};
