/** What the tests read from the page's DOM. */
import type { Page } from "playwright-core";

export interface Card {
  path: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The faces of all cards, in pixels of the screen. */
export function cards(page: Page): Promise<Card[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<SVGGElement>(".card")].map((card) => {
      const box = card.querySelector(".face")!.getBoundingClientRect();
      return { path: card.dataset.path ?? "", x: box.x, y: box.y, width: box.width, height: box.height };
    }),
  );
}

export function overlapping(found: readonly Card[]): string[] {
  const pairs: string[] = [];
  for (const [i, a] of found.entries()) {
    for (const b of found.slice(i + 1)) {
      const apart =
        a.x + a.width <= b.x + 0.01 ||
        b.x + b.width <= a.x + 0.01 ||
        a.y + a.height <= b.y + 0.01 ||
        b.y + b.height <= a.y + 0.01;
      if (!apart) {
        pairs.push(`${a.path} / ${b.path}`);
      }
    }
  }
  return pairs;
}

/** Texts of cards that stick out of their card, or that lie over another text of it. */
export function badTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const bad: string[] = [];
    for (const card of document.querySelectorAll<SVGGElement>(".card")) {
      const face = card.querySelector(".face")!.getBoundingClientRect();
      const texts = [
        ...card.querySelectorAll<SVGTextElement>(
          ".inside > text, .inside > g:not(.badge):not(.question) > text",
        ),
      ]
        .map((text) => ({ text: text.textContent ?? "", box: text.getBoundingClientRect() }))
        .filter(({ text }) => text !== "");
      for (const [i, { text, box }] of texts.entries()) {
        if (box.left < face.left - 0.5 || box.right > face.right + 0.5) {
          bad.push(`${card.dataset.path}: "${text}" sticks out`);
        }
        for (const other of texts.slice(i + 1)) {
          const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
          const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
          // Line boxes of neighbouring lines touch; letters do not.
          if (across > 0.5 && down > box.height * 0.4) {
            bad.push(`${card.dataset.path}: "${text}" over "${other.text}"`);
          }
        }
      }
    }
    return bad;
  });
}

export interface FirstPicture {
  view: "diagram" | "outline" | "table" | "none";
  /** Height of the smallest label's font, in pixels of the screen. */
  smallest: number;
  /** Something lies beyond the left or right edge. */
  sideways: boolean;
}

/** How readable the tree is as it stands. */
export function firstPicture(page: Page): Promise<FirstPicture> {
  return page.evaluate(() => {
    const room = document.querySelector(".tree-room")!;
    const edge = room.getBoundingClientRect();
    const labels = [...room.querySelectorAll("text, span, td, th button")].filter(
      (element) => element.textContent?.trim() !== "" && !element.classList.contains("sr-only"),
    );
    const sizes = labels.map((element) => {
      const zoom = element instanceof SVGGraphicsElement ? (element.getScreenCTM()?.a ?? 1) : 1;
      return Number.parseFloat(getComputedStyle(element).fontSize) * zoom;
    });
    const views = ["diagram", "outline", "table"] as const;
    const places = { diagram: ".canvas", outline: ".outline", table: ".process-table" };
    return {
      view: views.find((name) => room.querySelector(places[name]) !== null) ?? "none",
      smallest: Math.min(...sizes),
      sideways: [...room.querySelectorAll(".card .face, .line-text, .line-pack")].some((element) => {
        const box = element.getBoundingClientRect();
        return box.left < edge.left - 1 || box.right > edge.right + 1;
      }),
    };
  });
}

export interface Sign {
  sign: string;
  ratio: number;
}

