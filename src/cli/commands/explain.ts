import type { Explanation } from "../../analysis/index.ts";
import { painter } from "../colours.ts";
import { EXIT, type ExitCode, type Io, UsageError } from "../io.ts";
import { display, load } from "../load.ts";
import { nameOf } from "../render/describe.ts";

/** `suptree explain FILE:LINE` */
export async function explainCommand(io: Io, where: string): Promise<ExitCode> {
  const match = /^(.+?):(\d+)(?::\d+)?$/.exec(where);
  if (!match) throw new UsageError(`${where}: expected FILE:LINE, e.g. src/app.ts:12`);
  const [, file = "", digits = ""] = match;
  const line = Number(digits);
  const { explain } = await import("../../analysis/index.ts");
  const { model, base, bad, sources } = await load(io, [file]);
  if (
    bad &&
    model.problems.some((problem) => problem.kind === "not_found" || problem.kind === "unreadable")
  ) {
    return EXIT.usage;
  }
  const shown = display(io, io.cwd, file);
  const inModel = modelFile(io, base, file);
  const lines = sources.get(inModel)?.split("\n").length;
  if (lines !== undefined && (line < 1 || line > lines)) {
    throw new UsageError(`${shown} has ${lines} lines, there is no line ${line}`);
  }
  const explanations = explain(model, inModel, line);
  if (explanations.length === 0) {
    io.out(`${shown}:${line}: the analysis knows no supervisor, child, application or process here.\n`);
    return bad ? EXIT.usage : EXIT.clean;
  }
  const paint = painter(io.colours.out);
  for (const [index, explanation] of explanations.entries()) {
    // The first sentence says what it is.
    const [first = heading(explanation), ...others] = explanation.known;
    io.out(`${index > 0 ? "\n" : ""}${paint("bold", first)}\n`);
    for (const sentence of others) io.out(`  ${sentence}\n`);
    for (const { field, reason, location } of explanation.unknown) {
      const at = location ? ` (${display(io, base, location.file)}:${location.line})` : "";
      io.out(`  ${paint("yellow", `? ${field}: ${reason}`)}${paint("dim", at)}\n`);
    }
  }
  return bad ? EXIT.usage : EXIT.clean;
}

/** The file as the model names it. */
function modelFile(io: Io, base: string, file: string): string {
  return display({ ...io, cwd: base }, io.cwd, file);
}

function heading({ subject }: Explanation): string {
  switch (subject.kind) {
    case "child":
      return `Child ${nameOf(subject.child)} of ${subject.supervisor.name}`;
    case "supervisor":
      return `Supervisor ${subject.supervisor.name} (${subject.supervisor.dialect})`;
    case "application":
      return `Application ${subject.application.name}`;
    case "orphan":
      return `${subject.orphan.name}, a process outside any tree`;
  }
}
