/** A line of the console belongs to whoever wrote it, also after an `await`; where that is not known, to nobody. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { analyzeOn, nodeHost } from "../../src/analysis/session/index.ts";
import { inThread, ROOT } from "./programs.ts";

const CODE = `
import { GenServer, reply, stop, Supervisor, type SupervisorSpec } from "suptree";
class Server extends GenServer {
  override async handleCall(request: { type: string }) {
    console.log("server: asked", request.type);
    if (request.type === "fail") return stop("no_mood");
    if (request.type === "slow") {
      await new Promise((done) => setTimeout(done, 20));
      console.log("server: slept");
    }
    return reply(request, "ok");
  }
}
class Client extends GenServer {
  override init() { this.send(this.self, "begin"); }
  override async handleInfo() {
    for (const type of ["quick", "slow", "fail"]) {
      try { console.log("client: got", await this.call("server", { type })); }
      catch { console.log("client: caught"); }
    }
  }
}
export class Sup extends Supervisor {
  override init(): SupervisorSpec {
    return { children: [{ id: "server", start: [Server], name: "server" }, { id: "client", start: [Client] }] };
  }
}
`;

it("belongs to whoever goes on after a reply, a sleep, a failed call", { timeout: 60_000 }, async () => {
  const base = join(ROOT, ".cache", "console-code");
  mkdirSync(base, { recursive: true });
  writeFileSync(join(base, "tree.ts"), CODE);
  const { model } = await analyzeOn([base], { host: nodeHost(), cwd: base, base });
  const { console: lines, events } = await inThread({
    base,
    file: "tree.ts",
    root: model.roots[0] ?? null,
    model,
  });
  const names = new Map<number, string>();
  for (const event of events)
    if (event.type === "child_started" && event.pid !== null) names.set(event.pid, event.child.id);
  const said = lines.map(({ pid, text }) => [pid === null ? null : names.get(pid), text]);
  expect(said).toEqual([
    ["server", "server: asked quick"],
    ["client", "client: got ok"],
    ["server", "server: asked slow"],
    ["server", "server: slept"],
    ["client", "client: got ok"],
    ["server", "server: asked fail"],
    ["client", "client: caught"],
  ]);
});
