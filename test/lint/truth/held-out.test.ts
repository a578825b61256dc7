/**
 * Programs as strangers write them, half of them with a smell planted, judged by hand: see `programs/*.txt`. Each begins with
 * `=== title` and has behind `---` all that the rules say about it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { describe } from "vitest";
import { type Case, cases, IMPORT } from "./program.ts";

const folder = new URL("./programs/", import.meta.url);

function programsIn(text: string): Case[] {
  return text
    .split(/^=== /m)
    .slice(1)
    .map((part): Case => {
      const [title, says, ...lines] = part.split("\n") as [string, string, ...string[]];
      const code = lines.join("\n");
      const findings = says
        .slice("---".length)
        .split(";")
        .map((finding) => finding.trim());
      return [
        title,
        code.startsWith("// file:") || /from "(?:suptree|@hamicek)/.test(code) ? code : IMPORT + code,
        findings.filter(Boolean),
      ];
    });
}

for (const file of readdirSync(folder).sort())
  describe(file.replace(".txt", ""), () => cases(programsIn(readFileSync(new URL(file, folder), "utf8"))));
