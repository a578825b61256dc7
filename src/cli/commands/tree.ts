import { lint } from "../../lint/index.ts";
import { printable, printableJson } from "../../model/index.ts";
import { painter } from "../colours.ts";
import { tally } from "../findings.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { display, load, noteNotRead } from "../load.ts";
import { renderDot } from "../render/dot.ts";
import { renderMermaid } from "../render/mermaid.ts";
import { renderText } from "../render/text.ts";
import { note } from "../say.ts";

export interface TreeOptions {
  json?: boolean;
  mermaid?: boolean;
  dot?: boolean;
  all?: boolean;
}

/** `suptree tree PATH...` */
export async function treeCommand(io: Io, paths: readonly string[], options: TreeOptions): Promise<ExitCode> {
  const loaded = await load(io, paths);
  const { model, base, sources, bad } = loaded;
  const code = bad ? EXIT.usage : EXIT.clean;
  if (options.json) {
    io.out(`${printableJson(model)}\n`);
    return code;
  }
  if (options.mermaid || options.dot) {
    io.out(options.mermaid ? renderMermaid(model) : renderDot(model));
    return code;
  }
  const paint = painter(io.colours.out);
  const findings = lint(model, { sources, fixes: false });
  await noteNotRead(io, loaded);
  const text = renderText(model, {
    paint,
    findings,
    all: options.all === true,
    place: ({ file, line }) => `${display(io, base, file)}:${line}`,
  });
  if (text === "") {
    note(io, `No supervisors found in ${paths.join(", ")}`);
    return code;
  }
  io.out(text);
  if (findings.length > 0) io.out(`\n${printable(`${tally(findings)}: suptree lint ${paths.join(" ")}`)}\n`);
  return code;
}
