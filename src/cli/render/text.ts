/** `suptree tree`: trees in box-drawing characters, in start order. */
import {
  type Application,
  addUnder,
  type Finding,
  type Orphan,
  orphanLinks,
  printable,
  shortened,
  startsNothing,
  type TreeModel,
  type Unknown,
} from "../../model/index.ts";
import type { Paint } from "../colours.ts";
import { LEVEL_COLOUR, tally, worst } from "../findings.ts";
import { nameOf, settings, traits } from "./describe.ts";
import { type Outline, type OutlineChild, outline } from "./outline.ts";

export interface TextOptions {
  paint: Paint;
  findings: readonly Finding[];
  /** A place as the user would write it. */
  place: (location: { file: string; line: number }) => string;
  /** Every child has its line, also where many are alike. */
  all?: boolean;
}

/** So many children in a row that differ in their ids only become three lines. */
const MOST_ALIKE = 12;

interface Drawing extends TextOptions {
  /** Findings by the key of the child or the supervisor that they are about. */
  about: ReadonlyMap<string, Finding[]>;
}

function findingsByKey(findings: readonly Finding[]): Map<string, Finding[]> {
  const out = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = finding.children[0] ?? finding.supervisor;
    if (key === null) continue;
    addUnder(out, key, finding);
  }
  return out;
}

/** The whole picture, ending in a newline; empty for an empty model. */
export function renderText(model: TreeModel, given: TextOptions): string {
  const paint: Paint = (colour, text) => given.paint(colour, printable(text));
  const options: Drawing = {
    ...given,
    paint,
    place: (at) => printable(given.place(at)),
    about: findingsByKey(given.findings),
  };
  const blocks = [
    ...applications(model, options),
    ...outline(model).map((tree) => renderTree(tree, options)),
    ...orphans(model, options),
  ];
  return blocks.length === 0 ? "" : `${blocks.join("\n\n")}\n`;
}

function applications(model: TreeModel, { paint, place }: Drawing): string[] {
  if (model.applications.length === 0) return [];
  const names = new Map(model.supervisors.map((supervisor) => [supervisor.key, supervisor.name]));
  const line = (application: Application) => {
    const top = application.supervisor === null ? null : (names.get(application.supervisor) ?? null);
    const after =
      application.dependencies.length > 0
        ? ` after ${printable(application.dependencies.map((each) => shortened(each)).join(", "))}`
        : "";
    const none = startsNothing(application)
      ? "no process of its own"
      : paint("yellow", "top supervisor unknown");
    const runs = top === null ? none : `starts ${printable(shortened(top))}`;
    return [
      `${paint("magenta", "application")} ${paint("bold", shortened(application.name))}${after}: ${runs}  ${paint("dim", place(application.location))}`,
      ...application.unknown.map((unknown) => `  ${unknownLine(unknown, paint)}`),
    ];
  };
  return [model.applications.flatMap(line).join("\n")];
}

function renderTree(tree: Outline, options: Drawing): string {
  const { paint, place } = options;
  const { supervisor } = tree;
  const head = [
    paint("bold", shortened(supervisor.name)),
    paint("cyan", settings(supervisor).join(" · ")),
    badge(options.about.get(supervisor.key) ?? [], paint),
    paint("dim", place(supervisor.location)),
  ];
  return [head.filter((part) => part !== "").join("  "), ...below(tree, "", options)].join("\n");
}

/** A line under a supervisor, with what is below it. */
interface Entry {
  head: string;
  child: OutlineChild | null;
}

/** The lines under a supervisor, each with its branch. */
function below(tree: Outline, indent: string, options: Drawing): string[] {
  const { paint } = options;
  const digits = String(Math.max(0, ...tree.children.map(({ order }) => order ?? 0))).length;
  const entries: Entry[] = [
    ...folded(tree.children, digits, options),
    ...tree.supervisor.unknown.map((each) => ({ head: unknownLine(each, paint), child: null })),
  ];
  if (entries.length === 0) {
    const what = tree.supervisor.dynamic ? "no children seen: they are started at run time" : "no children";
    return [`${indent}${paint("dim", "└─ ")}${paint("dim", what)}`];
  }
  const lines: string[] = [];
  for (const [index, { head, child }] of entries.entries()) {
    const last = index === entries.length - 1;
    const next = `${indent}${last ? "   " : paint("dim", "│  ")}`;
    lines.push(`${indent}${paint("dim", last ? "└─ " : "├─ ")}${head}`);
    if (!child) continue;
    for (const each of child.child.unknown) lines.push(`${next}${unknownLine(each, paint)}`);
    if (child.inner) lines.push(...below(child.inner, next, options));
  }
  return lines;
}

