import { type Application, addUnder } from "../../model/index.ts";
import { defineRule } from "../rule.ts";
import type { TreeIndex } from "../tree-index.ts";
import { quote, verb } from "../words.ts";

export const applicationOrder = defineRule({
  id: "application-order",
  severity: "warning",
  description: "An application uses another one that it does not list.",
  docs: "docs/rules/application-order.md",
  otp: [
    {
      title: "Applications: the key applications of the resource file",
      url: "https://www.erlang.org/doc/system/applications.html#application-resource-file",
    },
  ],
  messages: {
    notListed: {
      severity: "warning",
      text: "{user} of the application {application} {verb} {target} of {other}, which {application} does not list in its applications. Nothing makes {other} start first, or stop last: when it is not running, {effect}. Add {other} to the applications of {application}.",
    },
  },
  options: {},
  check({ model, tree, report }) {
    if (model.applications.length < 2) return;
    const owners = new Map<string, Application[]>();
    for (const application of model.applications) {
      if (application.supervisor === null) continue;
      addUnder(owners, application.supervisor, application);
    }
    const seen = new Set<string>();
    // Whoever uses another one only when it is found has looked for that, and is prepared for finding nobody.
    const prepared = new Set<string>();
    for (const { from, to, possible } of model.edges)
      if (possible === "found" || possible === "alive") prepared.add(`${from} ${to}`);
    for (const edge of model.edges) {
      if (edge.possible === "found" || edge.possible === "alive") continue;
      if (edge.kind === "lookup" && prepared.has(`${edge.from} ${edge.to}`)) continue;
      if (edge.kind === "monitor" || edge.kind === "link") continue;
      const others = ownersOf(tree, owners, edge.to);
      const [other] = others;
      if (other === undefined) continue;
      for (const mine of ownersOf(tree, owners, edge.from)) {
        if (others.includes(mine) || seen.has(`${mine.key} ${other.key}`)) continue;
        // A list that is not fully known may hold it.
        if (listsUnknown(mine) || others.some(({ name }) => reaches(model.applications, mine, name)))
          continue;
        seen.add(`${mine.key} ${other.key}`);
        report({
          messageId: "notListed",
          data: {
            user: quote(tree.name(edge.from)),
            application: quote(mine.name),
            verb: verb(edge.kind),
            target: quote(tree.name(edge.to)),
            other: quote(other.name),
            effect:
              edge.kind === "call" || edge.kind === "start"
                ? edge.guarded
                  ? "the call fails with noproc"
                  : `the call exits with noproc and crashes ${quote(tree.name(edge.from))}`
                : edge.kind === "lookup"
                  ? "the lookup finds nothing"
                  : "the message is lost",
          },
          location: mine.location,
          related: [
            {
              message: `${quote(tree.name(edge.from))} ${verb(edge.kind)} ${quote(tree.name(edge.to))} here`,
              location: edge.location,
            },
            { message: `${quote(other.name)} is defined here`, location: other.location },
          ],
          certainty: edge.possible || others.length > 1 ? "best effort" : "exact",
          supervisor: tree.supervisor(mine.supervisor!),
          children: [edge.from, edge.to],
          demonstration:
            edge.kind === "lookup" || other.supervisor === null
              ? null
              : {
                  root: mine.key,
                  faults: [],
                  expect: `While ${quote(other.name)} does not run, ${quote(tree.name(edge.from))} finds nobody.`,
                  shows: { kind: "use fails", from: [edge.from], to: edge.to, when: "afterwards" },
                  absent: [other.supervisor],
                },
        });
      }
    }
  },
});

/** The applications in whose one tree the process runs; none when it runs in several. */
function ownersOf(
  tree: TreeIndex,
  owners: ReadonlyMap<string, Application[]>,
  key: string,
): readonly Application[] {
  const roots = new Set(tree.paths(key).map((path) => tree.root(path, key)?.key));
  const [root] = roots;
  return (roots.size === 1 && root !== undefined ? owners.get(root) : undefined) ?? [];
}

/** Is it not fully known which applications it lists? */
function listsUnknown({ unknown }: Application): boolean {
  return unknown.some(({ field }) => field === "applications");
}

/** Does an application list the other, or one that does? An unknown list in between may. */
function reaches(all: readonly Application[], from: Application, name: string): boolean {
  const seen = new Set<string>();
  const todo = [...from.dependencies];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (next === name) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    const application = all.find((each) => each.name === next);
    if (application && listsUnknown(application)) return true;
    todo.push(...(application?.dependencies ?? []));
  }
  return false;
}
