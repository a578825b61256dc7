/**
 * The host's side: typed requests to the analysis in its worker, the model kept up to date from what it sends, and a new
 * worker when the old one dies.
 */
import { emptyModel, type Finding, type TreeModel } from "../../model/index.ts";
import { type FileSystemHost, HostError } from "../discover/host.ts";
import type { DiskChange, ScanProgress } from "../session/options.ts";
import { applyDelta } from "./delta.ts";
import type {
  FileAnswer,
  FileRequest,
  FromWorker,
  Method,
  Methods,
  ModelEvent,
  OpenParams,
  OpenResult,
  ToWorker,
} from "./protocol.ts";
import { Suspects } from "./suspects.ts";

/** A worker of any kind. */
export interface WorkerLike {
  postMessage(message: ToWorker): void;
  onMessage(listener: (message: FromWorker) => void): void;
  /** Called once, when the worker ended by itself; `reason` is a sentence. */
  onExit(listener: (reason: string) => void): void;
  terminate(): void;
}

/** The worker ended while it was needed. The client starts another one; `restarted` is false when it gave up. */
export class AnalysisWorkerError extends Error {
  override readonly name = "AnalysisWorkerError";
  readonly restarted: boolean;
  /** The document that is left out from now on until it changes, since the worker died at it twice. */
  readonly setAside: string | null;
  constructor(reason: string, restarted: boolean, setAside: string | null = null) {
    const next = restarted
      ? "It was started again."
      : "It failed too often and stays off until the window is reloaded.";
    const without = setAside === null ? "" : ` ${setAside} is left out until it changes.`;
    super(`The analysis stopped: ${reason}. ${next}${without}`);
    this.restarted = restarted;
    this.setAside = setAside;
  }
}

/** The worker could not do what was asked. */
export class AnalysisRequestError extends Error {
  override readonly name = "AnalysisRequestError";
}

export interface ClientEvents {
  /** A new model. Unchanged supervisors, edges... are the same objects as before. */
  onModel?(model: TreeModel, findings: Finding[]): void;
  /** The check failed on this model. */
  onCheckError?(message: string): void;
  /** The worker died; another one has been started unless `error.restarted` is false. */
  onCrash?(error: AnalysisWorkerError): void;
}

export interface ClientOptions extends ClientEvents {
  /** Starts a worker that runs `serveSession`. */
  start(): WorkerLike;
  /** For workers without a file system: the host's own. */
  fileSystem?: FileSystemHost;
  /** Milliseconds without any message while a request is open after which the worker counts as stuck. Default 60,000. */
  patience?: number;
}

interface Pending {
  method: Method;
  resolve(result: unknown): void;
  reject(error: Error): void;
  onProgress: ((progress: ScanProgress) => void) | undefined;
}

/** More crashes than this within ten minutes, and it stays off. */
const MAX_CRASHES = 3;
const CRASH_WINDOW_MS = 600_000;
const DEFAULT_PATIENCE_MS = 60_000;

export class AnalysisClient {
  readonly #options: ClientOptions;
  #worker: WorkerLike | undefined;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #current: TreeModel = emptyModel();
  #found: Finding[] = [];
  #outside: readonly string[] = [];
  /** To bring a new worker to where the old one was. */
  #opened: OpenParams | undefined;
  readonly #documents = new Map<string, string>();
  #crashes: number[] = [];
  readonly #suspects = new Suspects();
  #disposed = false;
  #watchdog: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** The latest model; empty before the first scan. */
  get model(): TreeModel {
    return this.#current;
  }

  /** What the check found in it. */
  get findings(): Finding[] {
    return this.#found;
  }

  /** Files outside the roots that the model rests on, absolute: to be watched too. */
  get outside(): readonly string[] {
    return this.#outside;
  }

  /** Scans these roots. Rejects with the signal's reason when cancelled. */
  open(
    params: OpenParams,
    options: { signal?: AbortSignal; onProgress?: (progress: ScanProgress) => void } = {},
  ): Promise<OpenResult> {
    this.#opened = params;
    return this.#request("open", this.#careful(params), options);
  }

  /** The documents that are left out, since the worker died at each of them twice; absolute. */
  get setAside(): readonly string[] {
    return this.#suspects.all;
  }

  #careful(params: OpenParams): OpenParams {
    if (!this.#suspects.careful) return params;
    return { ...params, careful: true, setAside: [...this.#suspects.all] };
  }

  rescan(
    options: { signal?: AbortSignal; onProgress?: (progress: ScanProgress) => void } = {},
  ): Promise<OpenResult> {
    return this.#request("rescan", null, options);
  }

  /** An editor holds this text. */
  update(path: string, text: string): Promise<{ changed: boolean }> {
    this.#documents.set(path, text);
    this.#suspects.sent(path);
    return this.#request("update", { path, text });
  }

  close(path: string): Promise<{ changed: boolean }> {
    this.#documents.delete(path);
    this.#suspects.changed(path);
    return this.#request("close", { path });
  }

  watched(changes: DiskChange[]): Promise<{ changed: boolean }> {
    for (const { path } of changes) this.#suspects.changed(path);
    return this.#request("watched", { changes });
  }

  configureCheck(checkSettings: unknown): Promise<null> {
    if (this.#opened !== undefined) this.#opened = { ...this.#opened, checkSettings };
    return this.#request("configureCheck", { checkSettings });
  }

  /** Ends the worker; open requests are rejected. */
  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#watchdog);
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#rejectAll(new AnalysisRequestError("The analysis was closed."));
  }

  #request<M extends Method>(
    method: M,
    params: Methods[M]["params"],
    { signal, onProgress }: { signal?: AbortSignal; onProgress?: (progress: ScanProgress) => void } = {},
  ): Promise<Methods[M]["result"]> {
    if (this.#disposed) return Promise.reject(new AnalysisRequestError("The analysis was closed."));
    if (signal?.aborted) return Promise.reject(signal.reason);
    const id = this.#nextId++;
    return new Promise<Methods[M]["result"]>((resolve, reject) => {
      const abort = (): void => {
        this.#worker?.postMessage({ type: "cancel", id });
        this.#pending.delete(id);
        reject(signal?.reason);
      };
      const done = (): void => signal?.removeEventListener("abort", abort);
      this.#pending.set(id, {
        method,
        resolve: (result) => {
          done();
          resolve(result as Methods[M]["result"]);
        },
        reject: (error) => {
          done();
          reject(error);
        },
        onProgress,
      });
      signal?.addEventListener("abort", abort, { once: true });
      let worker: WorkerLike;
      try {
        worker = this.#running();
      } catch (error) {
        this.#pending.delete(id);
        done();
        reject(error);
        return;
      }
      worker.postMessage({ type: "request", id, method, params } as ToWorker);
      this.#watch();
    });
  }