/** Contrast of every accent of the page against what it stands on: cards and the editor's background. */
export function signs(page: Page): Promise<Sign[]> {
  return page.evaluate(() => {
    const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true })!;
    const style = getComputedStyle(document.body);
    const paint = (under: number[], css: string) => {
      context.fillStyle = `rgb(${under.join(" ")})`;
      context.fillRect(0, 0, 1, 1);
      context.fillStyle = "rgba(0, 0, 0, 0)";
      context.fillStyle = css;
      context.fillRect(0, 0, 1, 1);
      return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const luminance = (colour: number[]) => {
      const [r = 0, g = 0, b = 0] = colour.map((value) => {
        const c = value / 255;
        return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const surface = paint([255, 255, 255], style.getPropertyValue("--vscode-editor-background"));
    const card = paint(surface, style.getPropertyValue("--vscode-editorWidget-background"));
    const names = [
      "running starting crashed stopping hanging stopped link monitor message error warning info".split(" "),
    ].flat();
    return names.flatMap((name) =>
      [surface, card].map((ground) => {
        const ink = paint(ground, style.getPropertyValue(`--${name}`));
        const [low, high] = [luminance(ink), luminance(ground)].sort((a, b) => a - b) as [number, number];
        return { sign: name, ratio: (high + 0.05) / (low + 0.05) };
      }),
    );
  });
}

export interface Contrast {
  text: string;
  ratio: number;
  large: boolean;
  where: string;
}

/** WCAG contrast of every text that is in sight against what is painted behind it. */
export function contrasts(page: Page): Promise<Contrast[]> {
  return page.evaluate(() => {
    type Colour = [number, number, number, number];
    const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true })!;
    const parse = (css: string): Colour => {
      context.clearRect(0, 0, 1, 1);
      context.fillStyle = "rgba(0,0,0,0)";
      context.fillStyle = css;
      context.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data;
      return [r!, g!, b!, a! / 255];
    };
    const over = (top: Colour, bottom: Colour): Colour => {
      const a = top[3];
      return [0, 1, 2].map((i) => top[i]! * a + bottom[i]! * (1 - a)).concat(1) as Colour;
    };
    const luminance = ([r, g, b]: Colour) => {
      const part = (value: number) => {
        const c = value / 255;
        return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
      };
      return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
    };
    const ground = (element: Element): Colour => {
      const card = element.closest(".card, .order, .seq-mark");
      const face = card?.querySelector(".face, rect");
      if (face !== null && face !== undefined) {
        return over(
          parse(getComputedStyle(face).fill),
          parse(getComputedStyle(document.body).backgroundColor),
        );
      }
      const layers: Colour[] = [];
      for (let at: Element | null = element; at !== null; at = at.parentElement) {
        layers.push(parse(getComputedStyle(at).backgroundColor));
        if (layers[layers.length - 1]![3] === 1) break;
      }
      return layers.reverse().reduce((bottom, layer) => over(layer, bottom), [255, 255, 255, 1] as Colour);
    };
    const found: { text: string; ratio: number; large: boolean; where: string }[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement;
      const text = node.textContent?.trim() ?? "";
      if (
        element === null ||
        text === "" ||
        element.closest("script, style, .sr-only, :disabled, title, option") !== null
      ) {
        continue;
      }
      const box = element.getBoundingClientRect();
      if (box.width === 0 || box.height === 0) continue;
      const style = getComputedStyle(element);
      const back = ground(element);
      const ink = over(parse(element instanceof SVGElement ? style.fill : style.color), back);
      const [light, dark] = [luminance(ink), luminance(back)].sort((a, b) => b - a) as [number, number];
      found.push({
        text: text.slice(0, 40),
        ratio: (light + 0.05) / (dark + 0.05),
        large: Number.parseFloat(style.fontSize) >= 18.66,
        where: `${element.tagName}.${element.getAttribute("class") ?? ""}`,
      });
    }
    return found;
  });
}

/**
 * What is cut off where nobody sees that something is missing: texts without an ellipsis, controls that stick out of what
 * clips them or of the window, and a page that is wider than its window. Drawings have `badTexts`.
 */
