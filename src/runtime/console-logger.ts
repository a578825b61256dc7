/** The logger of a System that was given none: reports as OTP prints them, on standard error. */
import { describeTerm } from "./reason.ts";
import {
  type CrashReport,
  type ErrorReport,
  headlineOf,
  type LastMessage,
  type Logger,
  type Report,
} from "./reports.ts";

/** Characters of a state or message that are printed. */
const LONGEST = 1000;

/** Characters of a stack, whose errors may have messages of any length. */
const LONGEST_STACK = 10_000;

const describe = (term: unknown): string => describeTerm(term, { maxLength: LONGEST, entries: 20, depth: 4 });

function messageLine({ kind, message, from }: LastMessage): string {
  const sender = from === undefined ? "" : ` from ${from ?? "outside any process"}`;
  return `last message: ${kind} ${describe(message)}${sender}`;
}

function errorLines({ lastMessage, state }: ErrorReport): string[] {
  return [...(lastMessage === null ? [] : [messageLine(lastMessage)]), `state: ${describe(state)}`];
}

function crashLines({
  callback,
  registeredNames,
  ancestors,
  links,
  messageQueueLength,
  trapExit,
}: CrashReport): string[] {
  const lists: [string, readonly unknown[]][] = [
    ["registered as", registeredNames],
    ["ancestors", ancestors],
    ["links", links],
  ];
  return [
    ...(callback === null ? [] : [`in ${callback}`]),
    ...lists.filter(([, list]) => list.length > 0).map(([what, list]) => `${what}: ${list.join(", ")}`),
    `waiting messages: ${messageQueueLength}${trapExit ? ", traps exits" : ""}`,
  ];
}

/** A report in several lines, as {@link consoleLogger} prints it. */
export function formatReport(report: Report): string {
  const lines: string[] = [];
  let { text } = report;
  if (report.kind === "error") {
    text = headlineOf(report);
    lines.push(...errorLines(report));
  } else if (report.kind === "crash") lines.push(...crashLines(report));
  if (report.kind === "error" || report.kind === "crash") {
    const { stack } = report;
    if (stack !== null)
      lines.push(stack.length > LONGEST_STACK ? `${stack.slice(0, LONGEST_STACK)}…` : stack);
  }
  const indented = lines.map((line) => `\n  ${line.replaceAll("\n", "\n  ")}`);
  return `${new Date().toISOString()} [${report.kind}] ${text}${indented.join("")}`;
}

/**
 * Prints reports on standard error with the time: of a server that fails its last message and state, of all that fail the
 * stack. Progress is left out.
 */
export const consoleLogger: Logger = (report) => {
  if (report.kind !== "progress") console.error(formatReport(report));
};
