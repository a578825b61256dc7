import { describe, expect, it } from "vitest";
import { BODY_CLASS, type Theme, themeStyle, themeVariables } from "../../src/web/themes.ts";

const themes = Object.keys(BODY_CLASS) as Theme[];

/** Relative luminance of a `#rrggbb` colour. */
function luminance(colour: string): number {
  const channels = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
  const [r = 0, g = 0, b = 0] = channels.map((c) =>
    c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}

describe.each(themes)("theme %s", (theme) => {
  const variables = themeVariables(theme);
  const colour = (name: string) => variables[`--vscode-${name}`] ?? "";

  it("has readable text on every surface", () => {
    const least = theme.startsWith("hc") ? 7 : 4.5;
    expect(contrast(colour("foreground"), colour("editor-background"))).toBeGreaterThan(least);
    expect(contrast(colour("editorWidget-foreground"), colour("editorWidget-background"))).toBeGreaterThan(
      least,
    );
    expect(contrast(colour("button-foreground"), colour("button-background"))).toBeGreaterThan(4);
    expect(contrast(colour("textLink-foreground"), colour("editor-background"))).toBeGreaterThan(4.5);
  });

  it("has the contrast border only in high contrast", () => {
    expect("--vscode-contrastBorder" in variables).toBe(theme.startsWith("hc"));
  });

  it("keeps the meanings apart from the background", () => {
    for (const name of [
      "charts-red",
      "charts-blue",
      "charts-green",
      "charts-purple",
      "editorError-foreground",
    ]) {
      expect(contrast(colour(name), colour("editor-background")), name).toBeGreaterThan(3);
    }
  });
});

it("gives every variable a value in every theme", () => {
  const names = Object.keys(themeVariables("dark"));
  for (const theme of themes)
    expect(Object.keys(themeVariables(theme))).toEqual(expect.arrayContaining(names));
  expect(themeStyle("auto")).toContain("prefers-color-scheme:dark");
});