export function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const bad: string[] = [];
    const shown = (element: Element): boolean =>
      element.getClientRects().length > 0 &&
      element.closest("svg, .sr-only, option, [hidden]") === null &&
      getComputedStyle(element).visibility !== "hidden";
    const called = (element: Element): string =>
      `${element.tagName.toLowerCase()}.${[...element.classList].join(".")} "${(element.getAttribute("aria-label") ?? element.textContent ?? "").trim().slice(0, 30)}"`;
    if (document.documentElement.scrollWidth > window.innerWidth) bad.push("the page scrolls sideways");
    for (const element of document.body.querySelectorAll<HTMLElement>("*")) {
      if (!shown(element)) continue;
      const style = getComputedStyle(element);
      const ownText = [...element.childNodes].some(
        (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== "",
      );
      const control = element.matches("button, select, input, [role=tab], kbd, output");
      if (!ownText && !control) continue;
      if (element instanceof HTMLInputElement && element.placeholder !== "") {
        const context = document.createElement("canvas").getContext("2d")!;
        context.font = style.font;
        const room =
          element.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight);
        if (context.measureText(element.placeholder).width > room + 1)
          bad.push(`${called(element)}: its placeholder`);
      }
      const box = element.getBoundingClientRect();
      for (let at: HTMLElement | null = element; at !== null && at !== document.body; at = at.parentElement) {
        const over = getComputedStyle(at);
        if (at !== element && (over.overflowX === "auto" || over.overflowX === "scroll")) break;
        if (over.overflowX === "visible" && over.overflowY === "visible") continue;
        if (at === element) {
          const cut = element.scrollWidth > element.clientWidth + 1 && over.overflowX === "hidden";
          if (cut && over.textOverflow !== "ellipsis") bad.push(`${called(element)}: its text`);
          continue;
        }
        const edge = at.getBoundingClientRect();
        // Wholly out of sight is not there; partly is cut.
        const inSight =
          box.right > edge.left + 1 &&
          box.left < edge.right - 1 &&
          box.bottom > edge.top + 1 &&
          box.top < edge.bottom - 1;
        if (!inSight) break;
        const across = box.left < edge.left - 1 || box.right > edge.right + 1;
        const down = over.overflowY === "hidden" && (box.top < edge.top - 1 || box.bottom > edge.bottom + 1);
        if ((across && over.textOverflow !== "ellipsis") || down)
          bad.push(`${called(element)} by ${called(at)}`);
      }
      const scrolls = element.closest(
        ".outline, .process-table, .matrix-box, .sequence-box, .log, .inspector, .banners",
      );
      if (control && scrolls === null && (box.left < -1 || box.right > window.innerWidth + 1)) {
        bad.push(`${called(element)}: out of the window`);
      }
    }
    // What is read scrolls up and down; only a chart is as wide as it is.
    for (const element of document.querySelectorAll(
      ".outline, .process-table, .matrix-box:has(.narrow), .log, .inspector, .banners, .drift, .menu",
    )) {
      if (element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1)
        bad.push(`${called(element)}: scrolls sideways`);
    }
    // Part of a figure is another figure.
    for (const element of document.querySelectorAll(".process-row .number")) {
      if (element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1)
        bad.push(`${called(element)}: its figure`);
    }
    for (const menu of document.querySelectorAll(".menu, .popover")) {
      const box = menu.getBoundingClientRect();
      if (box.left < 0 || box.right > window.innerWidth || box.top < 0 || box.bottom > window.innerHeight)
        bad.push(`${called(menu)}: out of the window`);
      const at = document.elementFromPoint(box.right - 3, box.top + box.height / 2);
      if (at === null || !menu.contains(at)) bad.push(`${called(menu)}: covered`);
    }
    for (const head of document.querySelectorAll(".process-table th")) {
      const [cell, label] = [
        head.getBoundingClientRect(),
        head.querySelector("button")?.getBoundingClientRect(),
      ];
      if (cell.width > 0 && label !== undefined && label.right > cell.right + 1)
        bad.push(`${called(head)}: over the next`);
    }
    return [...new Set(bad)];
  });
}

/** Controls that lie over one another. */
export function overControls(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const controls = [
      ...document.querySelectorAll<HTMLElement>(
        ".toolbar button, .toolbar select, .toolbar input, .view-bar button, .tabs button",
      ),
    ].filter((element) => element.getClientRects().length > 0 && element.closest(".menu, .popover") === null);
    const named = controls.map((element) => ({
      name: element.getAttribute("aria-label") ?? element.textContent ?? "",
      box: element.getBoundingClientRect(),
    }));
    return named.flatMap((a, i) =>
      named.slice(i + 1).flatMap((b) => {
        const across = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
        const down = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
        return across > 1 && down > 1 ? [`${a.name} / ${b.name}`] : [];
      }),
    );
  });
}
