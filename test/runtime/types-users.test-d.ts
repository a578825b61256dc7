/** Types as users meet them: large protocols, generics, subclasses, arguments of starts. Checked by the compiler. */
import {
  type AnyStart,
  type Application,
  type ApplicationSpec,
  type Call,
  type CallResult,
  type ChildSpec,
  continueWith,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  defineApplication,
  type From,
  GenServer,
  type HandlerResult,
  hibernate,
  type Info,
  type InitResult,
  noReply,
  ok,
  type Pid,
  type Protocol,
  processName,
  Registry,
  reply,
  replyTo,
  type Start,
  Supervisor,
  type SupervisorSpec,
  type System,
  startOf,
  stop,
  type TimeoutMessage,
  timeout,
} from "../../src/runtime/index.ts";

// ---- what follows a callback ----

class Asking extends GenServer<{ calls: Call<{ type: "get" }, number>; casts: "go" }> {
  override init(): InitResult {
    if (this.now() > 5) return timeout(5);
    if (this.now() > 4) return hibernate;
    if (this.now() > 3) return ok("extra", continueWith("x"));
    // @ts-expect-error a number is no timeout: say timeout(5000)
    if (this.now() > 2) return 5000;
    return continueWith({ load: true });
  }
  override handleCall(request: Call<{ type: "get" }, number>): CallResult {
    if (this.now() > 5) return reply(request, 1, timeout(5));
    if (this.now() > 4) return reply(request, 1, hibernate);
    if (this.now() > 3) return reply(request, 1, continueWith(1));
    // @ts-expect-error what follows is made by timeout, hibernate or continueWith
    if (this.now() > 2) return reply(request, 1, 5000);
    if (this.now() > 1) return timeout("infinity");
    // @ts-expect-error milliseconds or "infinity"
    return timeout("soon");
  }
  override handleCast(): HandlerResult {
    return timeout(0);
  }
  override handleInfo(message: Info): HandlerResult {
    if (message.type === "timeout") {
      const only: TimeoutMessage = message;
      void only;
    } else if (message.type === "EXIT") message.from.toString();
    else message.ref.toFixed();
    return hibernate;
  }
  // A narrower term is the server's own business.
  override handleContinue(term: { load: boolean }): HandlerResult {
    return term.load ? timeout(1) : undefined;
  }
}
void Asking;

class Wrong extends GenServer<{ calls: Call<{ type: "get" }, number> }> {
  // @ts-expect-error a bare value is no result: say reply(request, 1)
  override handleCall(): number {
    return 1;
  }
  override handleCast(): HandlerResult {
    // @ts-expect-error noReply is for calls
    return noReply;
  }
}
void Wrong;

// ---- thirty messages ----

type Many =
  | Call<{ type: "a0" }, 0>
  | Call<{ type: "a1"; x: 1 }, 1>
  | Call<{ type: "a2"; x: 2 }, 2>
  | Call<{ type: "a3"; x: 3 }, 3>
  | Call<{ type: "a4" }, 4>
  | Call<{ type: "a5"; x: 5 }, 5>
  | Call<{ type: "a6"; x: 6 }, 6>
  | Call<{ type: "a7"; x: 7 }, 7>
  | Call<{ type: "a8" }, 8>
  | Call<{ type: "a9"; x: 9 }, 9>
  | Call<{ type: "b0"; x: 10 }, 10>
  | Call<{ type: "b1"; x: 11 }, 11>
  | Call<{ type: "b2" }, 12>
  | Call<{ type: "b3"; x: 13 }, 13>
  | Call<{ type: "b4"; x: 14 }, 14>
  | Call<{ type: "b5"; x: 15 }, 15>
  | Call<{ type: "b6" }, 16>
  | Call<{ type: "b7"; x: 17 }, 17>
  | Call<{ type: "b8"; x: 18 }, 18>
  | Call<{ type: "b9"; x: 19 }, 19>
  | Call<{ type: "c0" }, 20>
  | Call<{ type: "c1"; x: 21 }, 21>
  | Call<{ type: "c2"; x: 22 }, 22>
  | Call<{ type: "c3"; x: 23 }, 23>
  | Call<{ type: "c4" }, 24>
  | Call<{ type: "c5"; x: 25 }, 25>
  | Call<{ type: "c6"; x: 26 }, 26>
  | Call<{ type: "c7"; list: number[] }, 27>
  | Call<{ type: "c8"; deep: { list: string[]; map: Map<string, number> } }, 28>
  | Call<{ type: "c9"; fn: (n: number) => void }, 29>;