  #running(): WorkerLike {
    if (this.#worker !== undefined) return this.#worker;
    if (this.#tooManyCrashes()) throw new AnalysisWorkerError("it crashed again and again", false);
    const worker = this.#options.start();
    this.#worker = worker;
    // A new worker's first delta applies to nothing.
    this.#stale = true;
    worker.onMessage((message) => {
      if (worker === this.#worker) this.#receive(message, worker);
    });
    worker.onExit((reason) => {
      if (worker === this.#worker) this.#crashed(reason);
    });
    return worker;
  }

  #stale = true;

  #receive(message: FromWorker, worker: WorkerLike): void {
    this.#watch();
    switch (message.type) {
      case "model":
        this.#takeModel(message);
        return;
      case "progress":
        this.#pending.get(message.id)?.onProgress?.(message.progress);
        return;
      case "turnsTo":
        this.#suspects.turns(message.path);
        return;
      case "file":
        void this.#answerFile(message, worker);
        return;
      case "response": {
        const pending = this.#pending.get(message.id);
        this.#pending.delete(message.id);
        if (this.#pending.size === 0) clearTimeout(this.#watchdog);
        if (pending === undefined) return; // cancelled meanwhile
        if (this.#pending.size === 0) this.#suspects.lives();
        if ("error" in message) pending.reject(new AnalysisRequestError(message.error.message));
        else pending.resolve(message.result);
      }
    }
  }

  #takeModel({ delta, findings, checkError, outside }: ModelEvent): void {
    this.#outside = outside;
    this.#current = applyDelta(this.#stale ? emptyModel() : this.#current, delta);
    this.#stale = false;
    if (checkError === null) this.#found = findings ?? [];
    else this.#options.onCheckError?.(checkError);
    this.#options.onModel?.(this.#current, this.#found);
  }

  async #answerFile(request: FileRequest, worker: WorkerLike): Promise<void> {
    const answer = await this.#ask(request);
    const { id } = request;
    if (answer instanceof HostError)
      worker.postMessage({ type: "fileAnswer", id, error: { kind: answer.kind, message: answer.message } });
    else if (answer !== undefined) worker.postMessage({ type: "fileAnswer", id, value: answer });
  }

  /** A host must not throw, but the worker would wait forever for one that does. */
  async #ask(request: FileRequest): Promise<FileAnswer["value"] | HostError> {
    const { fileSystem } = this.#options;
    if (fileSystem === undefined) return new HostError("unreadable", "the host offers no files");
    try {
      return request.op === "readFile"
        ? await fileSystem.readFile(request.path, request.limit)
        : await fileSystem[request.op](request.path);
    } catch (error) {
      return new HostError("unreadable", error instanceof Error ? error.message : String(error));
    }
  }

  #tooManyCrashes(): boolean {
    const now = Date.now();
    this.#crashes = this.#crashes.filter((at) => now - at < CRASH_WINDOW_MS);
    return this.#crashes.length > MAX_CRASHES;
  }

  #crashed(reason: string): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    clearTimeout(this.#watchdog);
    if (this.#disposed) return;
    const aside = this.#suspects.died();
    // Without the document it works: that is no reason to give up, nor is the first time.
    if (aside === null) this.#crashes.push(Date.now());
    else this.#crashes.pop();
    const error = new AnalysisWorkerError(reason, !this.#tooManyCrashes(), aside);
    this.#rejectAll(error);
    this.#options.onCrash?.(error);
    if (!error.restarted || this.#opened === undefined) return;
    // Bring the new worker to where the old one was; a failure here is reported by onCrash again.
    for (const [path, text] of this.#documents)
      this.#request("update", { path, text }).catch(() => undefined);
    this.#request("open", this.#careful(this.#opened)).catch(() => undefined);
  }

  #rejectAll(error: Error): void {
    const all = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of all) reject(error);
  }

  #watch(): void {
    clearTimeout(this.#watchdog);
    if (this.#pending.size === 0 || this.#worker === undefined) return;
    const patience = this.#options.patience ?? DEFAULT_PATIENCE_MS;
    this.#watchdog = setTimeout(() => {
      if (this.#pending.size > 0) this.#crashed(`no answer for ${Math.round(patience / 1000)} s`);
    }, patience);
    if (typeof this.#watchdog === "object" && "unref" in this.#watchdog) this.#watchdog.unref();
  }
}
