/** What a person does in the editor's window, by the names that its user interface shows. */
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FrameLocator, Locator, Page } from "playwright-core";
import { artifacts, root } from "../../../scripts/util/paths.ts";
import { type Frame, movingPicture } from "./moving-picture.ts";

/** A moving picture of more would be too large for a page that people read. */
const MOST_FRAMES = 16;

export class Workbench {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens the view container by its icon in the activity bar. */
  async openContainer(name: string): Promise<void> {
    const icon = this.page.locator(".activitybar").getByRole("tab", { name }).first();
    await icon.waitFor();
    if ((await icon.getAttribute("aria-selected")) !== "true") await icon.click();
  }

  /** Rows of the side bar's tree whose accessible name fits. */
  row(name: string | RegExp): Locator {
    return this.page.locator(".sidebar").getByRole("treeitem", { name });
  }

  /** The side bar's text, for empty states. */
  get sidebar(): Locator {
    return this.page.locator(".sidebar");
  }

  /**
   * Opens the quick input by its keys, writes into it, and does what is to be done there. The input closes by itself where something
   * that opens takes the focus late, as the editor's own welcome page does, and Enter does nothing before the editor has looked at what
   * was written: then a person presses the keys again.
   */
  async #inQuickInput<T>(
    keys: string,
    text: string,
    act: (rows: Locator, widget: Locator) => Promise<T>,
  ): Promise<T> {
    const widget = this.page.locator(".quick-input-widget");
    for (let left = 5; ; left--) {
      await this.page.keyboard.press(keys);
      try {
        await widget.locator("input").fill(text, { timeout: 3_000 });
        return await act(this.page.locator(".quick-input-list .monaco-list-row"), widget);
      } catch (error) {
        if (left === 0) throw error;
        await this.page.keyboard.press("Escape");
      }
    }
  }

  /** Writes into the quick input that these keys open, and accepts the first row that has `choice`, or what was written. */
  quickInput(keys: string, text: string, choice: string | null = null): Promise<void> {
    return this.#inQuickInput(keys, text, async (rows, widget) => {
      if (choice !== null) await rows.filter({ hasText: choice }).first().waitFor({ timeout: 15_000 });
      await this.page.keyboard.press("Enter");
      // A command that was chosen may ask its next question in the same widget.
      if (choice === null) await widget.waitFor({ state: "hidden", timeout: 5_000 });
    });
  }

  /** Runs a command by its title in the command palette. */
  command(title: string): Promise<void> {
    return this.quickInput("F1", `>${title}`, title);
  }

  /** Titles that the palette offers for this text. */
  paletteTitles(text: string): Promise<string[]> {
    return this.#inQuickInput("F1", `>${text}`, async (rows, widget) => {
      await rows.first().waitFor({ timeout: 15_000 });
      const titles = await rows.locator(".label-name").allTextContents();
      await this.page.keyboard.press("Escape");
      await widget.waitFor({ state: "hidden" });
      return titles;
    });
  }

  /** Opens a file of the workspace by its name. */
  async openFile(name: string): Promise<void> {
    await this.quickInput("ControlOrMeta+p", name, name);
    await this.page
      .getByRole("tab", { name: new RegExp(name.replaceAll(".", "\\.")) })
      .first()
      .waitFor();
  }

  async openProblems(): Promise<Locator> {
    const panel = this.page.locator(".markers-panel");
    if (!(await panel.isVisible())) await this.command("Problems: Focus on Problems View");
    await panel.waitFor({ state: "visible" });
    return panel;
  }

  /** The document inside the run panel: two frames deep, the sandbox's own frame not counted. */
  runFrame(): FrameLocator {
    return this.page.frameLocator("iframe.webview.ready").last().frameLocator("iframe#active-frame");
  }

  /** Keeps a screenshot; with `picture`, the README's picture too when this run makes them. */
  async screenshot(name: string, picture = false): Promise<void> {
    const folder = join(artifacts, "e2e");
    await mkdir(folder, { recursive: true });
    const file = join(folder, `${name}.png`);
    await this.page.screenshot({ path: file });
    if (picture) await this.#toDocumentation(file, `${name}.png`);
  }

  /** Keeps what is seen in the window while `act` goes on, in the run panel's frame, as a moving picture: the README's. */
  async film(name: string, act: () => Promise<void>): Promise<void> {
    const panel = await this.page.locator("iframe.webview.ready").last().boundingBox();
    if (panel === null) throw new Error("There is no run panel to be filmed.");
    const x = Math.ceil(panel.x);
    const y = Math.ceil(panel.y);
    const clip = {
      x,
      y,
      width: Math.floor(panel.x + panel.width) - x,
      height: Math.floor(panel.y + panel.height) - y,
    };
    const frames: Frame[] = [{ png: await this.page.screenshot(), x: 0, y: 0, shown: 1500 }];
    const state = { over: false };
    const acting = act().finally(() => {
      state.over = true;
    });
    while (!state.over && frames.length < MOST_FRAMES)
      frames.push({ png: await this.page.screenshot({ clip }), x, y, shown: 250 });
    await acting;
    frames.push({ png: await this.page.screenshot({ clip }), x, y, shown: 4000 });
    const different = frames.filter(({ png }, n) => n === 0 || !png.equals(frames[n - 1]?.png ?? png));
    const folder = join(artifacts, "e2e");
    await mkdir(folder, { recursive: true });
    const file = join(folder, `${name}.png`);
    await writeFile(file, movingPicture(different));
    await this.#toDocumentation(file, `${name}.png`);
  }

  async #toDocumentation(file: string, name: string): Promise<void> {
    if (process.env.SUPTREE_PICTURES !== "1") return;
    const images = join(root, "docs", "images");
    await mkdir(images, { recursive: true });
    await copyFile(file, join(images, name));
  }
}
