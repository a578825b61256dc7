/** Settings from an environment in which nothing is set, and an emitter of Node. */
import { randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import {
  type Call,
  GenServer,
  type Info,
  type Protocol,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
} from "suptree";

const env = (name: string, otherwise: string): string => process.env[name] ?? otherwise;
const log = (...parts: unknown[]): void => {
  if (env("DEBUG", "") !== "") console.log(new Date().toISOString(), ...parts);
};
export class Sessions extends GenServer<
  {
    calls: Call<{ type: "open"; user: string }, string> | Call<{ type: "who"; token: string }, string | null>;
    casts: { type: "close"; token: string };
    infos: never;
  } & Protocol
> {
  #byToken = new Map<string, { user: string; at: number; url: URL }>();
  override init() {
    log("sessions up");
  }
  override handleCall(
    request:
      | Call<{ type: "open"; user: string }, string>
      | Call<{ type: "who"; token: string }, string | null>,
  ) {
    if (request.type === "open") {
      const token = randomUUID();
      const url = new URL(
        `/u/${encodeURIComponent(request.user)}?t=${token}`,
        env("BASE", "https://example.org"),
      );
      this.#byToken.set(token, { user: request.user, at: Date.now(), url });
      return reply(request, url.toString());
    }
    return reply(request, this.#byToken.get(request.token)?.user ?? null);
  }
  override handleCast(message: { type: "close"; token: string }) {
    this.#byToken.delete(message.token);
  }
}
class Bus extends EventEmitter {}
export class Notifier extends GenServer {
  bus = new Bus();
  sent = 0;
  buffer = Buffer.alloc(4);
  override init() {
    this.bus.on("note", (n: number) => {
      this.sent += n;
      this.buffer.writeUInt32BE(this.sent);
    });
    this.sendAfter(300, this.self, { type: "beat" });
  }
  override handleInfo(message: Info<{ type: "beat" }>) {
    if (message.type !== "beat") return;
    this.bus.emit("note", 1);
    log("sent", this.buffer.toString("hex"));
    if (this.sent > 5 && performance.now() < 0) throw new Error("time goes back", { cause: this.sent });
    this.sendAfter(300, this.self, { type: "beat" });
  }
}
export class Login extends GenServer {
  tokens: string[] = [];
  override async init(users: string[]) {
    const all = await Promise.allSettled(users.map((user) => this.call("sessions", { type: "open", user })));
    for (const each of all) if (each.status === "fulfilled") this.tokens.push(String(each.value));
    if (this.tokens.length === 0) return stop("nobody");
    return undefined;
  }
  override terminate() {
    log("bye", structuredClone(this.tokens));
  }
}
export class Cleaner extends GenServer {
  timer: ReturnType<typeof setInterval> | undefined;
  rounds = 0;
  override init() {
    this.trapExit(true);
    this.timer = setInterval(() => {
      this.rounds++;
    }, 1_000);
  }
  override terminate() {
    clearInterval(this.timer);
  }
}
export class Api extends GenServer {
  cache = new WeakMap<object, string>();
  key = { of: "api" };
  override async init() {
    this.cache.set(this.key, [..."héllo"].map((c) => c.codePointAt(0)!.toString(16)).join("-"));
    const text = new TextDecoder().decode(new TextEncoder().encode(this.cache.get(this.key)));
    if (text.length < 3) throw new Error("short");
    await new Promise((resolve) => queueMicrotask(() => resolve(undefined)));
    const first = await Promise.race([
      this.call("sessions", { type: "who", token: "x" }),
      Promise.resolve("none"),
    ]);
    if (first === undefined) this.exit({ shutdown: "no sessions" });
  }
}
export class EnvApp extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: Number(env("INTENSITY", "2")),
      period: 10,
      children: [
        { id: "sessions", start: [Sessions], name: "sessions" },
        { id: "login", start: [Login, ["ann", "bob"]], restart: "transient" },
        { id: "notifier", start: [Notifier] },
        { id: "cleaner", start: [Cleaner], shutdown: 2_000 },
        { id: "api", start: [Api], restart: "temporary" },
      ],
    };
  }
}
