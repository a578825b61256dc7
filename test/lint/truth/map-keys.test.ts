/** Pids in a map under keys that are known: each use takes the one that is under its key. */
import { app, cases } from "./program.ts";

const agent = (init: string, use: string) =>
  app(
    `class A extends GenServer {}
class B extends GenServer {}
class Agent extends GenServer {
  tools = new Map<string, Pid>();
  init() { ${init} }
  async handleCall(r: any) { ${use} return reply(r, 1); }
}`,
    `{ id: "a", start: [A], name: "a" }, { id: "b", start: [B], name: "b" }, { id: "agent", start: [Agent] }`,
  );
const BOTH = `for (const name of ["a", "b"]) { const pid = this.whereis(name); if (pid) this.tools.set(name, pid); }`;
const ONE = "strategy-mismatch keepsDeadPid";

cases([
  ["one of two is used", agent(BOTH, `const b = this.tools.get("b"); if (b) await this.call(b, 1);`), [ONE]],
  [
    "whichever is asked for",
    agent(BOTH, `const x = this.tools.get(r.tool); if (x) await this.call(x, 1);`),
    [ONE, ONE],
  ],
  [
    "all of them",
    agent(BOTH, `for (const x of this.tools.values()) await this.call(x, 1);`),
    [`${ONE}?`, `${ONE}?`],
  ],
  [
    "by a method",
    agent(BOTH, `await this.use("b");`).replace(
      "async handleCall",
      `use(name: string) { return this.call(this.tools.get(name)!, 1); } async handleCall`,
    ),
    [ONE],
  ],
  [
    "under a key that is not known",
    agent(
      `const a = this.whereis("a"); if (a) this.tools.set(process.env.A!, a); const b = this.whereis("b"); if (b) this.tools.set("b", b);`,
      `const b = this.tools.get("b"); if (b) await this.call(b, 1);`,
    ),
    [ONE, ONE],
  ],
]);