class Large extends GenServer<{ calls: Many }> {
  override handleCall(request: Many): CallResult {
    switch (request.type) {
      case "b9":
        // @ts-expect-error the reply is 19
        reply(request, 20);
        return reply(request, 19);
      case "a0":
        return reply(request, 0);
      default:
        return stop("unexpected");
    }
  }
}
const LARGE = processName<Large>("large");

export async function large(system: System, server: GenServer): Promise<void> {
  const nineteen: 19 = await system.call(LARGE, { type: "b9", x: 19 });
  const zero: 0 = await server.call(LARGE, { type: "a0" });
  const seven: 27 = await system.call(LARGE, { type: "c7", list: [1, 2, 3] });
  const eight: 28 = await system.call(LARGE, { type: "c8", deep: { list: ["a"], map: new Map() } });
  const nine: 29 = await system.call(LARGE, { type: "c9", fn: (n) => void n.toFixed() });
  void [nineteen, zero, seven, eight, nine];
  // @ts-expect-error of another message
  await system.call(LARGE, { type: "b9", x: 18 });
  // @ts-expect-error the field is missing
  await system.call(LARGE, { type: "c9" });
  // @ts-expect-error elements of another type
  await system.call(LARGE, { type: "c7", list: ["1"] });
  // @ts-expect-error no casts at all
  system.cast(LARGE, { type: "a0" });
  // @ts-expect-error no plain messages at all
  system.send(LARGE, { type: "a0" });
  // A variable of the whole union gets the union of the replies.
  const some = { type: "a0" } as Many;
  const reply: number = await system.call(LARGE, some);
  void reply;
  const either: number = await system.call(LARGE, { type: zero === 0 ? "a0" : "a4" });
  void either;
  // @ts-expect-error a union is no single reply
  const single: 0 = await system.call(LARGE, some);
  void single;
  const held: Pid<Large> | undefined = system.whereis(LARGE);
  void held;
  const state: Large = await system.getState(LARGE);
  void state;
}

// ---- generics ----

interface CacheProtocol<K, V> extends Protocol {
  calls: Call<{ type: "get"; key: K }, V | undefined> | Call<{ type: "clear" }, void>;
  casts: { type: "put"; key: K; value: V };
}

