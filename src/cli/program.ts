/** The command line's grammar and help. */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { OUTSIDE_MODES, printableLines, WAITING_MODES } from "../model/index.ts";
import type { AttachOptions } from "./commands/attach.ts";
import type { LintCommandOptions } from "./commands/lint.ts";
import type { RecordOptions } from "./commands/record.ts";
import type { RunOptions } from "./commands/run.ts";
import type { ServeOptions } from "./commands/serve.ts";
import type { TreeOptions } from "./commands/tree.ts";
import { readConfig } from "./config.ts";
import { type FaultOption, parseFault } from "./faults.ts";
import { LEVELS } from "./findings.ts";
import { EXIT, type Io, UsageError } from "./io.ts";
import { FORMATS } from "./report/formats.ts";
import { complain } from "./say.ts";
import { version } from "./version.ts";

const collect = (value: string, before: string[]): string[] => [...before, value];

/** Milliseconds or a count: a whole number of 0 or more. */
function whole(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 0)
    throw new InvalidArgumentError("Give a whole number of 0 or more.");
  return number;
}

function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join("\n")}`;
}

const EXITS = `

Exit codes: 0 clean, 1 findings at or above the chosen severity, 2 bad usage or input.`;

/** Runs one command line (`argv` without node and the script) and says how it ended. */
export async function runProgram(argv: readonly string[], io: Io): Promise<number> {
  let code: number = EXIT.clean;
  const finish = (work: Promise<number>): Promise<void> =>
    work.then((result) => {
      code = result;
    });
  const program = build(io, finish);
  try {
    await program.parseAsync([...argv], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.clean : EXIT.usage;
    if (error instanceof UsageError) {
      complain(io, error.message);
      return EXIT.usage;
    }
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    io.err(`suptree: a defect of suptree, please report it:\n${printableLines(told)}\n`);
    return EXIT.usage;
  }
}

function build(io: Io, finish: (work: Promise<number>) => Promise<void>): Command {
  const program = new Command("suptree")
    .description("See, check and run OTP-style supervision trees written in TypeScript.")
    .version(version, "-V, --version", "print the version")
    .option(
      "--config <file>",
      "JSON with specObjects (home-made supervision libraries), exclude and testFiles (globs)",
    )
    .helpOption("-h, --help", "print this help")
    .showSuggestionAfterError(true)
    .showHelpAfterError("(--help says more)")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out(text),
      // It quotes arguments, which may be names of files.
      writeErr: (text) => io.err(printableLines(text)),
      getOutHasColors: () => io.colours.out,
      getErrHasColors: () => io.colours.err,
    })
    .addHelpText(
      "after",
      examples(
        "suptree tree .",
        "suptree lint src --format github",
        "suptree run src/app.ts#AppSup --crash db",
        "suptree serve .",
      ) + EXITS,
    );
  program.hook("preAction", async () => {
    const { config } = program.opts<{ config?: string }>();
    if (config !== undefined) io.settings = await readConfig(io, config);
  });
  addTree(program, io, finish);
  addLint(program, io, finish);
  addRun(program, io, finish);
  addServe(program, io, finish);
  addAttach(program, io, finish);
  addRecord(program, io, finish);
  addExplain(program, io, finish);
  return program;
}

type Finish = (work: Promise<number>) => Promise<void>;

function addTree(program: Command, io: Io, finish: Finish): void {
  program
    .command("tree")
    .description("Print the supervision trees of files and folders, in start order.")
    .argument("<paths...>", "files and folders")
    .addOption(
      new Option("--json", "the tree model: see schema/tree-model.schema.json").conflicts(["mermaid", "dot"]),
    )
    .addOption(new Option("--mermaid", "a Mermaid flowchart").conflicts("dot"))
    .option("--dot", "a Graphviz graph")
    .option("--all", "every child has its line, also where many are alike")
    .addHelpText(
      "after",
      examples(
        "suptree tree .",
        "suptree tree src/app.ts --json | jq '.supervisors[].name'",
        "suptree tree src --dot | dot -Tsvg > tree.svg",
      ),
    )
    .action(async (paths: string[], options: TreeOptions) => {
      const { treeCommand } = await import("./commands/tree.ts");
      await finish(treeCommand(io, paths, options));
    });
}

function addLint(program: Command, io: Io, finish: Finish): void {
  program
    .command("lint")
    .description("Check supervision trees and say what will happen at run time.")
    .argument("<paths...>", "files and folders")
    .addOption(new Option("-f, --format <format>", "how to print findings").choices(FORMATS).default("text"))
    .addOption(
      new Option(
        "-s, --severity <level>",
        "show and count findings of this severity and above (default: show all, fail from warning)",
      ).choices(LEVELS),
    )
    .option(
      "-r, --rule <rule=value>",
      "RULE=SEVERITY (or off), RULE.OPTION=NUMBER; may be repeated",
      collect,
      [],
    )
    .option("-b, --baseline <file>", "leave out the findings that this file lists")
    .option("--update-baseline", "write the present findings into the baseline file")
    .option("--fix", "apply the safe fixes to the files")
    .option("--force", "let --update-baseline overwrite a file that is no baseline")
    .addHelpText(
      "after",
      examples(
        "suptree lint .",
        "suptree lint src --fix",
        "suptree lint src --rule child-order=error --rule overloaded-supervisor.maxChildren=20",
        "suptree lint src --baseline suptree-baseline.json --update-baseline",
        "suptree lint src --format sarif > suptree.sarif",
      ) + EXITS,
    )
    .action(async (paths: string[], options: LintCommandOptions) => {
      const { lintCommand } = await import("./commands/lint.ts");
      await finish(lintCommand(io, paths, options));
    });
}

function addRun(program: Command, io: Io, finish: Finish): void {
  // One list for all kinds: faults are played in the order in which they were written.
  const faults: FaultOption[] = [];
  const fault = (kind: FaultOption["kind"]) => (value: string) => {
    faults.push(parseFault(kind, value));
    return value;
  };
  program
    .command("run")
    .description("Start a tree on a virtual clock, give it faults in order, and tell what happens.")
    .argument(
      "<tree>",
      "FILE#NAME, a supervisor or an application; a file or folder alone when it has one root",
    )
    .option("--crash <child[=reason][@ms]>", "a callback of the child raises an error", fault("crash"))
    .option("--exit <child=reason[@ms]>", "an exit signal with a reason", fault("exit"))
    .option("--kill <child[@ms]>", "the exit signal kill, which nobody can trap", fault("kill"))
    .option("--hang <child[@ms]>", "the child stops answering", fault("hang"))
    .option(
      "--code",
      "run the program itself instead of stand-ins: its code is executed by this Node, which is no sandbox",
    )
    .addOption(
      new Option("--fetch <mode>", "with --code: what the network of the program does").choices(
        OUTSIDE_MODES,
      ),
    )
    .addOption(
      new Option(
        "--waiting <mode>",
        "with --code: what becomes of its timers and of what its doubles promise",
      ).choices(WAITING_MODES),
    )
    .option(
      "--stand-in <child>",
      "with --code: runs this child's stand-in in its place; may be repeated",
      (child: string, before: string[] = []) => [...before, child],
    )
    .option("--seed <number>", "for what OTP leaves to chance", whole, 1)
    .option("--for <ms>", "virtual milliseconds to go on after the last fault", whole, 10_000)
    .option("--replay <file>", "first play the inputs of a saved run")
    .option("--save <file>", "write the run: root, seed and inputs")
    .option("--force", "let --save overwrite a file that is no saved run")
    .option("--steps", "under each incident what happened in it, step by step")
    .option("--json", "everything as JSON: the run, its sentences and its trace")
    .addHelpText(
      "after",
      `
