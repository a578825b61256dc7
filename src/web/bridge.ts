/**
 * Runs in the browser before the page's own script and stands in for the editor: the page finds
 * `acquireVsCodeApi` and window messages as it does there. Messages go to the server by POST and come from it as
 * a stream of events.
 */
import { type HostMessage, parsePageMessage } from "../protocol/index.ts";
import { EVENTS_PATH, MESSAGE_PATH, type ServerMessage } from "./bridge-messages.ts";
import { TOKEN_KEY } from "./key-page.ts";

interface EditorApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare global {
  interface Window {
    acquireVsCodeApi?: () => EditorApi;
  }
}

const address = new URL(window.location.href);
const token = address.searchParams.get("token") ?? "";
hideToken();
const client = crypto.randomUUID();
const STATE_KEY = `suptree ${address.pathname}`;

/** Whoever sees the address bar does not see the token; a reload finds it in the tab's memory. */
function hideToken(): void {
  try {
    sessionStorage.setItem(TOKEN_KEY, token);
  } catch {
    return; // Without storage the address must keep it.
  }
  const bare = new URL(address);
  bare.searchParams.delete("token");
  history.replaceState(history.state, "", bare);
}

/** Messages wait until the stream is open, so that no answer is lost. */
let queue: unknown[] | null = [];
/** One message at a time: the server gets them in the order in which the page sent them. */
let sending: Promise<void> = Promise.resolve();

function deliver(message: HostMessage): void {
  window.dispatchEvent(
    new MessageEvent("message", { data: message, origin: window.location.origin, source: window }),
  );
}

async function post(message: unknown): Promise<void> {
  try {
    const response = await fetch(MESSAGE_PATH, {
      method: "POST",
      headers: { "content-type": "application/json", "x-suptree-token": token, "x-suptree-client": client },
      body: JSON.stringify(message),
    });
    if (!response.ok) deliver({ type: "error", message: await response.text() });
  } catch {
    deliver({ type: "error", message: "The server does not answer. Is suptree serve still running?" });
  }
}

function enqueue(message: unknown): void {
  sending = sending.then(() => post(message));
}

/** Exports are made in the page; the browser keeps them where it keeps its downloads. */
function download(message: {
  id: number;
  name: string;
  mime: string;
  encoding: string;
  content: string;
}): void {
  const bytes =
    message.encoding === "base64"
      ? Uint8Array.from(atob(message.content), (character) => character.charCodeAt(0))
      : message.content;
  const url = URL.createObjectURL(new Blob([bytes], { type: message.mime }));
  const link = document.createElement("a");
  link.href = url;
  link.download = message.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
  deliver({ type: "done", id: message.id, ok: true, message: `${message.name} was downloaded.` });
}

window.acquireVsCodeApi = () => ({
  postMessage(raw) {
    const message = parsePageMessage(raw);
    if (message.type === "save") download(message);
    else if (queue === null) enqueue(message);
    else queue.push(message);
  },
  getState() {
    try {
      return JSON.parse(sessionStorage.getItem(STATE_KEY) ?? "null") ?? undefined;
    } catch {
      return undefined;
    }
  },
  setState(state) {
    try {
      sessionStorage.setItem(STATE_KEY, JSON.stringify(state));
    } catch {
      // Without storage, or with a state too large for it, a reload starts afresh.
    }
  },
});

const events = new EventSource(
  `${EVENTS_PATH}?token=${encodeURIComponent(token)}&client=${encodeURIComponent(client)}`,
);
events.onopen = () => {
  const waiting = queue ?? [];
  queue = null;
  for (const message of waiting) enqueue(message);
};
events.onmessage = (event: MessageEvent<string>) => {
  const message = JSON.parse(event.data) as ServerMessage;
  if (message.to === "page") deliver(message.message);
  else if (message.show === "source") showSource(message.excerpt);
  else showDialog(message.title, [element("pre", message.text)], null);
};
let lost = false;
events.onerror = () => {
  if (lost || events.readyState !== EventSource.CLOSED) return;
  lost = true;
  deliver({ type: "error", message: "The connection to suptree serve was lost. Start it again and reload." });
};

function showSource(excerpt: Extract<ServerMessage, { show: "source" }>["excerpt"]): void {
  const code = element("pre");
  excerpt.lines.forEach((text, offset) => {
    const number = excerpt.first + offset;
    const line = element("div");
    line.className = "suptree-line";
    line.toggleAttribute("data-marked", number >= excerpt.marked.from && number <= excerpt.marked.to);
    const label = element("span", String(number));
    label.className = "suptree-number";
    line.append(label, text === "" ? " " : text);
    code.append(line);
  });
  showDialog(excerpt.title, [code], excerpt.editor);
}

function showDialog(title: string, content: Node[], editor: string | null): void {
  document.querySelector("dialog.suptree-show")?.remove();
  const dialog = document.createElement("dialog");
  dialog.className = "suptree-show";
  dialog.setAttribute("aria-label", title);
  const bar = element("form");
  bar.setAttribute("method", "dialog");
  bar.append(element("strong", title));
  if (editor !== null) {
    const open = document.createElement("a");
    open.href = editor;
    open.textContent = "Open in VS Code";
    bar.append(open);
  }
  const close = element("button", "Close");
  bar.append(close);
  dialog.append(bar, ...content);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function element(name: string, text = ""): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

/** The classes that the editor would set on the body, kept in step with the system's preferences. */
function followPreferences(): void {
  const classes = (): string => {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    if (matchMedia("(prefers-contrast: more)").matches) {
      return dark ? "vscode-high-contrast" : "vscode-high-contrast vscode-high-contrast-light";
    }
    return dark ? "vscode-dark" : "vscode-light";
  };
  const auto = document.body.dataset.theme === "auto";
  const motion = matchMedia("(prefers-reduced-motion: reduce)");
  const update = () => {
    if (auto) document.body.className = classes();
    document.body.classList.toggle("vscode-reduce-motion", motion.matches);
  };
  for (const query of ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"]) {
    matchMedia(query).addEventListener("change", update);
  }
  motion.addEventListener("change", update);
  update();
}
followPreferences();
