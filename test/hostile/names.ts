/** Names that are out to act where they are shown, as ids of children, names of processes, supervisors and applications. */

export const HOSTILE = [
  "\u001b[31mred\u001b[0m\u001b]8;;http://evil.example\u0007link",
  "\u001b[2J\u001b[H\u001bc",
  "two\nlines\r\n::error::injected",
  "::set-output name=token::stolen",
  "   ::error file=a.ts,line=1::made up",
  "##[error]made up",
  "say ##vso[task.setvariable variable=x]y",
  "\ud800high",
  "low\udc00",
  "__proto__",
  "constructor",
  "toString",
  "\u202egnp.exe",
  "\u2066isolated\u2069\u061c\u200f",
  "nul\u0000nul",
  "\u009b31mC1\u0085\u0090",
  "\u2028lines\u2029",
  "\u{e0041}tags\u{e007f}",
  "[click](command:workbench.action.quit)",
  "**bold** <img src=x onerror=alert(1)><script>alert(1)</script>",
  "`code` ``` ![image](https://evil.example/x.png)",
  "a]]>b --> <!-- &lt; &#60;",
  "$(error) $(sync~spin) \\$(zap)",
  "%0A%0D%25 100%",
  "{0} {1} $\u007bx} {{2}}",
  "a|b;c,d:e",
  "'\"\\",
  "https://evil.example/",
  "a/b/../c",
  "*",
  " ",
  "x".repeat(1_000_000),
];

/** A project in which every place that takes a name has each of them. */
export function hostileProject(names: readonly string[] = HOSTILE): Record<string, string> {
  // No file of several megabytes is analysed: the long one is written once.
  const quoted = names.map((name) => (name.length > 1000 ? "LONG" : JSON.stringify(name)));
  const long = `const LONG = ${JSON.stringify(names.find((name) => name.length > 1000) ?? "")};`;
  return {
    "tree.ts": `import { GenServer, Supervisor, System, defineApplication } from "suptree";
${long}
class Worker extends GenServer { handleCall() { throw new Error("x"); } }
class Caller extends GenServer { async init() { ${quoted.map((name) => `await this.call(${name}, 1);`).join(" ")} } }
export class Top extends Supervisor {
  init() {
    return {
      strategy: "one_for_all",
      children: [
        { id: "caller", start: [Caller] },
${quoted.map((name) => `        { id: ${name}, start: [Worker], name: ${name}, restart: "permanent" },`).join("\n")}
      ],
    };
  }
}
export class Quiet extends Supervisor {
  init() {
    return {
      strategy: "rest_for_one",
      intensity: 100,
      children: [
${quoted.map((name) => `        { id: ${name}, start: [Worker], restart: "permanent" },`).join("\n")}
      ],
    };
  }
}
${quoted.map((name, n) => `export const app${n} = defineApplication({ name: ${name}, applications: [${n > 0 ? `app${n - 1}` : ""}], start: [Top] });`).join("\n")}
const system = new System();
${quoted.map((name) => `system.start(Worker, ${name});`).join("\n")}
`,
    "noex.ts": `import { Supervisor, GenServer } from "@hamicek/noex";
${long}
${quoted.map((name, n) => `export const s${n} = await Supervisor.start({ name: ${name}, strategy: ${name}, children: [{ id: ${name}, start: () => GenServer.start({}, { name: ${name} }) }, { id: ${name}, start: () => GenServer.start({}) }] });`).join("\n")}
`,
  };
}

/** Names of files, as far as Linux takes them. */
export const HOSTILE_FILES = [
  "\u001b[31mred.ts",
  "two\nlines.ts",
  "::error::a.ts",
  "##[error]b.ts",
  "\u202egnp.ts",
  "a#b?c%d&e.ts",
  "[x](command:quit).ts",
  "{0}.ts",
];
