/**
 * The debugger's proxy as js-debug has it, in front of a real program's inspector: it has enabled the runtime before, its clients
 * share one connection, an event comes to whoever has subscribed to it, and contexts are told again to who enables the runtime.
 */
interface Message {
  id?: number;
  method?: string;
  params?: Record<string, unknown>;
  result?: unknown;
  error?: unknown;
}

const proxies = new Map<string, DebugProxy>();

export class DebugProxy {
  /** What its clients have asked for, in order. */
  readonly asked: Message[] = [];
  /** What the program has given to bindings, in order. */
  readonly told: string[] = [];
  readonly path: string;
  readonly #real: WebSocket;
  readonly #contexts: Message[] = [];
  readonly #clients = new Set<Client>();
  readonly #waiting = new Map<number, (answer: Message) => void>();
  #next = 1;
  readonly opened: Promise<void>;

  /** @param inspector where the program's inspector is */
  constructor(inspector: string, Socket: typeof WebSocket) {
    this.path = `/${proxies.size + 1}`;
    proxies.set(`ws://proxy:1${this.path}`, this);
    this.#real = new Socket(inspector);
    this.#real.onmessage = ({ data }) => this.#hear(JSON.parse(String(data)));
    this.opened = new Promise((resolve) => {
      this.#real.onopen = () => void this.#send("Runtime.enable", {}).then(() => resolve());
    });
  }

  /** What was evaluated, in order. */
  get evaluated(): string[] {
    return this.asked.flatMap(({ method, params }) =>
      method === "Runtime.evaluate" ? [String(params?.expression)] : [],
    );
  }

  close(): void {
    this.#real.close();
  }

  /** When everything has been answered that was asked so far. */
  async quiet(): Promise<void> {
    await this.#send("Runtime.evaluate", { expression: "0" });
  }

  #send(method: string, params: object): Promise<Message> {
    const id = this.#next++;
    this.#real.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  #hear(message: Message): void {
    if (message.id !== undefined) {
      this.#waiting.get(message.id)?.(message);
      return;
    }
    if (message.method === "Runtime.bindingCalled") this.told.push(String(message.params?.payload));
    if (message.method === "Runtime.executionContextCreated") this.#contexts.push(message);
    for (const client of this.#clients) if (client.subscribed.has(message.method ?? "")) client.hear(message);
  }

  async ask(client: Client, message: Message): Promise<void> {
    this.asked.push(message);
    const { id, method = "", params = {} } = message;
    this.#clients.add(client);
    if (method === "JsDebug.subscribe") {
      for (const event of params.events as string[]) client.subscribed.add(event);
      client.hear({ id: id ?? 0, result: {} });
      return;
    }
    const answer = this.#send(method, params);
    if (method === "Runtime.enable") for (const each of this.#contexts) client.hear(each);
    const { result, error } = await answer;
    client.hear({ id: id ?? 0, ...(error === undefined ? { result } : { error }) });
  }
}

class Client {
  readonly subscribed = new Set<string>();
  readonly hear: (message: Message) => void;
  constructor(hear: (message: Message) => void) {
    this.hear = hear;
  }
}

/** A WebSocket of the extension host, as far as it is used. Other addresses than proxies' are real. */
export function socketsFor(Socket: typeof WebSocket): unknown {
  return class {
    onopen: (() => void) | null = null;
    onmessage: ((event: { data: string }) => void) | null = null;
    onclose: (() => void) | null = null;
    onerror: (() => void) | null = null;
    readonly #proxy: DebugProxy | undefined;
    readonly #client = new Client((message) => {
      // Each message is a task of its own, as a socket's are.
      setImmediate(() => this.onmessage?.({ data: JSON.stringify(message) }));
    });
    constructor(url: string) {
      this.#proxy = proxies.get(url);
      // biome-ignore lint/correctness/noConstructorReturn: whoever attaches to an inspector gets a real one
      if (this.#proxy === undefined) return new Socket(url) as never;
      setImmediate(() => this.onopen?.());
    }
    send(text: string): void {
      void this.#proxy?.ask(this.#client, JSON.parse(text));
    }
    close(): void {}
  };
}
