/** The analysis behind a port: what runs inside the worker, whatever kind of worker it is. */
import { emptyModel, type Finding, sameList, type TreeModel } from "../../model/index.ts";
import { type FileSystemHost, HostError } from "../discover/index.ts";
import { isSource, isWithin, normalize } from "../discover/paths.ts";
import type { RunOptions, SessionResult, Sources } from "../session/options.ts";
import { type AnalysisSession, createSession } from "../session/session.ts";
import { deltaBetween } from "./delta.ts";
import type {
  FromWorker,
  Method,
  Methods,
  OpenParams,
  OpenResult,
  Port,
  Request,
  ToWorker,
} from "./protocol.ts";

/**
 * Runs over every new model; lint is injected here, since the analysis does not know it.
 */
export type Check = (model: TreeModel, sources: Sources, settings: unknown) => Finding[];

export interface ServeOptions {
  host: FileSystemHost;
  check?: Check;
}

const LEFT_OUT = "left out: the analysis died at it twice; it is tried again when it changes";

/** Looks of the check at one model while texts are still on their way. */
const MOST_ROUNDS = 16;

/** Answers requests on `port` until the worker ends. */
export function serveSession(port: Port<FromWorker, ToWorker>, options: ServeOptions): void {
  const server = new SessionServer(port, options);
  const running = new Map<number, AbortController>();

  async function answer({ id, method, params }: Request): Promise<void> {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const handler = server.handlers[method] as (params: unknown, options: RunOptions) => Promise<unknown>;
      if (handler === undefined) throw new Error(`The analysis has no method \`${String(method)}\`.`);
      const result = await handler(params, {
        signal: controller.signal,
        onProgress: (progress) => port.postMessage({ type: "progress", id, progress }),
      });
      port.postMessage({ type: "response", id, result });
    } catch (error) {
      const code = controller.signal.aborted ? "cancelled" : "failed";
      port.postMessage({ type: "response", id, error: { code, message: describe(error) } });
    } finally {
      running.delete(id);
    }
  }

  port.onMessage((message) => {
    if (message.type === "request") void answer(message);
    else if (message.type === "cancel") running.get(message.id)?.abort();
  });
}

type Handlers = {
  [M in Method]: (params: Methods[M]["params"], options: RunOptions) => Promise<Methods[M]["result"]>;
};

/** The session, what its host has of the model, and what it was told of documents. */
class SessionServer {
  readonly #port: Port<FromWorker, ToWorker>;
  readonly #check: Check | undefined;
  /** The host's files without those that are left out. */
  readonly #files: FileSystemHost;
  #session: AnalysisSession | undefined;
  #checkSettings: unknown;
  /** What the host has. */
  #sent: TreeModel = emptyModel();
  #version = 0;
  /** As `ModelEvent.outside`, last. */
  #outside: string[] = [];
  #publishing: Promise<void> = Promise.resolve();
  #waiting: Promise<void> | undefined;
  readonly #documents = new Map<string, string>();
  /** Documents that are left out. */
  readonly #aside = new Set<string>();
  #careful = false;
  /** The check is running: it is about the whole model, whatever it reads. */
  #checking = false;

  constructor(port: Port<FromWorker, ToWorker>, { host, check }: ServeOptions) {
    this.#port = port;
    this.#check = check;
    this.#files = {
      ...host,
      readFile: (path, limit) => {
        if (this.#aside.has(path)) return new HostError("set_aside", LEFT_OUT);
        // Where answers come later, many files are on their way at once.
        if (host.answersAtOnce === true && !this.#checking && isSource(path)) this.#turnsTo(path);
        return host.readFile(path, limit);
      },
    };
  }

  readonly handlers: Handlers = {
    open: (params, options) => this.#open(params, options),
    rescan: (_, options) => {
      if (this.#session === undefined)
        throw new Error("The analysis has not been opened: send `open` first.");
      return this.#scan(this.#session, options);
    },
    update: async ({ path, text }) => {
      this.#documents.set(path, text);
      if (this.#session !== undefined) this.#tryAgain(path);
      return this.#changedBy((session) => session.update(path, text));
    },
    close: async ({ path }) => {
      this.#documents.delete(path);
      this.#tryAgain(path);
      return this.#changedBy((session) => session.close(path));
    },
    watched: async ({ changes }) => {
      for (const { path } of changes) this.#tryAgain(path);
      return this.#changedBy((session) => session.watched(changes));
    },
    configureCheck: async ({ checkSettings }) => {
      this.#checkSettings = checkSettings;
      await this.#publish();
      return null;
    },
  };

  async #open(params: OpenParams, options: RunOptions): Promise<OpenResult> {
    const { checkSettings, setAside = [], careful = false, ...rest } = params;
    this.#checkSettings = checkSettings;
    this.#careful = careful;
    this.#aside.clear();
    for (const path of setAside) this.#aside.add(normalize(path));
    const next = createSession({ host: this.#files, turnsTo: (path) => this.#turnsTo(path), ...rest });
    this.#session = next;
    for (const [path, text] of this.#documents)
      if (!this.#aside.has(normalize(path))) void next.update(path, text);
    return this.#scan(next, options);
  }

  async #scan(target: AnalysisSession, options: RunOptions): Promise<OpenResult> {
    await target.scan(options);
    if (target === this.#session) await this.#publish();
    return { base: target.base, stats: target.stats() };
  }

  async #changedBy(
    change: (session: AnalysisSession) => Promise<SessionResult>,
  ): Promise<{ changed: boolean }> {
    if (this.#session === undefined) return { changed: false };
    const { changed } = await change(this.#session);
    if (changed || !sameList(this.#session.outside(), this.#outside)) await this.#publish();
    return { changed };
  }

  /** Sends the model; callers that come while another one waits for its turn are served by the same look. */
  #publish(): Promise<void> {
    this.#waiting ??= this.#publishing.then(() => {
      this.#waiting = undefined;
      return this.#session === undefined ? undefined : this.#publishNow(this.#session);
    });
    this.#publishing = this.#waiting.catch(() => undefined);
    return this.#waiting;
  }

  async #publishNow(of: AnalysisSession): Promise<void> {
    const model = of.model();
    let findings: Finding[] | null = null;
    let checkError: string | null = null;
    try {
      findings = await this.#checked(of, model);
    } catch (error) {
      checkError = describe(error);
    } finally {
      this.#checking = false;
    }
    if (of !== this.#session) return;
    const delta = deltaBetween(this.#sent, model);
    this.#sent = model;
    this.#outside = of.outside();
    const version = ++this.#version;
    this.#port.postMessage({ type: "model", version, delta, findings, checkError, outside: this.#outside });
  }

  async #checked(of: AnalysisSession, model: TreeModel): Promise<Finding[] | null> {
    let findings: Finding[] | null = null;
    this.#turnsTo(null);
    this.#checking = true;
    for (let round = 0; this.#check !== undefined && round < MOST_ROUNDS; round++) {
      findings = this.#check(model, of.sources, this.#checkSettings);
      if (!of.hasMissed) break;
      // The host answers with promises: what was missing is looked at again when it is there.
      await of.fetchMissed();
    }
    return findings;
  }

  #turnsTo(path: string | null): void {
    if (this.#careful) this.#port.postMessage({ type: "turnsTo", path });
  }

  /** A document is tried again when it, or a folder around it, is another. */
  #tryAgain(path: string): void {
    const changed = normalize(path);
    for (const one of this.#aside) if (isWithin(changed, one)) this.#aside.delete(one);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