Faults may be repeated and mixed. A fault comes at @ms of virtual time, or without one when the tree is quiet
after the fault before it. A child is an id (db), a path of ids (pool/worker-1) or the class that it starts.

Without --code nothing of the program is executed: stand-ins run. With it the module is bundled and run on the run's own clock,
timers and random numbers. What needs a machine (files, network, other programs) fails when it is used; suptree.doubles.ts
gives something in its place. Types are not checked. Use --code for programs that you trust: Node is no sandbox.` +
        examples(
          "suptree run src/app.ts#AppSup",
          "suptree run src/app.ts#AppSup --crash db --crash db@2000",
          "suptree run src/app.ts#AppSup --code --crash db",
          "suptree run src/app.ts#AppSup --exit cache=shutdown --kill pool/worker-1",
          "suptree run src/app.ts#AppSup --crash db --save crash.json",
          "suptree run src/app.ts#AppSup --replay crash.json --json",
        ) +
        "\n\nExit codes: 0 the tree runs in the end, 1 it failed to start or ended, 2 bad usage or input.",
    )
    .action(async (tree: string, options: Omit<RunOptions, "faults">) => {
      const { runCommand } = await import("./commands/run.ts");
      await finish(runCommand(io, tree, { ...options, faults }));
    });
}

function addServe(program: Command, io: Io, finish: Finish): void {
  program
    .command("serve")
    .description("Show the trees in a browser, on this machine only, and run them there.")
    .argument("[paths...]", "files and folders", ["."])
    .option("-p, --port <number>", "port on the loopback address; 0 takes a free one", whole, 0)
    .option("--open", "open the browser")
    .option("--run <file>", "open with a saved run, at the moment at which it was saved")
    .option("--code", "offer to run the program itself, in the page's sandbox; its own esbuild bundles it")
    .addHelpText("after", examples("suptree serve .", "suptree serve src --port 4100 --open"))
    .action(async (paths: string[], options: ServeOptions) => {
      const { serveCommand } = await import("./commands/serve.ts");
      await finish(serveCommand(io, paths, options));
    });
}

function addAttach(program: Command, io: Io, finish: Finish): void {
  program
    .command("attach")
    .description("See the supervision tree of a running program, and what happens in it.")
    .argument(
      "[target]",
      "HOST:PORT of a program under node --inspect (default: 127.0.0.1:9229), or the pid of a Node program",
    )
    .option("--system <name>", "which System, where the program has several")
    .addOption(
      new Option(
        "--snapshot",
        "print the tree as it is now and leave; with --json as the tree model with live facts",
      ),
    )
    .addOption(
      new Option(
        "--drift <paths...>",
        "compare with the source in these files and folders; exit code 1 where they differ",
      ).conflicts("snapshot"),
    )
    .option("--json", "each event as a line of JSON")
    .option("--messages", "messages, calls and timers as well")
    .option(
      "--source <paths...>",
      "the page shows where the running trees and this source differ, and follows its edits",
    )
    .option(
      "--hide-state <pattern>",
      "names of fields whose values are hidden, a regular expression (default: token, secret, key and the like); '' hides nothing",
    )
    .option("--all", "every child has its line, also where many are alike")
    .option("-p, --port <number>", "port of the page on the loopback address; 0 takes a free one", whole, 0)
    .option("--open", "open the page in the browser")
    .option("-y, --yes", "a pid is asked to open its inspector without another question")
    .addHelpText(
      "after",
      examples(
        "node --inspect server.js & suptree attach",
        "suptree attach 4711 --snapshot",
        "suptree attach :9229 --drift src",
      ),
    )
    .action(async (target: string | undefined, options: AttachOptions) => {
      const { attachCommand } = await import("./commands/attach.ts");
      await finish(attachCommand(io, target, options));
    });
}

function addRecord(program: Command, io: Io, finish: Finish): void {
  program
    .command("record")
    .description("Run a command, and write down what the systems of its programs do.")
    .argument("<command...>", "after --: the command and its arguments")
    .option("-o, --output <file>", "where to (default: suptree-DATE-TIME.suprec); never overwrites a file")
    .option("--messages", "messages, calls and timers as well")
    .addHelpText(
      "after",
      `
Everything that Node runs is recorded, worker threads and child processes too: each System of the library is one in the file.
Standard input and output, signals and the exit code are the command's own.` +
        examples(
          "suptree record -- node server.js",
          "suptree record -o night.suprec -- npm test",
          "suptree serve --run night.suprec",
        ),
    )
    .action(async (command: string[], options: RecordOptions) => {
      const { recordCommand } = await import("./commands/record.ts");
      await finish(recordCommand(io, command, options));
    });
}

function addExplain(program: Command, io: Io, finish: Finish): void {
  program
    .command("explain")
    .description("Say what the analysis knows about a definition, and why the rest is unknown.")
    .argument("<place>", "FILE:LINE or FILE:LINE:COLUMN")
    .addHelpText("after", examples("suptree explain src/app.ts:12", "suptree explain src/app.ts:12:7"))
    .action(async (where: string) => {
      const { explainCommand } = await import("./commands/explain.ts");
      await finish(explainCommand(io, where));
    });
}
