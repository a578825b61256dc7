import { expect, test } from "vitest";
import { check } from "./check.ts";

const apps = (web: string, third = "") => `
import { defineApplication, GenServer, Supervisor } from "suptree";
class Db extends GenServer {}
class StoreSup extends Supervisor {
  init() { return { children: [{ id: "db", start: [Db], name: "db" }] }; }
}
class Api extends GenServer {
  async handleCall() { await this.call("db", { type: "get" }); }
}
class WebSup extends Supervisor {
  init() { return { children: [{ id: "api", start: [Api] }] }; }
}
export const store = defineApplication({ name: "store", start: [StoreSup] });
${third}
${web}
`;

test("used, not listed", () => {
  const { findings } = check(
    "application-order",
    apps(`export const web = defineApplication({ name: "web", start: [WebSup] });
                   ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ application-order notListed`),
  );
  expect(findings[0]!.message).toContain(
    "`api` of the application `web` calls `db` of `store`, which `web` does not list in its applications",
  );
});

test("listed, listed by one that is listed, or a list that is not known: nothing", () => {
  check(
    "application-order",
    apps(`export const web = defineApplication({ name: "web", applications: [store], start: [WebSup] });`),
  );
  check(
    "application-order",
    apps(
      `export const web = defineApplication({ name: "web", applications: [base], start: [WebSup] });`,
      `export const base = defineApplication({ name: "base", applications: [store] });`,
    ),
  );
  check(
    "application-order",
    apps(`export const web = defineApplication({ name: "web", applications: more(), start: [WebSup] });`),
  );
});
