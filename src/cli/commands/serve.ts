import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import {
  experimentEdits,
  isRuleId,
  Linter,
  lint,
  rules,
  type SourceReader,
  traitsOf,
} from "../../lint/index.ts";
import type { Location } from "../../model/index.ts";
import type { PageMessage } from "../../protocol/index.ts";
import type { Analysed } from "../../web/index.ts";
import { EXIT, type ExitCode, type Io, UsageError } from "../io.ts";
import { describeProblem, load } from "../load.ts";
import { writeEdits } from "./fix.ts";

export interface ServeOptions {
  port: number;
  open?: boolean;
}

/** `suptree serve PATH...`: runs until it is interrupted. */
export async function serveCommand(
  io: Io,
  paths: readonly string[],
  options: ServeOptions,
): Promise<ExitCode> {
  if (options.port > 65_535) throw new UsageError(`--port ${options.port}: the highest port is 65535`);
  const assets = assetsFolder();
  const { startWebHost, liveProvider } = await import("../../web/index.ts");
  const { model, base, opened, sources } = await load(io, paths, { fromCwd: true });
  if (model.problems.some(({ kind }) => kind === "not_found") && model.supervisors.length === 0)
    return EXIT.usage;
  const { session } = opened;
  const linter = new Linter();
  const provider = liveProvider({
    ...opened,
    check: (current) => {
      const edited = session.takeEdited();
      return linter.lint(current, edited === undefined ? { sources } : { sources, edited }).findings;
    },
    onError: (error) =>
      io.err(
        `suptree: some changes will not be seen: ${error instanceof Error ? error.message : String(error)}\n`,
      ),
  });
  let told = new Set(model.problems.map((problem) => describeProblem(io, base, problem)));
  provider.onChange(({ model: { problems } }) => {
    const lines = new Set(problems.map((problem) => describeProblem(io, base, problem)));
    for (const line of lines) if (!told.has(line)) io.err(`${line}\n`);
    told = lines;
  });
  const host = await startWebHost({
    provider,
    assets,
    port: options.port,
    help: readHelp,
    edit: async (request) => {
      const current = { ...provider.current(), sources };
      return request.type === "applyFix" ? fixFrom(current, request) : experimentFrom(current, request);
    },
    log: (level, message) => {
      if (level !== "info") io.err(`suptree: ${message}\n`);
    },
  }).catch((error: NodeJS.ErrnoException) => {
    provider.close();
    if (error.code === "EADDRINUSE")
      throw new UsageError(`port ${options.port} is in use; --port 0 takes a free one`);
    if (error.code === "EACCES")
      throw new UsageError(`port ${options.port} may not be used; take one above 1023`);
    throw error;
  });
  io.out(`Supervision trees of ${paths.join(", ")}: ${host.url}\nCtrl+C stops.\n`);
  if (options.open) openBrowser(host.url, (message) => io.err(`suptree: ${message}\n`));
  await new Promise<void>((resolve) => {
    if (io.signal.aborted) resolve();
    else io.signal.addEventListener("abort", () => resolve(), { once: true });
  });
  await host.close();
  provider.close();
  return EXIT.clean;
}

/**
 * Applies the fix that the page names to the files. The watcher then brings the new model.
 * @throws {Error} whose message says why the files are as they were
 */
async function fixFrom(
  { model, base, sources }: Analysed & { sources: SourceReader },
  wanted: { rule: string; title: string; location: Location },
): Promise<string> {
  const { file, line, column } = wanted.location;
  const finding = lint(model, { sources }).find(
    ({ rule, location }) =>
      rule === wanted.rule && location.file === file && location.line === line && location.column === column,
  );
  const fix = finding?.fixes.find(({ title }) => title === wanted.title);
  if (!fix) throw new Error("This fix is no longer there: the files have changed.");
  const problem = await writeEdits(base, sources, fix.edits);
  if (problem !== null) throw new Error(`Not fixed: ${problem}`);
  return `Done: ${fix.title}`;
}

/**
 * Writes an order experiment of the page into the files. The watcher then brings the new model.
 * @throws {Error} whose message says why the files are as they were
 */
async function experimentFrom(
  { model, base, sources }: Analysed & { sources: SourceReader },
  wanted: Extract<PageMessage, { type: "applyExperiment" }>,
): Promise<string> {
  const supervisor = model.supervisors.find(({ key }) => key === wanted.supervisor);
  if (supervisor === undefined)
    throw new Error("This supervisor is no longer there: the files have changed.");
  const { order, strategy } = wanted;
  const edits = experimentEdits({
    supervisor,
    traits: traitsOf(model, supervisor),
    order,
    strategy,
    sources,
  });
  if (edits === null || edits.length === 0)
    throw new Error("The definition is not written in a way that this change can be made to.");
  const problem = await writeEdits(base, sources, edits);
  if (problem !== null) throw new Error(`Not written: ${problem}`);
  return `Done: ${supervisor.name}`;
}

/** `dist`, beside the bundled command line or, in a checkout, at the top of the project. */
function assetsFolder(): string {
  const here = path.dirname(fileURLToPath(import.meta.url));
  for (let folder = here; ; folder = path.dirname(folder)) {
    for (const candidate of [folder, path.join(folder, "dist")]) {
      if (existsSync(path.join(candidate, "webview.js"))) return candidate;
    }
    if (folder === path.dirname(folder)) break;
  }
  throw new UsageError("the page is not built; in a checkout, `npm run build` builds it");
}

/** The documentation page of a rule; null when it is not shipped with this installation. */
async function readHelp(rule: string): Promise<string | null> {
  if (!isRuleId(rule)) return null;
  const page = path.join(assetsFolder(), "..", rules[rule].docs);
  return readFile(page, "utf8").catch(() => null);
}

function openBrowser(url: string, complain: (message: string) => void): void {
  const [command, args] =
    process.platform === "darwin"
      ? ["open", [url]]
      : process.platform === "win32"
        ? ["cmd", ["/c", "start", "", url.replaceAll("&", "^&")]]
        : ["xdg-open", [url]];
  const child = spawn(command as string, args as string[], { stdio: "ignore", detached: true });
  child.on("error", () => complain(`no browser could be opened; open ${url}`));
  child.unref();
}
