import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { project, SHOP, suptree } from "./cli.ts";

test("text: place, message, related places, fix; exit code 1", async () => {
  const { code, out } = await suptree(project(SHOP), ["lint", "."]);
  expect(code).toBe(1);
  expect(out).toContain("src/shop-sup.ts:10:11  error  child-order\n  `api` calls `db` in its init");
  expect(out).toContain("    src/api.ts:4:11  `api` calls `db` here in init");
  expect(out).toContain("    fix (--fix): Move `db` before `api`");
  expect(out).toMatch(/\n1 error\n$/);
});

test("exit codes: 0 clean, 1 at or above the severity, 2 bad input even with findings", async () => {
  const folder = project(SHOP);
  expect((await suptree(folder, ["lint", "src/db.ts"])).code).toBe(0);
  expect((await suptree(folder, ["lint", "."])).code).toBe(1);
  expect((await suptree(folder, ["lint", ".", "--severity", "error"])).code).toBe(1);
  const lowered = await suptree(folder, ["lint", ".", "--rule", "child-order=info"]);
  expect(lowered.code).toBe(0);
  expect(lowered.out).toMatch(/\n1 info\n$/);
  const hidden = await suptree(folder, ["lint", ".", "--rule", "child-order=info", "-s", "warning"]);
  expect([hidden.code, hidden.out]).toEqual([0, "No findings (1 below warning not shown)\n"]);
  expect((await suptree(folder, ["lint", ".", "--rule", "child-order=info", "-s", "info"])).code).toBe(1);
  expect((await suptree(folder, ["lint", ".", "--rule", "child-order=off"])).out).toBe("No findings\n");
  expect((await suptree(folder, ["lint", ".", "missing"])).code).toBe(2);
});

test.each([
  [["lint"], "missing required argument"],
  [["lint", ".", "--severity", "loud"], "Allowed choices are error, warning, info, hint"],
  [["lint", ".", "--format", "xml"], "Allowed choices are text, json, sarif, github"],
  [["lint", ".", "--rule", "child-ordr=error"], "there is no rule child-ordr"],
  [["lint", ".", "--rule", "child-order=loud"], "loud is none of error, warning, info, hint, off"],
  [["lint", ".", "--rule", "child-order"], "expected RULE=SEVERITY"],
  [["lint", ".", "--rule", "overloaded-supervisor.max=1"], "it has maxChildren"],
  [["lint", ".", "--rule", "overloaded-supervisor.maxChildren=x"], "x is no number"],
  [["lint", ".", "--baseline", "none.json"], "none.json: no such file; --update-baseline makes it"],
  [["lint", ".", "--update-baseline"], "needs --baseline FILE"],
  [["lnt", "."], "Did you mean lint?"],
  [["tree", ".", "--json", "--dot"], "cannot be used with"],
  [["explain", "src/api.ts"], "expected FILE:LINE"],
  [["serve", ".", "--port", "70000"], "highest port is 65535"],
  [["serve", ".", "--port", "abc"], "Give a whole number"],
])("bad usage %j is one clear message and exit code 2", async (argv, message) => {
  const { code, out, err } = await suptree(project(SHOP), argv);
  expect(code).toBe(2);
  expect(out).toBe("");
  expect(err).toContain(message);
  expect(err).not.toContain("    at ");
});

test("files that are named alone: whom no tree reaches is said, once and only then", async () => {
  const folder = project({ ...SHOP, "src/plain.ts": "export const plain = 1;\n" });
  const said = async (...paths: string[]) => (await suptree(folder, ["lint", ...paths])).err;
  expect(await said("src/api.ts", "src/db.ts")).toBe(
    "No tree reaches src/api.ts and 1 more: only the files that were named, and what they import, were read. Name the folder to read who starts what they define.\n",
  );
  expect((await suptree(folder, ["tree", "src/db.ts"])).err).toContain("No tree reaches src/db.ts: only");
  for (const paths of [["."], ["src/shop-sup.ts"], ["src/db.ts", "src/shop-sup.ts"], ["src/plain.ts"]])
    expect([paths, await said(...paths)]).toEqual([paths, ""]);
  expect((await suptree(folder, ["lint", "src/db.ts", "-f", "json"])).err).toBe("");
});

