/** SARIF 2.1.0 (OASIS), for code scanning. */

import path from "node:path";
import { pathToFileURL } from "node:url";
import { type Rule, rules } from "../../lint/index.ts";
import { type Finding, type Location, printable, printableJson } from "../../model/index.ts";
import { ruleUrl } from "../urls.ts";

const LEVELS = { error: "error", warning: "warning", info: "note", hint: "note" } as const;

export function reportSarif(
  findings: readonly Finding[],
  version: string,
  file: (location: Location) => string,
): string {
  const all = Object.values<Rule>(rules);
  const physical = (location: Location) => ({
    artifactLocation: artifact(file(location)),
    region: region(location),
  });
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "suptree",
            version,
            informationUri: "https://github.com/suptree/suptree",
            rules: all.map((rule) => ({
              id: rule.id,
              shortDescription: { text: rule.description },
              helpUri: ruleUrl(rule),
              defaultConfiguration: { level: LEVELS[rule.severity] },
            })),
          },
        },
        columnKind: "utf16CodeUnits",
        results: findings.map((finding) => ({
          ruleId: finding.rule,
          ruleIndex: all.findIndex((rule) => rule.id === finding.rule),
          level: LEVELS[finding.severity],
          message: { text: plainMessage(finding.message) },
          locations: [{ physicalLocation: physical(finding.location) }],
          relatedLocations: finding.related.map(({ message, location }, index) => ({
            id: index + 1,
            message: { text: plainMessage(message) },
            physicalLocation: physical(location),
          })),
          partialFingerprints: {
            "suptree/v1": [
              finding.rule,
              finding.messageId,
              finding.supervisor ?? "",
              ...finding.children,
            ].join("|"),
          },
          fixes: finding.fixes.map((fix) => ({
            description: { text: plainMessage(fix.title) },
            artifactChanges: [...new Set(fix.edits.map((edit) => edit.location.file))].map((changed) => ({
              artifactLocation: physical(fix.edits.find((edit) => edit.location.file === changed)!.location)
                .artifactLocation,
              replacements: fix.edits
                .filter((edit) => edit.location.file === changed)
                .map((edit) => ({
                  deletedRegion: region(edit.location),
                  insertedContent: { text: edit.newText },
                })),
            })),
          })),
          properties: { certainty: finding.certainty },
        })),
      },
    ],
  };
  return `${printableJson(log)}\n`;
}

/** A URI reference; every character that means something in one is escaped. Half a surrogate pair has no spelling there. */
function artifact(file: string): { uri: string; uriBaseId?: string } {
  if (path.isAbsolute(file)) return { uri: pathToFileURL(file.toWellFormed()).href };
  const parts = file.toWellFormed().split("/").map(encodeURIComponent);
  return { uri: parts.join("/"), uriBaseId: "SRCROOT" };
}

/** SARIF reads links and placeholders in messages (3.11.5, 3.11.6): what looks like one is escaped. */
function plainMessage(text: string): string {
  const line = printable(text).replace(/\{(\d+)\}/g, "{{$1}}");
  return line.includes("](") ? line.replace(/[[\]]/g, "\\$&") : line;
}

const region = ({ line, column, endLine, endColumn }: Location) => ({
  startLine: line,
  startColumn: column,
  endLine,
  endColumn,
});
