/** SARIF 2.1.0 (OASIS), for code scanning. */

import { type Rule, rules } from "../../lint/index.ts";
import type { Finding, Location } from "../../model/index.ts";
import { ruleUrl } from "../urls.ts";

const LEVELS = { error: "error", warning: "warning", info: "note", hint: "note" } as const;

export function reportSarif(
  findings: readonly Finding[],
  version: string,
  file: (location: Location) => string,
): string {
  const all = Object.values<Rule>(rules);
  const physical = (location: Location) => ({
    artifactLocation: { uri: encodeURI(file(location)), uriBaseId: "SRCROOT" },
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
          message: { text: finding.message },
          locations: [{ physicalLocation: physical(finding.location) }],
          relatedLocations: finding.related.map(({ message, location }, index) => ({
            id: index + 1,
            message: { text: message },
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
            description: { text: fix.title },
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
  return `${JSON.stringify(log, null, 2)}\n`;
}

const region = ({ line, column, endLine, endColumn }: Location) => ({
  startLine: line,
  startColumn: column,
  endLine,
  endColumn,
});
