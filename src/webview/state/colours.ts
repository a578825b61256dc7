/**
 * The page's accents, from the theme's tokens. A token may be translucent, faint on the surface that we put it on, or
 * absent: signs get 3 : 1 and texts 4.5 : 1 on the editor's background and on cards, in every theme.
 */
import { type Colour, css, over, readableOn } from "../scene/contrast.ts";

const SIGNS = 3;
const TEXT = 4.5;

/** Our name, the tokens that may give its colour, and how well it must be seen. */
const ACCENTS: readonly { name: string; tokens: readonly string[]; ratio: number }[] = [
  { name: "--running", tokens: ["testing-iconPassed", "charts-green"], ratio: SIGNS },
  { name: "--starting", tokens: ["charts-blue", "editorInfo-foreground"], ratio: SIGNS },
  { name: "--crashed", tokens: ["testing-iconFailed", "charts-red", "errorForeground"], ratio: SIGNS },
  {
    name: "--stopping",
    tokens: ["charts-orange", "charts-yellow", "editorWarning-foreground"],
    ratio: SIGNS,
  },
  { name: "--hanging", tokens: ["charts-purple", "charts-blue"], ratio: SIGNS },
  { name: "--stopped", tokens: ["descriptionForeground"], ratio: TEXT },
  { name: "--quiet", tokens: ["descriptionForeground"], ratio: TEXT },
  { name: "--link", tokens: ["charts-orange", "charts-yellow", "editorWarning-foreground"], ratio: SIGNS },
  { name: "--monitor", tokens: ["charts-purple", "charts-blue"], ratio: SIGNS },
  { name: "--message", tokens: ["charts-blue", "editorInfo-foreground"], ratio: SIGNS },
  { name: "--error", tokens: ["editorError-foreground", "errorForeground"], ratio: SIGNS },
  { name: "--warning", tokens: ["editorWarning-foreground"], ratio: SIGNS },
  { name: "--info", tokens: ["editorInfo-foreground"], ratio: SIGNS },
];

/** Sets the accents, now and whenever the editor changes the theme. */
export function watchColours(): void {
  setAccents();
  new MutationObserver(setAccents).observe(document.documentElement, {
    attributes: true,
    attributeFilter: ["style", "class"],
  });
  new MutationObserver(setAccents).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", setAccents);
}

function setAccents(): void {
  const style = getComputedStyle(document.body);
  const token = (name: string) => style.getPropertyValue(`--vscode-${name}`).trim();
  const read = painter();
  if (read === null) {
    return;
  }
  const surface = read(token("editor-background")) ?? [31, 31, 31, 1];
  const grounds = [
    surface,
    ...["editorWidget-background", "sideBar-background"].flatMap((name) => {
      const colour = read(token(name));
      return colour === null ? [] : [over(colour, surface)];
    }),
  ];
  const foreground = read(token("foreground")) ?? [204, 204, 204, 1];
  for (const { name, tokens, ratio } of ACCENTS) {
    const found = tokens.map((each) => read(token(each))).find((colour) => colour !== null) ?? foreground;
    const value = css(readableOn(found, grounds, ratio));
    // Our own change of the body's style is not to be taken for the editor's.
    if (document.body.style.getPropertyValue(name) !== value) {
      document.body.style.setProperty(name, value);
    }
  }
}

/** Reads any colour that CSS can write; null for what is none. */
function painter(): ((text: string) => Colour | null) | null {
  const canvas = document.createElement("canvas");
  canvas.width = 1;
  canvas.height = 1;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) {
    return null;
  }
  return (text) => {
    if (text === "" || !CSS.supports("color", text)) {
      return null;
    }
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = text;
    context.fillRect(0, 0, 1, 1);
    const [r = 0, g = 0, b = 0, a = 0] = context.getImageData(0, 0, 1, 1).data;
    // A colour that cannot be seen at all is none.
    return a === 0 ? null : [r, g, b, a / 255];
  };
}
