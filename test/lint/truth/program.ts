/** Small whole programs, and everything that the rules say about each: nothing more and nothing less. */
import { expect, test } from "vitest";
import { lintFiles } from "../check.ts";

/** A title, a program (or its files), and its findings: `rule message`, with `?` behind it for a best effort. */
export type Case = readonly [title: string, program: string, findings?: readonly string[]];

export const IMPORT = `import { defineApplication, DynamicSupervisor, GenServer, Supervisor, System, Task, processName, startOf, stop, reply, noReply, continueWith, type Pid, type Info } from "suptree";\n`;

/** A program of these classes with one supervisor over these children. */
export function app(classes: string, children: string, flags = ""): string {
  return `${IMPORT}${classes}
export class App extends Supervisor { init() { return { ${flags} children: [${children}] }; } }
`;
}

/** `// file: name` begins a file. */
function filesOf(program: string): Map<string, string> {
  const files = new Map<string, string>();
  const parts: string[] = program.split(/^\/\/ file: (\S+)\n/m);
  if (parts[0]!.trim() !== "") files.set("app.ts", parts[0]!);
  for (let i = 1; i < parts.length; i += 2) files.set(parts[i]!, parts[i + 1]!);
  return files;
}

export function findingsOf(program: string): string[] {
  const findings = lintFiles(filesOf(program));
  for (const { certainty, severity, fixes } of findings)
    if (certainty === "best effort")
      expect({ severity, fixes: fixes.length }).not.toMatchObject({ severity: "error" });
  return findings.map(
    ({ rule, messageId, certainty }) => `${rule} ${messageId}${certainty === "exact" ? "" : "?"}`,
  );
}

export function cases(all: readonly Case[]): void {
  for (const [title, program, findings = []] of all)
    test(title, () => {
      expect(findingsOf(program).sort()).toEqual([...findings].sort());
    });
}
