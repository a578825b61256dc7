/** The manifest agrees with the code, with its sentences, and with the files that it names. */
import { access, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { bundleText, collectSentences } from "../../scripts/l10n.ts";
import { withRules } from "../../scripts/manifest.ts";
import { drawScene, pictureFile, SCENES } from "../../scripts/walkthrough.ts";
import {
  COMMANDS,
  CONTEXT,
  EDITOR_RECORDING,
  EDITOR_SAVED_RUN,
  PANEL_RUN,
  VIEW_TREES,
  WALKTHROUGH,
} from "../../src/extension/ids.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const text = await readFile(join(root, "package.json"), "utf8");
const manifest = JSON.parse(text);
const { contributes } = manifest;
const sentences: Record<string, string> = JSON.parse(await readFile(join(root, "package.nls.json"), "utf8"));

interface Clause {
  when?: string;
  enablement?: string;
}

function clauses(): string[] {
  const lists: Clause[][] = [
    contributes.viewsWelcome,
    contributes.commands,
    ...Object.values<Clause[]>(contributes.menus),
  ];
  return lists
    .flat()
    .flatMap(({ when, enablement }) => [when, enablement].filter((each) => each !== undefined));
}

test("the commands are those of the code, in one category, with titles", () => {
  const commands: { command: string; category: string; title: string }[] = contributes.commands;
  expect(commands.map(({ command }) => command).sort()).toEqual(Object.values(COMMANDS).sort());
  for (const { command, category, title } of commands) {
    expect(category, command).toBe("Suptree");
    const words = sentences[title.slice(1, -1)] ?? "";
    expect(words, command).toMatch(/^[A-Z][a-z]+( ([A-Z][a-z]+|to|a))*(\.\.\.)?$/);
  }
});

test("menus name commands that exist, and context keys that are set", () => {
  const known: string[] = Object.values(COMMANDS);
  const menus = Object.values<{ command: string }[]>(contributes.menus).flat();
  for (const { command } of menus) expect(known).toContain(command);
  const keys: string[] = Object.values(CONTEXT);
  for (const clause of clauses()) {
    for (const [key] of clause.matchAll(/\bsuptree\.\w+/g)) {
      if (key !== VIEW_TREES) expect(keys, clause).toContain(key);
    }
  }
});

test("saved runs open in the editor that the code registers", () => {
  expect(contributes.customEditors.map(({ viewType }: { viewType: string }) => viewType)).toEqual([
    EDITOR_SAVED_RUN,
    EDITOR_RECORDING,
  ]);
});

test("commands that need an argument are hidden from the palette", () => {
  const palette: { command: string; when: string }[] = contributes.menus.commandPalette;
  for (const command of [COMMANDS.runFinding, COMMANDS.openSource]) {
    expect(palette.find((each) => each.command === command)?.when).toBe("false");
  }
});

test("view, panel and walkthrough have the code's ids", () => {
  expect(contributes.views.suptree[0].id).toBe(VIEW_TREES);
  expect(manifest.activationEvents).toContain(`onWebviewPanel:${PANEL_RUN}`);
  expect(`${manifest.publisher}.${manifest.name}#${contributes.walkthroughs[0].id}`).toBe(WALKTHROUGH);
});

test("nothing wakes the extension at every start", () => {
  expect(manifest.activationEvents).not.toContain("*");
  expect(manifest.activationEvents).not.toContain("onStartupFinished");
});

test("every sentence of the manifest is in package.nls.json, and none lies there unused", () => {
  const used = new Set([...text.matchAll(/"%([\w.-]+)%"/g)].map(([, key]) => key));
  expect([...used].sort()).toEqual(Object.keys(sentences).sort());
});

test("links in the welcome texts run commands that exist", () => {
  const known = new Set<string>(Object.values(COMMANDS));
  for (const [key, sentence] of Object.entries(sentences)) {
    for (const [, command = ""] of sentence.matchAll(/\(command:([\w.]+)/g)) {
      if (command.startsWith("suptree.") && command !== `${VIEW_TREES}.focus`) {
        expect(known.has(command), `${key}: ${command}`).toBe(true);
      }
    }
  }
});

test("every file that the manifest names exists", async () => {
  const files = [
    manifest.icon,
    contributes.viewsContainers.activitybar[0].icon,
    ...contributes.grammars.map(({ path }: { path: string }) => path),
    ...contributes.languages.map(({ configuration }: { configuration: string }) => configuration),
    ...contributes.walkthroughs[0].steps.map(({ media }: { media: { svg: string } }) => media.svg),
  ];
  for (const file of files) await access(join(root, file));
  for (const file of await readdir(join(root, "syntaxes"))) {
    JSON.parse(await readFile(join(root, "syntaxes", file), "utf8"));
  }
});

test("settings have a scope, an order and a description", () => {
  const properties: Record<string, { scope?: string; order?: number; markdownDescription?: string }> =
    contributes.configuration[0].properties;
  for (const [name, setting] of Object.entries(properties)) {
    expect(setting.scope, name).toMatch(/^(resource|window|application)$/);
    expect(setting.order, name).toBeTypeOf("number");
    expect(setting.markdownDescription, name).toMatch(/^%.+%$/);
  }
});

test("every lint rule can be set (node scripts/manifest.ts)", async () => {
  expect((await withRules()).manifest).toBe(text);
});

test("every sentence can be translated (node scripts/l10n.ts)", async () => {
  const bundle = await readFile(join(root, "l10n", "bundle.l10n.json"), "utf8");
  expect(bundle).toBe(bundleText(await collectSentences()));
});

test("the walkthrough's moving pictures are those of the scenes", async () => {
  const shown = contributes.walkthroughs[0].steps.map(({ media }: { media: { svg: string } }) => media.svg);
  expect(shown.sort()).toEqual(
    Object.keys(SCENES)
      .map((name) => `media/walkthrough/${name}.svg`)
      .sort(),
  );
  for (const [name, scene] of Object.entries(SCENES)) {
    const file = await readFile(pictureFile(name), "utf8");
    expect(file, "npm run pictures").toBe(drawScene(scene));
    expect(file, name).toContain("<animate");
    // The editor's page for them runs no scripts and takes no styles.
    expect(file, name).not.toMatch(/<style|<script|style=|\son\w+=/);
  }
});

test("a walkthrough's step is checked off by the lesson that its button opens, and by no other", () => {
  const steps: { id: string; description: string; completionEvents: string[] }[] =
    contributes.walkthroughs[0].steps;
  for (const { id, description, completionEvents } of steps) {
    const [, argument = ""] =
      /\(command:suptree\.openLesson\?(\S+)\)/.exec(sentences[description.slice(1, -1)] ?? "") ?? [];
    const [lesson] = JSON.parse(decodeURIComponent(argument));
    expect(completionEvents, id).toEqual([`onContext:${CONTEXT.lesson}${lesson[0]}`]);
  }
});

test("the rules' pages come along, open as previews, and lead to nothing that does not", async () => {
  const [glob] = Object.keys(contributes.configurationDefaults["workbench.editorAssociations"]);
  expect(glob).toBe(`**/${manifest.publisher}.${manifest.name}-*/docs/rules/*.md`);
  const shipped = await readFile(join(root, ".vscodeignore"), "utf8");
  expect(shipped).toContain("!docs/rules/*.md\n");
  const pages = await readdir(join(root, "docs", "rules"));
  for (const page of pages) {
    const content = await readFile(join(root, "docs", "rules", page), "utf8");
    for (const [, link = ""] of content.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (!/^(https:|#)/.test(link)) expect(pages, `${page}: ${link}`).toContain(link.replace(/#.*/, ""));
    }
  }
});
