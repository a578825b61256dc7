/** What pages ask of the server, and what they are answered. */
import path from "node:path";
import type { OfferedPage } from "../live/index.ts";
import { type Demonstration, errorText, filesOf, locationOf, type SavedRun } from "../model/index.ts";
import { DEFAULT_SETTINGS, type PageMessage, PROTOCOL_VERSION } from "../protocol/index.ts";
import type { WebHostOptions } from "./options.ts";
import type { OpenPage } from "./pages.ts";
import { excerpt } from "./source.ts";

const NO_CODE = "This server offers stand-ins only: start it with suptree serve --code to run real code.";

type Ask<K extends PageMessage["type"]> = Extract<PageMessage, { type: K }>;

export class Conversation {
  readonly #options: WebHostOptions;
  /** Roots whose real code was chosen. */
  readonly #realCode = new Set<string>();
  /** Pages that look at the running program. */
  readonly #looking = new Map<OpenPage, OfferedPage>();
  #saved: SavedRun | null;
  #demonstration: Demonstration | null;

  constructor(options: WebHostOptions) {
    this.#options = options;
    this.#saved = options.saved ?? null;
    this.#demonstration = options.demonstration ?? null;
  }

  async react(message: PageMessage, page: OpenPage): Promise<void> {
    switch (message.type) {
      case "ready":
        return this.#begin(message, page);
      case "state":
        this.#saved = message.saved;
        return;
      case "reveal":
        return this.#reveal(message, page);
      case "selected":
        return this.#selected(message, page);
      case "help": {
        const text = await this.#options.help?.(message.rule);
        return page.send({
          to: "bridge",
          show: "text",
          title: message.rule,
          text: text ?? `There is no page about ${message.rule} here.`,
        });
      }
      case "needCode":
        return this.#needCode(message, page);
      case "mode":
        if (message.mode === "code") this.#realCode.add(message.root);
        else this.#realCode.delete(message.root);
        return;
      case "applyFix":
      case "applyExperiment":
        return this.#edit(message, page);
      case "liveWatch":
      case "liveSeek":
      case "liveRead":
      case "liveLook":
      case "liveModel":
      case "liveChoose":
      case "liveInspect":
      case "liveAllow":
      case "liveCommand": {
        const looking = this.#lookingAt(page);
        if (looking === null) return page.tell({ type: "error", message: "No program is looked at here." });
        return looking.handle(message);
      }
      case "log":
        return this.#options.log?.(message.level, message.message);
      case "alive":
      case "save": // the bridge has downloaded it
      case "runChanged":
        return;
    }
  }

  /** A page has gone. */
  leave(page: OpenPage): void {
    this.#looking.get(page)?.leave();
    this.#looking.delete(page);
  }

  /** Null where no program is looked at. */
  #lookingAt(page: OpenPage): OfferedPage | null {
    const { live } = this.#options;
    if (live === undefined) return null;
    let looking = this.#looking.get(page);
    if (looking === undefined) {
      looking = live.open(page.tell, () => {
        void this.#begin({ type: "ready", protocol: PROTOCOL_VERSION }, page).catch((error: unknown) =>
          page.tell({ type: "error", message: errorText(error) }),
        );
      });
      this.#looking.set(page, looking);
    }
    return looking;
  }

  async #begin({ protocol }: Ask<"ready">, page: OpenPage): Promise<void> {
    const { provider, code, root, seed, settings } = this.#options;
    if (protocol !== PROTOCOL_VERSION) {
      const message = "The page and the server are of different versions: reload.";
      page.tell({ type: "error", message });
      return;
    }
    const { model: own, findings } = provider.current();
    const looking = this.#lookingAt(page);
    // What runs elsewhere says by itself what it is, as soon as it is looked at: the source is there for comparing.
    const none = { ...own, supervisors: [], roots: [], applications: [], orphans: [], edges: [] };
    const model = looking === null ? own : ((await looking.model()) ?? none);
    page.tell({
      type: "init",
      protocol: PROTOCOL_VERSION,
      host: "web",
      model,
      findings,
      root: root ?? null,
      demonstration: this.#demonstration,
      realCode: [...this.#realCode],
      noCode: code === undefined ? NO_CODE : null,
      seed: seed ?? 1,
      settings: { ...DEFAULT_SETTINGS, ...settings },
      strings: {},
      saved: this.#saved,
      // The page itself knows whether it was lost: its state outlives it in the browser.
      lost: false,
      live: looking?.program ?? null,
    });
    // Played once; a reload continues where the page was.
    this.#demonstration = null;
    code?.warm();
  }

  async #reveal({ location }: Ask<"reveal">, page: OpenPage): Promise<void> {
    const { provider, code } = this.#options;
    const { model, findings, base, within = [base] } = provider.current();
    try {
      const bundled = code?.inputs.has(path.resolve(base, location.file)) === true;
      if (!bundled && !filesOf(model, findings).has(location.file))
        throw new Error(`${location.file} is not part of the trees.`);
      page.send({ to: "bridge", show: "source", excerpt: await excerpt(base, within, location) });
    } catch (error) {
      page.tell({ type: "error", message: errorText(error) });
    }
  }

  async #selected({ key }: Ask<"selected">, page: OpenPage): Promise<void> {
    const { model, base, within = [base] } = this.#options.provider.current();
    const location = locationOf(model, key);
    if (location === null) return;
    try {
      page.tell({ type: "excerpt", key, excerpt: await excerpt(base, within, location) });
    } catch (error) {
      this.#options.log?.("info", errorText(error));
    }
  }

  async #needCode({ id, root }: Ask<"needCode">, page: OpenPage): Promise<void> {
    const { provider, code } = this.#options;
    const refused = { script: null, notes: [], problems: [{ message: NO_CODE, location: null, chain: [] }] };
    const answer = (await code?.codeFor(provider.current().model, root)) ?? refused;
    page.tell({ type: "code", id, code: answer });
  }

  async #edit(message: Ask<"applyFix" | "applyExperiment">, page: OpenPage): Promise<void> {
    const { id } = message;
    const { edit } = this.#options;
    try {
      if (edit === undefined) throw new Error("This page only shows. Open the folder in VS Code.");
      page.tell({ type: "done", id, ok: true, message: await edit(message) });
    } catch (error) {
      page.tell({ type: "done", id, ok: false, message: errorText(error) });
    }
  }
}