/** Of many in a row that are alike, the first, how many there are between, and the last. */
function folded(children: readonly OutlineChild[], digits: number, options: Drawing): Entry[] {
  const out: Entry[] = [];
  const line = (child: OutlineChild): Entry => ({ head: childLine(child, digits, options), child });
  for (let from = 0; from < children.length; ) {
    const kind = kindOf(children[from]!, options);
    let to = from + 1;
    while (kind !== null && to < children.length && kindOf(children[to]!, options) === kind) to++;
    const run = children.slice(from, to);
    if (options.all || run.length < MOST_ALIKE) out.push(...run.map(line));
    else {
      const more = `${" ".repeat(digits)} … ${run.length - 2} more like it (--all shows them)`;
      out.push(line(run[0]!), { head: options.paint("dim", more), child: null }, line(run.at(-1)!));
    }
    from = to;
  }
  return out;
}

/** What a child's line says beside its id; null for one with more to say. */
function kindOf(entry: OutlineChild, options: Drawing): string | null {
  const { child, inner, recursive, order } = entry;
  if (inner !== null || recursive || child.unknown.length > 0 || child.id === null) return null;
  if (options.about.has(child.key)) return null;
  return JSON.stringify([child.start.symbol, traits({ ...child, name: null }), order === null]);
}

function childLine(
  { child, order, inner, recursive }: OutlineChild,
  digits: number,
  options: Drawing,
): string {
  const { paint } = options;
  const name = nameOf(child);
  const runs = child.start.symbol;
  const about = [
    ...(options.about.get(child.key) ?? []),
    ...(inner === null ? [] : (options.about.get(inner.supervisor.key) ?? [])),
  ];
  const number = (order === null ? "*" : String(order)).padStart(digits);
  const parts = [
    `${paint("dim", number)} ${child.id === null ? paint("yellow", name) : paint("bold", name)}`,
    runs !== null && shortened(runs) !== name ? printable(shortened(runs)) : "",
    inner ? paint("cyan", settings(inner.supervisor).join(" · ")) : "",
    recursive ? paint("yellow", "starts itself again: shown above") : "",
    paint(child.restart === null ? "yellow" : "green", traits(child).join(" · ")),
    badge(about, paint),
  ];
  return parts.filter((part) => part !== "").join("  ");
}

function badge(findings: readonly Finding[], paint: Paint): string {
  const level = worst(findings);
  if (level === null) return "";
  const rules = [...new Set(findings.map((finding) => finding.rule))].join(", ");
  return paint(LEVEL_COLOUR[level], `▲ ${tally(findings)} (${rules})`);
}

function unknownLine({ field, reason }: Unknown, paint: Paint): string {
  return paint("yellow", `? ${field}: ${reason}`);
}

/** Nothing is said where code that was not read may link it. */
function linkText(orphan: Orphan, linked: boolean | null): string {
  if (linked === null) return "";
  if (!linked) return "linked to nothing";
  return orphan.linked ? "linked to what starts it" : "linked after its start";
}

function orphans(model: TreeModel, { paint, place }: Drawing): string[] {
  const all = model.orphans;
  if (all.length === 0) return [];
  const linked = orphanLinks(model);
  const lines = all.map((orphan, index) => {
    const branch = paint("dim", index === all.length - 1 ? "└─ " : "├─ ");
    const link = linkText(orphan, linked(orphan));
    const symbol =
      orphan.start.symbol && orphan.start.symbol !== orphan.name
        ? `  ${printable(shortened(orphan.start.symbol))}`
        : "";
    return `${branch}${paint("bold", shortened(orphan.name))}${symbol}${link === "" ? "" : `  ${paint("yellow", link)}`}  ${paint("dim", place(orphan.location))}`;
  });
  return [[paint("yellow", "Outside any tree"), ...lines].join("\n")];
}
