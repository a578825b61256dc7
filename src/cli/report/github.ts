/** GitHub Actions' workflow commands: findings become annotations of the pull request. */
import { type Finding, type Location, printable } from "../../model/index.ts";

const COMMANDS = { error: "error", warning: "warning", info: "notice", hint: "notice" } as const;

export function reportGithub(findings: readonly Finding[], file: (location: Location) => string): string {
  return findings
    .map(({ severity, rule, message, location }) => {
      const properties = {
        file: file(location),
        line: location.line,
        endLine: location.endLine,
        // Columns are only allowed when the range is one line.
        ...(location.line === location.endLine
          ? { col: location.column, endColumn: location.endColumn }
          : {}),
        title: `suptree ${rule}`,
      };
      const list = Object.entries(properties).map(([name, value]) => `${name}=${property(String(value))}`);
      return `::${COMMANDS[severity]} ${list.join(",")}::${data(message)}\n`;
    })
    .join("");
}

/** After `printable` there are no line ends left to be written as %0A. */
const data = (text: string): string => printable(text).replaceAll("%", "%25");
const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
