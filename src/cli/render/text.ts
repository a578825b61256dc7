/** `suptree tree`: trees in box-drawing characters, in start order. */
import type { Application, Finding, Orphan, TreeModel, Unknown } from "../../model/index.ts";
import type { Paint } from "../colours.ts";
import { LEVEL_COLOUR, tally, worst } from "../findings.ts";
import { nameOf, settings, traits } from "./describe.ts";
import { type Outline, type OutlineChild, outline } from "./outline.ts";

export interface TextOptions {
  paint: Paint;
  findings: readonly Finding[];
  /** A place as the user would write it. */
  place: (location: { file: string; line: number }) => string;
}

/** The whole picture, ending in a newline; empty for an empty model. */
export function renderText(model: TreeModel, options: TextOptions): string {
  const blocks = [
    ...applications(model, options),
    ...outline(model).map((tree) => renderTree(tree, options)),
    ...orphans(model.orphans, options),
  ];
  return blocks.length === 0 ? "" : `${blocks.join("\n\n")}\n`;
}

function applications(model: TreeModel, { paint, place }: TextOptions): string[] {
  if (model.applications.length === 0) return [];
  const names = new Map(model.supervisors.map((supervisor) => [supervisor.key, supervisor.name]));
  const line = (application: Application) => {
    const top = application.supervisor === null ? null : (names.get(application.supervisor) ?? null);
    const after = application.dependencies.length > 0 ? ` after ${application.dependencies.join(", ")}` : "";
    const runs = top === null ? paint("yellow", "top supervisor unknown") : `starts ${top}`;
    return [
      `${paint("magenta", "application")} ${paint("bold", application.name)}${after}: ${runs}  ${paint("dim", place(application.location))}`,
      ...application.unknown.map((unknown) => `  ${unknownLine(unknown, paint)}`),
    ];
  };
  return [model.applications.flatMap(line).join("\n")];
}

function renderTree(tree: Outline, options: TextOptions): string {
  const { paint, place } = options;
  const { supervisor } = tree;
  const head = [
    paint("bold", supervisor.name),
    paint("cyan", settings(supervisor).join(" · ")),
    badge(
      options.findings.filter((finding) => isAboutSupervisor(finding, supervisor.key)),
      paint,
    ),
    paint("dim", place(supervisor.location)),
  ];
  return [head.filter((part) => part !== "").join("  "), ...below(tree, "", options)].join("\n");
}

/** The lines under a supervisor, each with its branch. */
function below(tree: Outline, indent: string, options: TextOptions): string[] {
  const { paint } = options;
  const unknown = tree.supervisor.unknown.map((each) => unknownLine(each, paint));
  const entries: { head: string; inner: OutlineChild | null }[] = [
    ...tree.children.map((child) => ({ head: childLine(child, options), inner: child })),
    ...unknown.map((head) => ({ head, inner: null })),
  ];
  if (entries.length === 0) {
    const what = tree.supervisor.dynamic ? "no children seen: they are started at run time" : "no children";
    return [`${indent}${paint("dim", "└─ ")}${paint("dim", what)}`];
  }
  const lines: string[] = [];
  for (const [index, { head, inner }] of entries.entries()) {
    const last = index === entries.length - 1;
    const next = `${indent}${last ? "   " : paint("dim", "│  ")}`;
    lines.push(`${indent}${paint("dim", last ? "└─ " : "├─ ")}${head}`);
    if (!inner) continue;
    for (const each of inner.child.unknown) lines.push(`${next}${unknownLine(each, paint)}`);
    if (inner.inner) lines.push(...below(inner.inner, next, options));
  }
  return lines;
}

function childLine({ child, order, inner, recursive }: OutlineChild, options: TextOptions): string {
  const { paint } = options;
  const name = nameOf(child);
  const runs = child.start.symbol;
  const about = options.findings.filter(
    (finding) =>
      finding.children[0] === child.key ||
      (inner !== null && isAboutSupervisor(finding, inner.supervisor.key)),
  );
  const parts = [
    `${paint("dim", order === null ? "*" : String(order))} ${child.id === null ? paint("yellow", name) : paint("bold", name)}`,
    runs !== null && runs !== name ? runs : "",
    inner ? paint("cyan", settings(inner.supervisor).join(" · ")) : "",
    recursive ? paint("yellow", "starts itself again: shown above") : "",
    paint(child.restart === null ? "yellow" : "green", traits(child).join(" · ")),
    badge(about, paint),
  ];
  return parts.filter((part) => part !== "").join("  ");
}

const isAboutSupervisor = (finding: Finding, key: string): boolean =>
  finding.supervisor === key && finding.children.length === 0;

function badge(findings: readonly Finding[], paint: Paint): string {
  const level = worst(findings);
  if (level === null) return "";
  const rules = [...new Set(findings.map((finding) => finding.rule))].join(", ");
  return paint(LEVEL_COLOUR[level], `▲ ${tally(findings)} (${rules})`);
}

function unknownLine({ field, reason }: Unknown, paint: Paint): string {
  return paint("yellow", `? ${field}: ${reason}`);
}

function orphans(all: readonly Orphan[], { paint, place }: TextOptions): string[] {
  if (all.length === 0) return [];
  const lines = all.map((orphan, index) => {
    const branch = paint("dim", index === all.length - 1 ? "└─ " : "├─ ");
    const link = orphan.linked ? "linked to what starts it" : "linked to nothing";
    const symbol =
      orphan.start.symbol && orphan.start.symbol !== orphan.name ? `  ${orphan.start.symbol}` : "";
    return `${branch}${paint("bold", orphan.name)}${symbol}  ${paint("yellow", link)}  ${paint("dim", place(orphan.location))}`;
  });
  return [[paint("yellow", "Outside any tree"), ...lines].join("\n")];
}
