/** A connection to V8's inspector (the Chrome DevTools Protocol) over a WebSocket. */
import { LiveError } from "./session.ts";

export interface InspectorOptions {
  /** A text that the program gave to the binding of this name. */
  onBinding(name: string, payload: string): void;
  onEnd(reason: string): void;
}

interface Pending {
  resolve(result: Record<string, unknown>): void;
  reject(error: Error): void;
}

/** Milliseconds for the handshake. */
const PATIENCE = 10_000;

/** @param url a debugger's `webSocketDebuggerUrl`. @throws LiveError */
export function openInspector(url: string, options: InspectorOptions): Promise<Inspector> {
  if (typeof WebSocket !== "function")
    throw new LiveError("Attaching needs Node 22 or later: this one has no WebSocket.");
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    const fail = (why: string) => {
      clearTimeout(timer);
      socket.close();
      reject(new LiveError(why));
    };
    const timer = setTimeout(() => fail(`${url} did not answer within ${PATIENCE / 1000} s.`), PATIENCE);
    socket.onerror = () => fail(`${url} cannot be reached.`);
    socket.onopen = () => {
      clearTimeout(timer);
      resolve(new Inspector(socket, options));
    };
  });
}

export class Inspector {
  readonly #socket: WebSocket;
  readonly #options: InspectorOptions;
  readonly #pending = new Map<number, Pending>();
  #next = 1;
  #ended = false;

  constructor(socket: WebSocket, options: InspectorOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.onmessage = ({ data }) => this.#hear(String(data));
    socket.onclose = () => this.#end("The connection to the program was closed.");
    socket.onerror = () => this.#end("The connection to the program failed.");
  }

  /** @throws LiveError when the inspector refuses, or the connection ends first */
  send(method: string, params: object = {}): Promise<Record<string, unknown>> {
    if (this.#ended) return Promise.reject(new LiveError("The connection to the program has ended."));
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  /** The value of an expression in the program, as plain data. @throws LiveError with what it threw */
  async evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = (await this.send("Runtime.evaluate", {
      expression,
      returnByValue: true,
      silent: true,
      disableBreaks: true,
    })) as {
      result?: { value?: unknown };
      exceptionDetails?: { text?: string; exception?: { description?: string } };
    };
    if (exceptionDetails !== undefined) {
      const { text, exception } = exceptionDetails;
      throw new LiveError(`The program failed to answer: ${exception?.description ?? text ?? "no reason"}`);
    }
    return result?.value;
  }

  close(): void {
    this.#end("closed");
    this.#socket.close();
  }

  #hear(text: string): void {
    const message = JSON.parse(text) as {
      id?: number;
      result?: Record<string, unknown>;
      error?: { message?: string };
      method?: string;
      params?: { name?: string; payload?: string };
    };
    if (message.id !== undefined) {
      const pending = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      if (message.error !== undefined) pending?.reject(new LiveError(String(message.error.message)));
      else pending?.resolve(message.result ?? {});
    } else if (message.method === "Runtime.bindingCalled") {
      this.#options.onBinding(String(message.params?.name), String(message.params?.payload));
    } else if (message.method === "NodeRuntime.waitingForDisconnect") {
      // Node does not end as long as a debugger is there.
      this.#end("The program has ended.");
      this.#socket.close();
    }
  }

  #end(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const { reject } of this.#pending.values()) reject(new LiveError(reason));
    this.#pending.clear();
    this.#options.onEnd(reason);
  }
}
