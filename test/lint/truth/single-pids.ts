/** How people keep one pid. */
import type { Code } from "./writing-styles.ts";

/** Keeps one pid: `put` and `drop` are statements, `get` is an expression. */
export interface Spot extends Code {
  readonly put: (pid: string) => string;
  readonly get: string;
  readonly drop: string;
  /** Only the class itself sees it. */
  readonly isPrivate?: true;
  /** Who puts something there has looked at what was there before. */
  readonly staysFirst?: true;
  /** What it is read for is not told from what it is filled for. */
  readonly isReadToFill?: true;
}

/** By their names. Their class is `Door`. */
export const SPOTS: Readonly<Record<string, Spot>> = {
  field: {
    members: `private peer: Pid | undefined;`,
    put: (p) => `this.peer = ${p};`,
    get: `this.peer`,
    drop: `this.peer = undefined;`,
  },
  nullField: {
    members: `private peer: Pid | null = null;`,
    put: (p) => `this.peer = ${p};`,
    get: `this.peer`,
    drop: `this.peer = null;`,
  },
  optional: {
    members: `peer?: Pid;`,
    put: (p) => `this.peer = ${p};`,
    get: `this.peer`,
    drop: `delete this.peer;`,
  },
  priv: {
    isPrivate: true,
    members: `#peer: Pid | undefined;`,
    put: (p) => `this.#peer = ${p};`,
    get: `this.#peer`,
    drop: `this.#peer = undefined;`,
  },
  assertField: {
    members: `peer = null as Pid | null;`,
    put: (p) => `this.peer = ${p};`,
    get: `this.peer`,
    drop: `this.peer = null;`,
  },
  constructed: {
    members: `private peer: Pid | null; constructor() { super(); this.peer = null; }`,
    put: (p) => `this.peer = ${p};`,
    get: `this.peer`,
    drop: `this.peer = null;`,
  },
  initField: {
    members: `private peer!: Pid | null; override init() { this.peer = null; }`,
    put: (p) => `this.peer = ${p};`,
    get: `this.peer`,
    drop: `this.peer = null;`,
  },
  staticField: {
    members: `private static peer: Pid | undefined;`,
    put: (p) => `Door.peer = ${p};`,
    get: `Door.peer`,
    drop: `Door.peer = undefined;`,
  },
  moduleLet: {
    module: `let peer: Pid | undefined;`,
    put: (p) => `peer = ${p};`,
    get: `peer`,
    drop: `peer = undefined;`,
  },
  moduleLetNull: {
    module: `let peer: Pid | null = null;`,
    put: (p) => `peer = ${p};`,
    get: `peer`,
    drop: `peer = null;`,
  },
  moduleObject: {
    module: `const door: { peer?: Pid } = {};`,
    put: (p) => `door.peer = ${p};`,
    get: `door.peer`,
    drop: `delete door.peer;`,
  },
  moduleObjectAs: {
    module: `const door = { peer: undefined as Pid | undefined, n: 0 };`,
    put: (p) => `door.peer = ${p};`,
    get: `door.peer`,
    drop: `door.peer = undefined;`,
  },
  moduleClass: {
    module: `class Slot { private pid: Pid | undefined; set(p: Pid) { this.pid = p; } get() { return this.pid; } clear() { this.pid = undefined; } } const slot = new Slot();`,
    put: (p) => `slot.set(${p});`,
    get: `slot.get()`,
    drop: `slot.clear();`,
  },
  closure: {
    module: `function makeSlot() { let pid: Pid | undefined; return { set(p: Pid) { pid = p; }, get: () => pid, clear() { pid = undefined; } }; }`,
    members: `private readonly slot = makeSlot();`,
    put: (p) => `this.slot.set(${p});`,
    get: `this.slot.get()`,
    drop: `this.slot.clear();`,
  },
  moduleClosure: {
    module: `function makeSlot() { let pid: Pid | undefined; return { set(p: Pid) { pid = p; }, get: () => pid, clear() { pid = undefined; } }; } const slot = makeSlot();`,
    put: (p) => `slot.set(${p});`,
    get: `slot.get()`,
    drop: `slot.clear();`,
  },
  cls: {
    isReadToFill: true,
    module: `class Slot { #pid: Pid | undefined; set(p: Pid) { this.#pid = p; } get pid() { return this.#pid; } clear() { this.#pid = undefined; } }`,
    members: `private readonly slot = new Slot();`,
    put: (p) => `this.slot.set(${p});`,
    get: `this.slot.pid`,
    drop: `this.slot.clear();`,
  },
  genericCls: {
    isReadToFill: true,
    module: `class Cell<T> { private value: T | undefined; set(v: T) { this.value = v; } get(): T | undefined { return this.value; } clear() { this.value = undefined; } }`,
    members: `private readonly cell = new Cell<Pid>();`,
    put: (p) => `this.cell.set(${p});`,
    get: `this.cell.get()`,
    drop: `this.cell.clear();`,
  },
  options: {
    module: `class Session { readonly pid: Pid; readonly since: number; constructor(options: { pid: Pid; since: number }) { this.pid = options.pid; this.since = options.since; } }`,
    members: `private session: Session | undefined;`,
    put: (p) => `this.session = new Session({ pid: ${p}, since: this.now() });`,
    get: `this.session?.pid`,
    drop: `this.session = undefined;`,
  },
  optionsAssign: {
    module: `class Session { pid!: Pid; since!: number; constructor(options: { pid: Pid; since: number }) { Object.assign(this, options); } }`,
    members: `private session: Session | undefined;`,
    put: (p) => `this.session = new Session({ pid: ${p}, since: this.now() });`,
    get: `this.session?.pid`,
    drop: `this.session = undefined;`,
  },
  optionsKept: {
    module: `interface Options { pid: Pid; since: number } class Session { readonly options: Options; constructor(options: Options) { this.options = options; } }`,
    members: `private session: Session | null = null;`,
    put: (p) => `this.session = new Session({ pid: ${p}, since: this.now() });`,
    get: `this.session?.options.pid`,
    drop: `this.session = null;`,
  },
  state: {
    members: `private state = { peer: undefined as Pid | undefined, n: 0 };`,
    put: (p) => `this.state.peer = ${p};`,
    get: `this.state.peer`,
    drop: `this.state.peer = undefined;`,
  },
  stateTyped: {
    module: `interface State { peer: Pid | null; n: number }`,
    members: `private state: State = { peer: null, n: 0 };`,
    put: (p) => `this.state.peer = ${p};`,
    get: `this.state.peer`,
    drop: `this.state.peer = null;`,
  },
  stateSpread: {
    module: `interface State { readonly peer?: Pid | undefined; readonly n: number }`,
    members: `private state: State = { n: 0 };`,
    put: (p) => `this.state = { ...this.state, peer: ${p} };`,
    get: `this.state.peer`,
    drop: `this.state = { ...this.state, peer: undefined };`,
  },
  stateAssign: {
    module: `interface State { peer?: Pid | undefined; n: number }`,
    members: `private readonly state: State = { n: 0 };`,
    put: (p) => `Object.assign(this.state, { peer: ${p}, n: 1 });`,
    get: `this.state.peer`,
    drop: `this.state.peer = undefined;`,
  },
  nested: {
    members: `private state: { conn: { peer: Pid | null; n: number } } = { conn: { peer: null, n: 0 } };`,
    put: (p) => `this.state.conn.peer = ${p};`,
    get: `this.state.conn.peer`,
    drop: `this.state.conn.peer = null;`,
  },
  nestedAs: {
    members: `private state = { conn: { peer: null as Pid | null, n: 0 } };`,
    put: (p) => `this.state.conn.peer = ${p};`,
    get: `this.state.conn.peer`,
    drop: `this.state.conn.peer = null;`,
  },
  nestedSpread: {
    module: `interface State { conn: { peer?: Pid | undefined; n: number } }`,
    members: `private state: State = { conn: { n: 0 } };`,
    put: (p) => `this.state = { ...this.state, conn: { ...this.state.conn, peer: ${p} } };`,
    get: `this.state.conn.peer`,
    drop: `this.state = { ...this.state, conn: { ...this.state.conn, peer: undefined } };`,
  },
  nestedPartial: {
    module: `interface State { conn: { peer?: Pid; n: number } }`,
    members: `private state: Partial<State> = {};`,
    put: (p) => `this.state.conn = { n: 1, peer: ${p} };`,
    get: `this.state.conn?.peer`,
    drop: `delete this.state.conn;`,
  },
  assignThis: {
    members: `private peer: Pid | undefined; private n = 0;`,
    put: (p) => `Object.assign(this, { peer: ${p}, n: 1 });`,
    get: `this.peer`,
    drop: `this.peer = undefined;`,
  },
  destructured: {
    members: `private peer: Pid | undefined;`,
    put: (p) => `({ pid: this.peer } = { pid: ${p} });`,
    get: `this.peer`,
    drop: `this.peer = undefined;`,
  },
  destructuredList: {
    members: `private peer: Pid | undefined; private before: number = 0;`,
    put: (p) => `[this.peer, this.before] = [${p}, this.now()];`,
    get: `this.peer`,
    drop: `this.peer = undefined;`,
  },
  tuple: {
    members: `private last: [string, Pid] | undefined;`,
    put: (p) => `this.last = [m.room, ${p}];`,
    get: `this.last?.[1]`,
    drop: `this.last = undefined;`,
  },
  record: {
    module: `interface Owner { pid: Pid; since: number }`,
    members: `private owner: Owner | undefined;`,
    put: (p) => `this.owner = { pid: ${p}, since: this.now() };`,
    get: `this.owner?.pid`,
    drop: `this.owner = undefined;`,
  },
  inlineRecord: {
    members: `private owner: { readonly pid: Pid; readonly since: number } | null = null;`,
    put: (p) => `this.owner = { pid: ${p}, since: this.now() };`,
    get: `this.owner?.pid`,
    drop: `this.owner = null;`,
  },
  ref: {
    members: `private readonly peer: { current: Pid | null } = { current: null };`,
    put: (p) => `this.peer.current = ${p};`,
    get: `this.peer.current`,
    drop: `this.peer.current = null;`,
  },
  genericRef: {
    isReadToFill: true,
    module: `type Ref<T> = { current: T | null };`,
    members: `private readonly peer: Ref<Pid> = { current: null };`,
    put: (p) => `this.peer.current = ${p};`,
    get: `this.peer.current`,
    drop: `this.peer.current = null;`,
  },
  maybe: {
    module: `type Maybe<T> = T | undefined;`,
    members: `private peer: Maybe<Pid>;`,
    put: (p) => `this.peer = ${p};`,
    get: `this.peer`,
    drop: `this.peer = undefined;`,
  },
  union: {
    module: `type Status = { is: "idle" } | { is: "busy"; pid: Pid };`,
    members: `private status: Status = { is: "idle" };`,
    put: (p) => `this.status = { is: "busy", pid: ${p} };`,
    get: `(this.status.is === "busy" ? this.status.pid : undefined)`,
    drop: `this.status = { is: "idle" };`,
  },
  accessor: {
    members: `private _peer: Pid | undefined; private get peer() { return this._peer; } private set peer(p: Pid | undefined) { this._peer = p; }`,
    put: (p) => `this.peer = ${p};`,
    get: `this.peer`,
    drop: `this.peer = undefined;`,
  },
  setter: {
    members: `private peer: Pid | undefined; private take(p: Pid | undefined) { this.peer = p; return this; }`,
    put: (p) => `this.take(${p});`,
    get: `this.peer`,
    drop: `this.take(undefined);`,
  },
  base: {
    base: `protected peer: Pid | undefined; protected attach(p: Pid) { this.peer = p; } protected detach() { this.peer = undefined; }`,
    put: (p) => `this.attach(${p});`,
    get: `this.peer`,
    drop: `this.detach();`,
  },
  reducer: {
    module: `interface State { readonly peer: Pid | null; readonly n: number } const attached = (s: State, p: Pid): State => ({ ...s, peer: p, n: s.n + 1 }); const detached = (s: State): State => ({ ...s, peer: null });`,
    members: `private state: State = { peer: null, n: 0 };`,
    put: (p) => `this.state = attached(this.state, ${p});`,
    get: `this.state.peer`,
    drop: `this.state = detached(this.state);`,
  },
  update: {
    module: `interface State { readonly peer?: Pid | undefined; readonly n: number }`,
    members: `private state: State = { n: 0 }; private set(patch: Partial<State>) { this.state = { ...this.state, ...patch }; }`,
    put: (p) => `this.set({ peer: ${p} });`,
    get: `this.state.peer`,
    drop: `this.set({ peer: undefined });`,
  },
  updateAssign: {
    module: `interface State { peer?: Pid | undefined; n: number }`,
    members: `private state: State = { n: 0 }; private set(patch: Partial<State>) { Object.assign(this.state, patch); }`,
    put: (p) => `this.set({ peer: ${p} });`,
    get: `this.state.peer`,
    drop: `this.set({ peer: undefined });`,
  },
  nullishAssign: {
    staysFirst: true,
    members: `private peer: Pid | undefined;`,
    put: (p) => `this.peer ??= ${p};`,
    get: `this.peer`,
    drop: `this.peer = undefined;`,
  },
  freeHelpers: {
    module: `const attach = (door: { peer: Pid | undefined }, p: Pid) => { door.peer = p; }; const detach = (door: { peer: Pid | undefined }) => { door.peer = undefined; };`,
    members: `peer: Pid | undefined;`,
    put: (p) => `attach(this, ${p});`,
    get: `this.peer`,
    drop: `detach(this);`,
  },
  destructuredState: {
    members: `private state: { peer: Pid | null } = { peer: null };`,
    put: (p) => `const { state } = this; state.peer = ${p};`,
    get: `(({ peer }: any) => peer)(this.state)`,
    drop: `const { state } = this; state.peer = null;`,
  },
};
