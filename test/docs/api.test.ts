/** The API reference is the docstrings': complete and up to date. */
import { describe, expect, it } from "vitest";
import { generateApiDocs, outdatedPages } from "../../scripts/api-docs.ts";

describe("the API reference", () => {
  const { pages, undocumented } = generateApiDocs();

  it("covers the entry point", () => {
    const text = [...pages.values()].join("\n");
    for (const name of ["GenServer", "Supervisor", "DynamicSupervisor", "System", "Registry", "TraceEvent"]) {
      expect(text).toContain(`## ${name}\n`);
    }
  });

  it("has a docstring for every export and every public member", () => {
    expect(undocumented).toEqual([]);
  });

  it("is up to date: run node scripts/api-docs.ts", () => {
    expect(outdatedPages(pages)).toEqual([]);
  });
});
