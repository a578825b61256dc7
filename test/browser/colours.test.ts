/** The page's colours in the themes that VS Code ships: signs 3 : 1, texts 4.5 : 1, whatever a theme leaves out. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Browser } from "playwright-core";
import { ts } from "ts-morph";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cacheFolder } from "../../scripts/util/paths.ts";
import { type Theme, themeVariables } from "../../src/web/themes.ts";
import { type Bundle, buildPage, launch, open } from "./harness.ts";
import { contrasts, signs } from "./measure.ts";
import { rich } from "./models.ts";

interface Shipped {
  name: string;
  kind: Theme;
  colours: Record<string, string>;
}

const KINDS: Record<string, Theme> = {
  vs: "light",
  "vs-dark": "dark",
  "hc-black": "hc-dark",
  "hc-light": "hc-light",
};
const DEFAULTS = ["Dark Modern", "Light Modern", "High Contrast", "High Contrast Light"].flatMap((name) => [
  name,
  `Default ${name}`,
]);

/** The themes of the editor that the end-to-end tests run in. */
function shipped(): Shipped[] {
  const editor = existsSync(cacheFolder)
    ? readdirSync(cacheFolder).find((name) => name.startsWith("code-server-"))
    : undefined;
  if (editor === undefined) return [];
  const folder = join(cacheFolder, editor, "node_modules/code-server/lib/vscode/extensions");
  const found: Shipped[] = [];
  for (const name of readdirSync(folder).filter((each) => each.startsWith("theme-"))) {
    const manifest = read(join(folder, name, "package.json")) as {
      contributes?: { themes?: { id?: string; label: string; uiTheme: string; path: string }[] };
    };
    for (const theme of manifest.contributes?.themes ?? []) {
      const kind = KINDS[theme.uiTheme];
      if (kind === undefined) continue;
      found.push({ name: theme.id ?? theme.label, kind, colours: coloursOf(join(folder, name, theme.path)) });
    }
  }
  return found;
}

function coloursOf(file: string): Record<string, string> {
  const theme = read(file) as { include?: string; colors?: Record<string, string> };
  const below = theme.include === undefined ? {} : coloursOf(join(dirname(file), theme.include));
  return { ...below, ...theme.colors };
}

function read(file: string): unknown {
  return ts.parseConfigFileTextToJson(file, readFileSync(file, "utf8")).config;
}

let browser: Browser;
let built: Bundle;

beforeAll(async () => {
  built = await buildPage();
  browser = await launch();
});
afterAll(() => browser?.close());

/** What is too faint in the page with these variables on top of the theme's. */
async function faint(kind: Theme, variables: Record<string, string | null>): Promise<string[]> {
  const { model, findings } = rich();
  const opened = await open(browser, built, { model, findings, theme: kind });
  try {
    await opened.page.waitForSelector(".card");
    await opened.page.evaluate((values) => {
      for (const [name, value] of Object.entries(values)) {
        if (value === null) document.documentElement.style.setProperty(name, "initial");
        else document.documentElement.style.setProperty(name, value);
      }
    }, variables);
    await opened.page.waitForTimeout(150);
    const texts = (await contrasts(opened.page)).filter(({ ratio, large }) => ratio < (large ? 3 : 4.5));
    const marks = (await signs(opened.page)).filter(({ ratio }) => ratio < 3);
    return [
      ...texts.map(({ text, ratio, where }) => `text ${ratio.toFixed(1)} ${where} "${text}"`),
      ...marks.map(({ sign, ratio }) => `sign ${ratio.toFixed(1)} ${sign}`),
    ];
  } finally {
    await opened.close();
  }
}

const found = shipped();
const variablesOf = (theme: Shipped) =>
  Object.fromEntries(
    Object.entries(theme.colours).map(([name, value]) => [`--vscode-${name.replaceAll(".", "-")}`, value]),
  );

describe.runIf(found.length > 0)("the default themes of the editor", () => {
  for (const theme of found.filter(({ name }) => DEFAULTS.includes(name))) {
    it(theme.name, async () => {
      expect(await faint(theme.kind, variablesOf(theme))).toEqual([]);
    });
  }
});

describe.runIf(found.length > 0)("the other themes that it ships", () => {
  for (const theme of found.filter(({ name }) => !DEFAULTS.includes(name))) {
    it(`${theme.name}: what falls short is the theme's own`, async () => {
      const bad = await faint(theme.kind, variablesOf(theme));
      // A theme may choose faint texts for its own buttons and panels; signs and what we mix are ours.
      const own = bad.filter((line) => line.startsWith("sign") || /\.(quiet|small|title|line-)/.test(line));
      if (bad.length > own.length)
        console.log(`${theme.name}: ${bad.filter((line) => !own.includes(line)).join("; ")}`);
      expect(own).toEqual([]);
    });
  }
});

describe.each(Object.keys(KINDS).map((key) => KINDS[key]!))(
  "a theme like %s that leaves out or thins what we use",
  (kind) => {
    const tokens = Object.keys(themeVariables(kind)).filter((name) =>
      /charts|testing|descriptionForeground/.test(name),
    );

    it("without any chart or testing colour", async () => {
      expect(await faint(kind, Object.fromEntries(tokens.map((name) => [name, null])))).toEqual([]);
    });

    it("with translucent ones", async () => {
      const thin = Object.fromEntries(tokens.map((name) => [name, "rgba(140, 120, 60, 0.3)"]));
      expect(await faint(kind, thin)).toEqual([]);
    });
  },
);

describe.each(["dark", "light", "hc-dark", "hc-light"] as const)("in a theme like %s", (theme) => {
  it("what is chosen looks different from what is not, in every list", async () => {
    const opened = await open(browser, built, { model: rich().model, theme, width: 1400 });
    try {
      await opened.page.waitForSelector(".card");
      for (const [view, row] of [
        ["Outline", ".line"],
        ["Table", ".process-row"],
      ] as const) {
        await opened.page.getByRole("button", { name: view, exact: true }).click();
        await opened.page.locator(row).nth(2).click();
        // Neither the focus nor the pointer is on it.
        await opened.page.getByRole("searchbox").focus();
        await opened.page.mouse.move(700, 5);
        const looks = await opened.page.locator(row).evaluateAll((all) =>
          all.map((each) => {
            const { backgroundColor, outlineStyle, outlineColor } = getComputedStyle(each);
            const [, , , alpha = "1"] = backgroundColor.match(/[\d.]+/g) ?? [];
            return `${alpha === "0" ? "" : backgroundColor} ${outlineStyle === "none" ? "" : outlineColor}`;
          }),
        );
        expect(looks[2], view).not.toBe(looks[1]);
      }
    } finally {
      await opened.close();
    }
  });
});
