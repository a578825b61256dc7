/** A connection to V8's inspector (the Chrome DevTools Protocol), whatever carries its messages. */
import { LiveError } from "./session.ts";

export interface InspectorListener {
  /** Something that nobody asked for: a method's name and its parameters. */
  onEvent(method: string, params: Record<string, unknown>): void;
  onEnd(reason: string): void;
}

/** Carries texts to an inspector: a WebSocket, or the inspector of the process that a thread belongs to. */
export interface Wire {
  send(text: string): void;
  close(): void;
}

interface Pending {
  resolve(result: Record<string, unknown>): void;
  reject(error: Error): void;
}

/** Why a connection has ended that nobody here has ended. */
export const CLOSED = "The connection to the program was closed.";
/** Milliseconds for the handshake. */
const PATIENCE = 10_000;

/** @param url a debugger's `webSocketDebuggerUrl`. @throws LiveError */
export function openInspector(url: string, listener: InspectorListener): Promise<Inspector> {
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
      const inspector = new Inspector(
        { send: (text) => socket.send(text), close: () => socket.close() },
        listener,
      );
      socket.onmessage = ({ data }) => inspector.hear(String(data));
      socket.onclose = () => inspector.end(CLOSED);
      socket.onerror = () => inspector.end(CLOSED);
      resolve(inspector);
    };
  });
}

export class Inspector {
  readonly #wire: Wire;
  readonly #listener: InspectorListener;
  readonly #pending = new Map<number, Pending>();
  /** What has come, and waits while whoever asked makes use of the answer before it. */
  readonly #waiting: (() => void)[] = [];
  #held = false;
  #next = 1;
  #ended = false;

  constructor(wire: Wire, listener: InspectorListener) {
    this.#wire = wire;
    this.#listener = listener;
  }

  /** @throws LiveError when the inspector refuses, or the connection ends first */
  send(method: string, params: object = {}): Promise<Record<string, unknown>> {
    if (this.#ended) return Promise.reject(new LiveError("The connection to the program has ended."));
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#wire.send(JSON.stringify({ id, method, params }));
    });
  }

  /**
   * The value of an expression in the program, as plain data.
   * @param context another world of globals than the thread's own
   * @throws LiveError with what it threw
   */
  async evaluate(expression: string, context: number | null = null): Promise<unknown> {
    const { result, exceptionDetails } = (await this.send("Runtime.evaluate", {
      expression,
      returnByValue: true,
      silent: true,
      disableBreaks: true,
      ...(context === null ? {} : { contextId: context }),
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
    this.end("closed");
    this.#wire.close();
  }

  /**
   * What the wire brings, in its order: whoever was answered goes on before the next is heard. A socket may bring several texts in one
   * turn, and what follows a snapshot would come to somebody who does not have that yet.
   */
  hear(text: string): void {
    this.#inTurn(() => this.#heard(text));
  }

  #heard(text: string): void {
    let message: {
      id?: number;
      result?: Record<string, unknown>;
      error?: { message?: string };
      method?: string;
      params?: Record<string, unknown>;
    };
    try {
      message = Object(JSON.parse(text));
    } catch {
      this.#over("What answers there is no inspector: it does not speak JSON.");
      this.#wire.close();
      return;
    }
    if (message.id !== undefined) {
      const pending = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      if (message.error !== undefined) pending?.reject(new LiveError(String(message.error.message)));
      else pending?.resolve(message.result ?? {});
      if (pending === undefined) return;
      this.#held = true;
      setTimeout(() => this.#goOn());
    } else if (typeof message.method === "string") {
      this.#listener.onEvent(message.method, Object(message.params));
    }
  }

  #inTurn(what: () => void): void {
    if (this.#held) this.#waiting.push(what);
    else what();
  }

  #goOn(): void {
    this.#held = false;
    while (!this.#held) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      next();
    }
  }

  /** The wire is gone: what it has brought is heard first. */
  end(reason: string): void {
    this.#inTurn(() => this.#over(reason));
  }

  #over(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const { reject } of this.#pending.values()) reject(new LiveError(reason));
    this.#pending.clear();
    this.#listener.onEnd(reason);
  }
}
