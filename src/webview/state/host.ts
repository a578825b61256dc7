/** The page's host: the editor, or the web server behind the same interface. */
import { type HostMessage, type PageMessage, ProtocolError, parseHostMessage } from "../../protocol/index.ts";

/** What VS Code gives to a webview; the web host defines the same function. */
interface HostApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare const acquireVsCodeApi: (() => HostApi) | undefined;

let api: HostApi | null = null;
let nextId = 1;
const waiting = new Map<number, (answer: { ok: boolean; message: string | null }) => void>();

/** Takes the host's interface, once. False when there is none. */
export function connect(onMessage: (message: HostMessage) => void): boolean {
  if (typeof acquireVsCodeApi !== "function") {
    return false;
  }
  api = acquireVsCodeApi();
  window.addEventListener("message", (event) => {
    if (fromOwnFrame(event.source)) {
      return;
    }
    let message: HostMessage;
    try {
      message = parseHostMessage(event.data);
    } catch (error) {
      if (error instanceof ProtocolError) {
        post({ type: "log", level: "error", message: error.message });
        return;
      }
      throw error;
    }
    if (message.type === "done") {
      waiting.get(message.id)?.({ ok: message.ok, message: message.message });
      waiting.delete(message.id);
      return;
    }
    onMessage(message);
  });
  return true;
}

/**
 * The sandbox's frame also posts to this window; its own client hears it. The editor's messages come from a window
 * that this page cannot name: the editor's preload hides `window.parent`.
 */
function fromOwnFrame(source: MessageEventSource | null): boolean {
  return (
    source !== null &&
    [...document.querySelectorAll("iframe")].some((frame) => frame.contentWindow === source)
  );
}

export function post(message: PageMessage): void {
  api?.postMessage(message);
}

type Asking = Extract<PageMessage, { id: number }>;
type WithoutId<T> = T extends Asking ? Omit<T, "id"> : never;

/** Posts a request; the answer says whether it was done, and if not, why. */
export function ask(message: WithoutId<Asking>): Promise<{ ok: boolean; message: string | null }> {
  const id = nextId++;
  if (api === null) {
    return Promise.resolve({ ok: false, message: "There is no host." });
  }
  return new Promise((resolve) => {
    waiting.set(id, resolve);
    post({ ...message, id } as Asking);
  });
}

export function loadState(): unknown {
  return api?.getState();
}

export function storeState(state: unknown): void {
  api?.setState(state);
}
