/** What must hold of every model, whatever the input was. */
import { readFileSync } from "node:fs";
import Ajv from "ajv/dist/2020.js";
import { expect } from "vitest";
import type { Location, TreeModel } from "../../src/model/index.ts";

const schema = JSON.parse(
  readFileSync(new URL("../../schema/tree-model.schema.json", import.meta.url), "utf8"),
) as object;
const validate = new Ajv({ allErrors: false, strict: false, validateFormats: false }).compile(schema);

/** Fails with the first thing that is wrong; `texts` are the sources by path in the model. */
export function expectValid(model: TreeModel, texts: ReadonlyMap<string, string>): void {
  if (!validate(model)) expect.fail(`not valid: ${JSON.stringify(validate.errors?.slice(0, 3))}`);
  const internal = model.problems.find(({ kind }) => kind === "internal");
  if (internal !== undefined) expect.fail(`a defect was survived: ${internal.message}`);
  for (const { message, file } of model.problems)
    if (message.includes("cannot be analysed")) expect.fail(`a defect was survived in ${file}: ${message}`);

  const supervisors = new Set(model.supervisors.map(({ key }) => key));
  const keys = new Set<string>(supervisors);
  if (supervisors.size !== model.supervisors.length) expect.fail("two supervisors have one key");
  for (const supervisor of model.supervisors) {
    place(supervisor.location, texts);
    for (const child of supervisor.children) {
      if (keys.has(child.key)) expect.fail(`two things have the key ${child.key}`);
      keys.add(child.key);
      place(child.location, texts);
      if (child.supervisor !== null && !supervisors.has(child.supervisor))
        expect.fail(`${child.key} is the supervisor ${child.supervisor}, which is not there`);
    }
  }
  for (const orphan of model.orphans) {
    keys.add(orphan.key);
    place(orphan.location, texts);
  }
  for (const root of model.roots) if (!supervisors.has(root)) expect.fail(`the root ${root} is not there`);
  for (const application of model.applications) {
    if (application.supervisor !== null && !supervisors.has(application.supervisor))
      expect.fail(`the application ${application.name} starts ${application.supervisor}, which is not there`);
  }
  for (const { from, to } of model.edges) {
    if (!keys.has(from)) expect.fail(`an edge comes from ${from}, which is not there`);
    if (!keys.has(to)) expect.fail(`an edge leads to ${to}, which is not there`);
  }
}

function place(
  { file, line, column, endLine, endColumn }: Location,
  texts: ReadonlyMap<string, string>,
): void {
  const text = texts.get(file);
  if (text === undefined) expect.fail(`a location is in ${file}, which is not there`);
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/).length;
  const inside =
    line >= 1 &&
    column >= 1 &&
    (endLine > line || (endLine === line && endColumn >= column)) &&
    endLine <= lines;
  if (!inside)
    expect.fail(`${file}:${line}:${column}-${endLine}:${endColumn} is not in a file of ${lines} lines`);
}