class Cache<K, V> extends GenServer<CacheProtocol<K, V>> {
  readonly #values = new Map<K, V>();
  override init(entries: readonly (readonly [K, V])[] = [], limit?: number): void {
    void limit;
    for (const [key, value] of entries) this.#values.set(key, value);
  }
  override handleCall(request: CacheProtocol<K, V>["calls"]): CallResult {
    if (request.type === "clear") return reply(request, undefined);
    return reply(request, this.#values.get(request.key));
  }
  override handleCast(message: CacheProtocol<K, V>["casts"]): void {
    this.#values.set(message.key, message.value);
  }
}

export async function generic(system: System): Promise<void> {
  const cache = await system.start(Cache<string, number>, [["a", 1]]);
  const value: number | undefined = await system.call(cache, { type: "get", key: "a" });
  const nothing: unknown = await system.call(cache, { type: "clear" });
  void [value, nothing];
  system.cast(cache, { type: "put", key: "b", value: 2 });
  // @ts-expect-error values are numbers
  system.cast(cache, { type: "put", key: "b", value: "2" });
  // @ts-expect-error keys are strings
  await system.call(cache, { type: "get", key: 1 });
  // @ts-expect-error entries are pairs of a string and a number
  await system.start(Cache<string, number>, [[1, "a"]]);
  await system.start(Cache<string, number>);
  await system.start(Cache<string, number>, [], 10);
  // @ts-expect-error an argument too many
  await system.start(Cache<string, number>, [], 10, 11);
}

// ---- subclasses ----

interface CountProtocol extends Protocol {
  calls: Call<{ type: "count" }, number>;
  casts: { type: "add"; by: number };
}
class Counter extends GenServer<CountProtocol> {
  protected total = 0;
  override init(from: number): void {
    this.total = from;
  }
  override handleCall(request: CountProtocol["calls"]): CallResult {
    return reply(request, this.total);
  }
  override handleCast(message: CountProtocol["casts"]): HandlerResult {
    this.total += message.by;
  }
}
class Loud extends Counter {
  override handleCast(message: CountProtocol["casts"]): HandlerResult {
    return message.by > 100 ? stop("too_loud") : super.handleCast(message);
  }
}

export async function subclasses(system: System): Promise<void> {
  const loud: Pid<Loud> = await system.start(Loud, 1);
  const count: number = await system.call(loud, { type: "count" });
  void count;
  const base: Pid<Counter> = loud;
  system.cast(base, { type: "add", by: 1 });
  // @ts-expect-error init of the base takes a number
  await system.start(Loud, "1");
}

// ---- optional and late replies ----

class Gate extends GenServer<{ calls: Call<{ type: "wait" }, string | undefined> }> {
  readonly #waiting: From<string | undefined>[] = [];
  override handleCall(request: Call<{ type: "wait" }, string | undefined>, from: From): CallResult {
    this.#waiting.push(replyTo(request, from));
    return noReply;
  }
  open(system: System): void {
    for (const from of this.#waiting) this.reply(from, undefined);
    for (const from of this.#waiting) system.reply(from, "in");
    // @ts-expect-error the caller wants a string or undefined
    for (const from of this.#waiting) system.reply(from, 1);
  }
}
void Gate;

// ---- starts and children ----

const checked: Start<typeof Counter> = [Counter, 1];
export const children: ChildSpec[] = [
  { id: "a", start: startOf(Counter, 1) },
  { id: "b", start: [Counter, 1] satisfies Start<typeof Counter> },
  { id: "c", start: checked },
  // @ts-expect-error init takes a number
  { id: "d", start: startOf(Counter, "1") },
  // @ts-expect-error init takes a number
  { id: "e", start: [Counter, "1"] satisfies Start<typeof Counter> },
  // @ts-expect-error init takes an argument
  { id: "f", start: startOf(Counter) },
  // @ts-expect-error not a restart type
  { id: "g", start: [Counter, 1], restart: "always" },
  // @ts-expect-error a class that is no process
  { id: "h", start: [Date] },
  // @ts-expect-error no such field
  { id: "i", start: [Counter, 1], retries: 3 },
  // @ts-expect-error an id is needed
  { start: [Counter, 1] },
];

class Pair extends GenServer<CountProtocol> {
  override init(room: string, seats: number, title?: string): void {
    void [room, seats, title];
  }
}
class Rooms extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec<typeof Pair> {
    return { child: { start: [Pair, "blue"], restart: "temporary" } };
  }
}
class AnyRooms extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec {
    return {};
  }
}
const ROOMS = processName<Rooms>("rooms");

export async function dynamic(system: System, server: GenServer, any: Pid<AnyRooms>): Promise<void> {
  const room: Pid<Pair> = await system.startChild(ROOMS, [4]);
  await server.startChild(ROOMS, [4, "title"]);
  await server.startChild(ROOMS, ["red", 4]);
  void room;
  // @ts-expect-error no parameters of init end like this
  await system.startChild(ROOMS, [true]);
  // @ts-expect-error nor like this
  await server.startChild(ROOMS, ["red", "4"]);
  await system.startChild(any, [1, 2, 3]);
  await system.startChild("by name", ["whatever"]);
  const counter: Pid<Counter> = await system.startChild(any, { id: "x", start: [Counter, 1] });
  void counter;
  // @ts-expect-error init takes a number
  await system.startChild(any, { id: "x", start: [Counter, "1"] });
}

// ---- fields that no message has ----

type Find = Call<{ type: "find"; key: string; limit?: number }, string[]> | Call<{ type: "size" }, number>;
class Finder extends GenServer<{ calls: Find }> {
  override handleCall(request: Find): CallResult {
    return request.type === "size" ? reply(request, 0) : reply(request, []);
  }
}

export async function find(system: System, server: GenServer, pid: Pid<Finder>, some: Find): Promise<void> {
  const found: string[] = await system.call(pid, { type: "find", key: "a", limit: 5 });
  // @ts-expect-error a misspelt optional field
  await system.call(pid, { type: "find", key: "a", limt: 5 });
  // @ts-expect-error the same inside a process
  await server.call(pid, { type: "find", key: "a", limt: 5 });
  const made = (key: string): { type: "find"; key: string } => ({ type: "find", key });
  const again: string[] = await server.call(pid, made("b"));
  const short: string[] = await system.call(pid, { type: "find", key: "a" });
  const shorter: string[] = await server.call(pid, { type: "find", key: "a" });
  const either: string[] | number = await system.call(pid, { ...some });
  void [found, again, short, shorter, either];
}

// The error stands on the field that is wrong: the line above it is the only one that may have one.
export async function misspelt(system: System, server: GenServer, pid: Pid<Finder>): Promise<void> {
  await system.call(pid, {
    // @ts-expect-error no request is called so
    type: "fnd",
    key: "a",
  });
  await server.call(pid, {
    type: "find",
    // @ts-expect-error no request has such a field
    kei: "a",
  });
  await system.call(pid, {
    type: "find",
    // @ts-expect-error keys are strings
    key: 1,
  });
  await server.call(pid, {
    type: "find",
    key: "a",
    // @ts-expect-error a misspelt optional field
    limt: 5,
  });
  system.cast(TYPED, {
    // @ts-expect-error no cast is called so
    type: "putt",
    key: "a",
  });
  server.send(TYPED, {
    type: "tick",
    // @ts-expect-error numbers
    n: "1",
  });
  server.sendAfter(5, TYPED, {
    type: "tick",
    // @ts-expect-error no such field
    m: 1,
  });
}

class Typed extends GenServer<{ casts: { type: "put"; key: string }; infos: { type: "tick"; n: number } }> {}
const TYPED = processName<Typed>("typed");

export function registered(server: GenServer): Pid | undefined {
  const result = Registry.register(server, "peers", "paris");
  return result.error?.already_registered;
}

// ---- arguments of starts, where a specification is written ----

class Named extends GenServer {
  override init(name: string, size = 1): void {
    void [name, size];
  }
}
class Plain extends GenServer {}
class Several extends GenServer {
  override init(...names: string[]): void {
    void names;
  }
}

class Checked extends Supervisor {
  override init(size: number): SupervisorSpec<typeof Named | typeof Plain | typeof Several> {
    if (size > 5) {
      return {
        children: [
          // @ts-expect-error the name is a string
          { id: "a", start: [Named, 1] },
          // @ts-expect-error it has no init that would take it
          { id: "b", start: [Plain, 1] },
          // @ts-expect-error one too many
          { id: "c", start: [Named, "c", 1, 2] },
          // @ts-expect-error names are strings
          { id: "d", start: [Several, "d", 1] },
          // @ts-expect-error a class that is not among those named
          { id: "e", start: [Asking] },
        ],
      };
    }
    return {
      strategy: "rest_for_one",
      children: [
        { id: "a", start: [Named, "a", size], restart: "transient" },
        { id: "b", start: [Plain] },
        { id: "c", start: [Several, "x", "y"], name: "c" },
        ...["d", "e"].map((id) => ({ id, start: [Named, id] as const })),
      ],
    };
  }
}

defineApplication({ name: "checked", start: [Checked, 1] });
// @ts-expect-error the size is a number
defineApplication({ name: "checked", start: [Checked, "1"] });
// @ts-expect-error the size is missing
defineApplication({ name: "checked", start: [Checked] });
defineApplication({ name: "library" });
export const configured = (spec: ApplicationSpec, start: AnyStart): Application[] => [
  defineApplication(spec),
  defineApplication({ name: "any", start }),
];

class Strict extends Supervisor {
  override init(): SupervisorSpec<typeof Named> {
    // @ts-expect-error the name is missing
    return { children: [{ id: "a", start: [Named] }] };
  }
}
void Strict;

class Templates extends DynamicSupervisor {
  override init(how: number): DynamicSupervisorSpec<typeof Named> {
    if (how > 2) return { child: { start: [Named] } };
    if (how > 1) return { child: { start: [Named, "all", 2] } };
    // @ts-expect-error the name is a string
    if (how > 0) return { child: { start: [Named, 1] } };
    return { child: { start: [Named, "first"] } };
  }
}
void Templates;
