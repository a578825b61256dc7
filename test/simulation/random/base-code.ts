/** What every random program is written with. */
export const IMPORTS =
  'import { CallError, continueWith, defineApplication, type CallResult, type ChildSpec, describeTerm, DynamicSupervisor, type DynamicSupervisorSpec, type ExitReason, formatReason, type From, GenServer, type HandlerResult, hibernate, ignore, type Info, type InitResult, isNormalReason, type MonitorRef, noReply, ok, type Pid, processName, Registry, reply, replyTo, StartError, startOf, stop, Supervisor, type SupervisorSpec, Task, TaskSupervisor, timeout, type TimerRef, via } from "suptree";';

/** Servers extend one of these, which is why whatever is drawn for them compiles. */
export const HELPERS = `
export type M = { type: "poke" | "more" | "odd" | "tick" | "tock" | "hello" | "other" | "answer" | "get" | "put" | "later" | "who"; n: number; key?: string; from?: Pid };
export function twice(n: number): number { return n * 2; }
export function greetFor(server: Base, name: string, n: number): void { server.cast(name, { type: "poke", n }); }
export const book = new Map<string, number>();
let total = 0;
export function addUp(n: number): number { total += n; return total; }
export const ticket = (() => { let next = 0; return () => ++next; })();
export function firstOf<T>(list: readonly T[], or: T): T { return list.length > 0 ? (list[0] as T) : or; }
export function eachOf<T>(list: readonly T[], use: (item: T) => void): void { for (const item of list) use(item); }
const WORKER = { restart: "transient", shutdown: 1_000 } as const;
export function worker(id: string, start: ChildSpec["start"], more: Partial<ChildSpec> = {}): ChildSpec { return { id, start, ...WORKER, ...more }; }
export class Bag<T> {
  static made = 0;
  readonly #items: T[] = [];
  constructor(readonly most = 3) { Bag.made++; }
  get size(): number { return this.#items.length; }
  add(item: T): this { this.#items.push(item); if (this.#items.length > this.most) this.#items.shift(); return this; }
  *[Symbol.iterator](): Generator<T> { yield* this.#items; }
}
export function makeTally(from: number) { let n = from; return { add(by: number) { n += by; }, read: () => n }; }
export async function* countdown(from: number): AsyncGenerator<number> { for (let n = from; n > 0; n--) yield n; }
export class Failure extends Error { override name = "Failure"; }
export class Tag {
  static readonly #all = new Map<number, Tag>();
  static of(n: number): Tag { const known = Tag.#all.get(n); if (known !== undefined) return known; const made = new this(n); Tag.#all.set(n, made); return made; }
  private constructor(private readonly n: number) {}
  get weight(): number { return this.#half() + 1; }
  #half(): number { return this.n >> 1; }
}
export class Note<T> { constructor(protected readonly to: T | undefined) {} post(how: (to: T) => void): void { if (this.to !== undefined) how(this.to); } }
export abstract class Base extends GenServer {
  static seen = 0;
  readonly bag = new Bag<string>(2);
  readonly after: (() => void)[] = [];
  get half(): number { return Math.floor(this.count / 2); }
  left = 4;
  count = 0;
  last: unknown = null;
  friend: Pid | undefined;
  ref: MonitorRef | undefined;
  timer: TimerRef | undefined;
  readonly refs = new Map<MonitorRef, string>();
  readonly table = new Map<string, number>();
  readonly pids: Pid[] = [];
  readonly waiting: From[] = [];
  byName: { a?: Pid; b?: Pid } = {};
  base(n: number): number { return n + this.table.size; }
  greet(name: string, n: number): void { this.send(name, { type: "tick", n }); }
  async ask(name: string, n: number): Promise<void> { this.last = await this.call(name, { type: "get", n }); }
  help(n: number): number { return n > 2 ? n - 1 : n + 1; }
  override init(given: number = 0): InitResult | Promise<InitResult> { this.count = given; }
}
export abstract class Served extends Base {
  override handleContinue(term: unknown): HandlerResult | Promise<HandlerResult> { this.last = term; }
  override handleCall(m: M, from: From): CallResult | Promise<CallResult> {
    switch (m.type) {
      case "who": return reply(m, this.self);
      case "later": this.waiting.push(from); this.sendAfter(40, this.self, { type: "answer", n: 0 }); return noReply;
      case "put": this.table.set(m.key ?? "k", m.n); this.count++; return reply(m, true);
      default: return reply(m, this.count);
    }
  }
  override handleCast(m: M): HandlerResult | Promise<HandlerResult> { if (m.type === "more") this.count += 2; }
  override handleInfo(m: Info<M>): HandlerResult | Promise<HandlerResult> {
    switch (m.type) {
      case "DOWN": this.refs.delete(m.ref); break;
      case "EXIT": this.count++; break;
      case "timeout": for (const from of this.waiting.splice(0)) this.reply(from, "late"); break;
      case "task" as never: this.count++; break;
      case "answer": {
        const from = this.waiting.shift();
        if (from !== undefined) this.reply(from, "here");
        break;
      }
      case "hello": if (m.from !== undefined) { this.friend = m.from; this.pids.push(m.from); }
    }
  }
}
export abstract class Keeper<T extends M> extends Served {
  protected kept: T[] = [];
  protected keep(m: T): boolean { this.kept.push(m); return this.kept.length > 2; }
  override handleCast(m: M): HandlerResult | Promise<HandlerResult> { if (this.keep(m as T)) { this.kept = this.kept.slice(1); this.count++; } return super.handleCast(m); }
}`;

/** Who puts children into the pools. */
export const FILLER = `class Filler extends GenServer {
  override init() { return continueWith("fill"); }
  override async handleContinue() {
    if (this.whereis("pool") !== undefined) await this.startChild("pool", [1]);
    if (this.whereis("open") !== undefined) await this.startChild("open", { id: "first", start: [J0, 0], restart: "transient" });
  }
}`;

/** What a program's own file has from that of its helpers, when they are two. */
export const HELPERS_IMPORT =
  'import { addUp, Bag, Base, book, countdown, eachOf, Failure, firstOf, greetFor, Keeper, type M, makeTally, Note, Served, Tag, ticket, twice, worker } from "./helpers.ts";';
