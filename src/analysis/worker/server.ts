/** The analysis behind a port: what runs inside the worker, whatever kind of worker it is. */
import type { Finding, TreeModel } from "../../model/index.ts";
import { type FileSystemHost, HostError } from "../discover/index.ts";
import { isSource, isWithin, normalize } from "../discover/paths.ts";
import { emptyModel } from "../session/empty-model.ts";
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
export function serveSession(port: Port<FromWorker, ToWorker>, { host, check }: ServeOptions): void {
  let session: AnalysisSession | undefined;
  let checkSettings: unknown;
  /** What the host has. */
  let sent: TreeModel = emptyModel();
  let version = 0;
  let publishing: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | undefined;
  const documents = new Map<string, string>();
  /** Documents that are left out. */
  const aside = new Set<string>();
  let careful = false;
  /** The check is running: it is about the whole model, whatever it reads. */
  let checking = false;
  const running = new Map<number, AbortController>();

  const turnsTo = (path: string | null): void => {
    if (careful) port.postMessage({ type: "turnsTo", path });
  };

  /** The host's files without those that are left out. */
  const files: FileSystemHost = {
    ...host,
    readFile(path, limit) {
      if (aside.has(path)) return new HostError("set_aside", LEFT_OUT);
      // Where answers come later, many files are on their way at once.
      if (host.answersAtOnce === true && !checking && isSource(path)) turnsTo(path);
      return host.readFile(path, limit);
    },
  };

  /** A document is tried again when it, or a folder around it, is another. */
  function tryAgain(path: string): void {
    const changed = normalize(path);
    for (const one of aside) if (isWithin(changed, one)) aside.delete(one);
  }

  /** Sends the model; callers that come while another one waits for its turn are served by the same look. */
  function publish(): Promise<void> {
    waiting ??= publishing.then(() => {
      waiting = undefined;
      return session === undefined ? undefined : publishNow(session);
    });
    publishing = waiting.catch(() => undefined);
    return waiting;
  }

  async function publishNow(of: AnalysisSession): Promise<void> {
    const model = of.model();
    let findings: Finding[] | null = null;
    let checkError: string | null = null;
    try {
      turnsTo(null);
      checking = true;
      for (let round = 0; check !== undefined && round < MOST_ROUNDS; round++) {
        findings = check(model, of.sources, checkSettings);
        if (!of.hasMissed) break;
        // The host answers with promises: what was missing is looked at again when it is there.
        await of.fetchMissed();
      }
    } catch (error) {
      checkError = describe(error);
    } finally {
      checking = false;
    }
    if (of !== session) return;
    const delta = deltaBetween(sent, model);
    sent = model;
    port.postMessage({ type: "model", version: ++version, delta, findings, checkError });
  }

  async function settle(result: SessionResult): Promise<{ changed: boolean }> {
    if (result.changed) await publish();
    return { changed: result.changed };
  }

  async function open(params: OpenParams, options: RunOptions): Promise<OpenResult> {
    const { checkSettings: settings, setAside = [], careful: announce = false, ...rest } = params;
    checkSettings = settings;
    careful = announce;
    aside.clear();
    for (const path of setAside) aside.add(normalize(path));
    const next = createSession({ host: files, turnsTo, ...rest });
    session = next;
    for (const [path, text] of documents) if (!aside.has(normalize(path))) void next.update(path, text);
    return scan(next, options);
  }

  async function scan(target: AnalysisSession, options: RunOptions): Promise<OpenResult> {
    await target.scan(options);
    if (target === session) await publish();
    return { base: target.base, stats: target.stats() };
  }

  function opened(): AnalysisSession {
    if (session === undefined) throw new Error("The analysis has not been opened: send `open` first.");
    return session;
  }

  const handlers: {
    [M in Method]: (params: Methods[M]["params"], options: RunOptions) => Promise<Methods[M]["result"]>;
  } = {
    open,
    rescan: (_, options) => scan(opened(), options),
    update: async ({ path, text }) => {
      documents.set(path, text);
      if (session !== undefined) tryAgain(path);
      return session === undefined ? { changed: false } : settle(await session.update(path, text));
    },
    close: async ({ path }) => {
      documents.delete(path);
      tryAgain(path);
      return session === undefined ? { changed: false } : settle(await session.close(path));
    },
    watched: async ({ changes }) => {
      for (const { path } of changes) tryAgain(path);
      return session === undefined ? { changed: false } : settle(await session.watched(changes));
    },
    configureCheck: async ({ checkSettings: settings }) => {
      checkSettings = settings;
      await publish();
      return null;
    },
  };

  async function answer(request: Request): Promise<void> {
    const { id, method } = request;
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const handler = handlers[method] as (params: unknown, options: RunOptions) => Promise<unknown>;
      if (handler === undefined) throw new Error(`The analysis has no method \`${String(method)}\`.`);
      const result = await handler(request.params, {
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

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
