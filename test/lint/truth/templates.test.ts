/** Children of a template: what whoever asks gives them follows what the template gives. */
import { describe } from "vitest";
import { cases, IMPORT } from "./program.ts";

const port = (crane: string, strategy: string, start: string, ask: string, beside = ""): string => `${IMPORT}
class Yard extends GenServer { n = 0; handleCast() { this.n++; } }
class Crane extends GenServer { ${crane} }
class Cranes extends DynamicSupervisor { init() { return { child: { id: "crane", start: ${start} }, intensity: 3, period: 10 }; } }
class Hiring extends GenServer { async handleCast() { ${ask} } }
${beside}
export class Port extends Supervisor { init() { return { strategy: "${strategy}", intensity: 3, period: 10, children: [
  { id: "yard", start: [Yard], name: "yard" },
  { id: "cranes", start: [Cranes], name: "cranes" },
  { id: "hiring", start: [Hiring] },
] }; } }
`;
const keeps =
  "yard: Pid | undefined; init(yard: Pid) { this.yard = yard; } handleCast() { this.cast(this.yard, 1); }";
const keepsSecond =
  "yard: Pid | undefined; init(n: number, yard: Pid) { this.yard = yard; } handleCast() { this.cast(this.yard, 1); }";
const told = `${keeps.replace("this.yard = yard", "this.monitor(yard); this.yard = yard")} handleInfo(m) { if (m.type === "DOWN") this.exit("yard"); }`;
const find = `const yard = this.whereis("yard"); if (!yard) return;`;

describe("a pid of a sibling", () => {
  cases([
    [
      "is given to each",
      port(keeps, "one_for_one", "[Crane]", `${find} await this.startChild("cranes", [yard]);`),
      ["strategy-mismatch givenDeadPid"],
    ],
    [
      "is given behind the template's own argument",
      port(keepsSecond, "one_for_one", "[Crane, 4]", `${find} await this.startChild("cranes", [yard]);`),
      ["strategy-mismatch givenDeadPid"],
    ],
    ["is watched", port(told, "one_for_one", "[Crane]", `${find} await this.startChild("cranes", [yard]);`)],
    [
      "is kept by who falls with it",
      port(keeps, "rest_for_one", "[Crane]", `${find} await this.startChild("cranes", [yard]);`),
    ],
  ]);
});

describe("what they are given", () => {
  const lazy = `async init(lazy: boolean) { if (!lazy) await fetch("https://x.example"); }`;
  const ask = (lazy: string): string => `await this.startChild("cranes", [${lazy}]);`;
  cases([
    ["decides", port(lazy, "one_for_one", "[Crane]", ask("true"))],
    [
      "decides the other way",
      port(lazy, "one_for_one", "[Crane]", ask("false")),
      ["blocking-init holdsDynamic"],
    ],
    [
      "is not known",
      port(lazy, "one_for_one", "[Crane]", ask("Math.random() > 0.5")),
      ["blocking-init holdsDynamic?"],
    ],
    [
      "comes from several places",
      port(lazy, "one_for_one", "[Crane]", `${ask("true")} ${ask("false")}`),
      ["blocking-init holdsDynamic?"],
    ],
  ]);
});
