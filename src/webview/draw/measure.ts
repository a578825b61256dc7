/** Measures text as the browser will draw it, on a canvas, once per text and font. */
import type { Measure } from "../layout/index.ts";

export interface Fonts {
  /** Ids of workers: the editor's font. */
  label: Measure;
  /** Ids of supervisors: the same, bold. */
  strong: Measure;
  /** Everything else on a card. */
  small: Measure;
}

export const LABEL_PX = 12;
export const SMALL_PX = 11;

function measureIn(context: CanvasRenderingContext2D, font: string): Measure {
  const known = new Map<string, number>();
  return (text) => {
    let width = known.get(text);
    if (width === undefined) {
      context.font = font;
      width = context.measureText(text).width;
      if (known.size > 20_000) {
        known.clear();
      }
      known.set(text, width);
    }
    return width;
  };
}

/** Fonts of the page as they are now; made anew when the theme or the font changes. */
export function pageFonts(): Fonts {
  const style = getComputedStyle(document.body);
  const editor = style.getPropertyValue("--vscode-editor-font-family").trim() || "monospace";
  const page = style.getPropertyValue("--vscode-font-family").trim() || "sans-serif";
  const context = document.createElement("canvas").getContext("2d");
  if (context === null) {
    const guess: Measure = (text) => text.length * 7.5;
    return { label: guess, strong: guess, small: guess };
  }
  return {
    label: measureIn(context, `${LABEL_PX}px ${editor}`),
    strong: measureIn(context, `600 ${LABEL_PX}px ${editor}`),
    small: measureIn(context, `${SMALL_PX}px ${page}`),
  };
}