test("json holds findings as the model describes them", async () => {
  const { out } = await suptree(project(SHOP), ["lint", ".", "--format", "json"]);
  const report = JSON.parse(out);
  expect(report).toMatchObject({ schemaVersion: 1, problems: [], known: 0, suppressed: 0 });
  expect(report.findings).toHaveLength(1);
  expect(report.findings[0]).toMatchObject({
    rule: "child-order",
    messageId: "bootFails",
    severity: "error",
    location: { file: "src/shop-sup.ts", line: 10, column: 11 },
    supervisor: "src/shop-sup.ts#ShopSup",
  });
});

test("sarif: rules, place, related places, fix", async () => {
  const { out } = await suptree(project(SHOP), ["lint", ".", "-f", "sarif"]);
  const [run] = JSON.parse(out).runs;
  const [result] = run.results;
  expect(run.tool.driver.rules[result.ruleIndex].id).toBe("child-order");
  expect(result.level).toBe("error");
  const { artifactLocation, region } = result.locations[0].physicalLocation;
  expect(artifactLocation.uri).toBe("src/shop-sup.ts");
  expect(region).toEqual({ startLine: 10, startColumn: 11, endLine: 10, endColumn: 20 });
  expect(result.relatedLocations).toHaveLength(2);
  expect(result.fixes[0].artifactChanges[0].replacements[0].insertedContent.text).toContain('id: "db"');
});

test("github: one command per finding, escaped", async () => {
  const folder = project({ "a,b:c/x.ts": "" });
  for (const [name, text] of Object.entries(SHOP))
    writeFileSync(path.join(folder, "a,b:c", path.basename(name)), text);
  const { out } = await suptree(folder, ["lint", ".", "-f", "github"]);
  expect(out).toMatch(
    /^::error file=a%2Cb%3Ac\/shop-sup\.ts,line=10,endLine=10,col=11,endColumn=20,title=suptree child-order::/,
  );
  expect(out.trimEnd().split("\n")).toHaveLength(1);
});

test("a baseline hides what was there, not what comes", async () => {
  const folder = project(SHOP);
  const written = await suptree(folder, ["lint", ".", "-b", "known.json", "--update-baseline"]);
  expect([written.code, written.err]).toEqual([0, "Wrote 1 finding to known.json.\n"]);
  const second = await suptree(folder, ["lint", ".", "-b", "known.json"]);
  expect([second.code, second.out]).toEqual([0, "No findings (1 in the baseline)\n"]);
  // Lines move; the finding stays known.
  const file = path.join(folder, "src/shop-sup.ts");
  writeFileSync(file, `// a comment\n\n${readFileSync(file, "utf8")}`);
  expect((await suptree(folder, ["lint", ".", "-b", "known.json"])).code).toBe(0);
  writeFileSync(file, readFileSync(file, "utf8").replaceAll("ShopSup", "StoreSup"));
  const renamed = await suptree(folder, ["lint", ".", "-b", "known.json"]);
  expect(renamed.code).toBe(1);
  expect(renamed.err).toContain("1 entries of known.json are no longer found");
  writeFileSync(path.join(folder, "known.json"), "{");
  const broken = await suptree(folder, ["lint", ".", "-b", "known.json"]);
  expect([broken.code, broken.err.startsWith("suptree: known.json: the baseline is not JSON")]).toEqual([
    2,
    true,
  ]);
});

test("--fix rewrites the file, keeps a byte order mark, and leaves nothing to report", async () => {
  const folder = project({ ...SHOP, "src/shop-sup.ts": `\uFEFF${SHOP["src/shop-sup.ts"]}` });
  const { code, out, err } = await suptree(folder, ["lint", ".", "--fix"]);
  expect(err).toBe("Fixed src/shop-sup.ts: Move `db` before `api`\n");
  expect([code, out]).toEqual([0, "No findings\n"]);
  const text = readFileSync(path.join(folder, "src/shop-sup.ts"), "utf8");
  expect(text.startsWith("\uFEFFimport")).toBe(true);
  expect(text.indexOf('id: "db"')).toBeLessThan(text.indexOf('id: "api"'));
});

test("suppressed findings are counted", async () => {
  const text = SHOP["src/shop-sup.ts"].replace(
    '        { id: "api"',
    "        // suptree-disable-next-line child-order\n$&",
  );
  const { code, out } = await suptree(project({ ...SHOP, "src/shop-sup.ts": text }), ["lint", "."]);
  expect([code, out]).toEqual([0, "No findings (1 suppressed by comments)\n"]);
});
