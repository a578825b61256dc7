import { existsSync, statSync } from "node:fs";
import path from "node:path";
import type { ExplainedField, Explanation } from "../../analysis/index.ts";
import type { AnalysisSession, Recognition } from "../../analysis/session/index.ts";
import { printable, type Unknown } from "../../model/index.ts";
import { type Paint, painter } from "../colours.ts";
import { EXIT, type ExitCode, type Io, UsageError } from "../io.ts";
import { display, load } from "../load.ts";

/** `suptree explain FILE:LINE[:COLUMN]` */
export async function explainCommand(io: Io, where: string): Promise<ExitCode> {
  const match = /^(.+?):(\d+)(?::(\d+))?$/s.exec(where);
  if (!match) throw new UsageError(`${where}: expected FILE:LINE or FILE:LINE:COLUMN, e.g. src/app.ts:12`);
  const [, file = "", digits = "", columns] = match;
  const line = Number(digits);
  if (statSync(path.resolve(io.cwd, file), { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`${file} is a folder; name a file and a line, e.g. ${file}/app.ts:12`);
  const { explain, nearest } = await import("../../analysis/index.ts");
  // Who starts it and who uses it may stand in any file of the project.
  const project = projectOf(path.resolve(io.cwd, file));
  const { model, base, bad, sources, opened } = await load(io, project === null ? [file] : [project, file], {
    about: file,
  });
  const shown = display(io, io.cwd, file);
  const inModel = display({ ...io, cwd: base }, io.cwd, file);
  const kinds = new Set(model.problems.filter((each) => each.file === inModel).map(({ kind }) => kind));
  if (kinds.has("not_found") || kinds.has("unreadable")) return EXIT.usage;
  const lines = sources.get(inModel)?.split(/\r\n|\n|\r/);
  if (lines !== undefined && (line < 1 || line > lines.length))
    throw new UsageError(`${shown} has ${lines.length} lines, there is no line ${line}`);
  const code = bad ? EXIT.usage : EXIT.clean;
  const place = ({ file: of, line: at }: { file: string; line: number }): string =>
    `${display(io, base, of)}:${at}`;
  const found = explain(model, inModel, line, {
    place,
    ...(columns === undefined ? {} : { column: Number(columns) }),
  });
  if (found.length === 0) {
    const near = nearest(model, inModel, line);
    const why =
      near !== undefined
        ? `The nearest is the ${near.title}: suptree explain ${shown}:${near.location.line}`
        : "Nothing in this file is one, as far as the analysis can tell: see docs/dialects for what it recognises.";
    const none = `${shown}:${line}: no supervisor, child, application or process is defined here. ${why}`;
    io.out(`${printable(none)}\n`);
    return code;
  }
  const paint = painter(io.colours.out);
  const blocks: string[] = [];
  for (const explanation of found)
    blocks.push(await render(explanation, opened.session, { io, base, paint, place, sources }));
  io.out(blocks.join("\n"));
  return code;
}

/** The folder whose files may have to do with this one; null when nothing tells where a project begins. */
function projectOf(file: string): string | null {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    if (
      ["tsconfig.json", "jsconfig.json", "package.json", ".git"].some((name) =>
        existsSync(path.join(folder, name)),
      )
    )
      return folder;
    if (folder === path.dirname(folder)) return null;
  }
}

interface Context {
  io: Io;
  base: string;
  paint: Paint;
  place(location: { file: string; line: number }): string;
  sources: { get(file: string): string | undefined };
}

async function render(
  { title, location, dialect, fields, facts, unknown }: Explanation,
  session: AnalysisSession,
  context: Context,
): Promise<string> {
  const { paint, place } = context;
  const out = [`${paint("bold", printable(title))}  ${paint("dim", printable(place(location)))}`];
  const recognition = recognised(await session.recognition(location.file, dialect), context);
  if (dialect !== null) out.push(`  recognised as ${printable(dialect + recognition)}`);
  else if (recognition !== "") out.push(`  recognised${printable(recognition)}`);
  const width = Math.max(...fields.map(({ name }) => name.length), 0);
  for (const each of fields) out.push(`  ${fieldLine(each, width, dialect ?? "", context)}`);
  for (const fact of facts) out.push(`  ${printable(fact)}`);
  for (const each of unknown) out.push(`  ${unknownLine(each, context)}`);
  return `${out.join("\n")}\n`;
}

function fieldLine(
  { name, value, from, reason, location }: ExplainedField,
  width: number,
  dialect: string,
  context: Context,
): string {
  const { paint } = context;
  const label = name.padEnd(width);
  if (value === null)
    return paint("yellow", `${label}  ? ${printable(reason ?? "")}`) + at(location, context);
  const origin = from === "default" ? `  (default of ${printable(dialect)})` : "";
  return `${label}  ${printable(value)}${paint("dim", origin)}`;
}

function unknownLine({ field, reason, location }: Unknown, context: Context): string {
  return context.paint("yellow", printable(`? ${field}: ${reason}`)) + at(location, context);
}

function at(location: Unknown["location"], { paint, place }: Context): string {
  return location === undefined ? "" : paint("dim", ` (${printable(place(location))})`);
}

/** `: src/a.ts:1 imports "./otp", which imports "suptree"`. */
function recognised(recognition: Recognition | null, { place, sources }: Context): string {
  if (recognition === null) return "";
  const { imports, library } = recognition;
  if (imports.length === 0) return `: the file belongs to ${library} itself`;
  const steps = imports.map(({ file, specifier }, n) => {
    const line = lineOf(sources.get(file), specifier);
    return n === 0
      ? `${place({ file, line })} imports ${JSON.stringify(specifier)}`
      : `which imports ${JSON.stringify(specifier)} (${place({ file, line })})`;
  });
  const last = imports.at(-1)?.specifier;
  const leads = last === library || last?.startsWith(`${library}/`) ? "" : `, which is ${library}`;
  return `: ${steps.join(", ")}${leads}`;
}

/** Where a module is named first; 1 when it is not seen. */
function lineOf(text: string | undefined, specifier: string): number {
  const lines = text?.split(/\r\n|\n|\r/) ?? [];
  const index = lines.findIndex((line) => line.includes(`"${specifier}"`) || line.includes(`'${specifier}'`));
  return Math.max(0, index) + 1;
}
