import { expect, test } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import { lint } from "../../src/lint/index.ts";
import { check, lintFiles } from "./check.ts";

const WORKERS = `
import { GenServer, Supervisor, DynamicSupervisor, type SupervisorSpec } from "suptree";

class Db extends GenServer {
  init() {}
}
`;

test("a call in init to a sibling that starts later, with the fix that keeps comments", () => {
  const { findings, fixed } = check(
    "child-order",
    `${WORKERS}
class Api extends GenServer {
  async init() {
    await this.call("db", { type: "settings" });
  }
}

export class AppSup extends Supervisor {
  init(): SupervisorSpec {
    return {
      children: [
        // answers the world
        { id: "api", start: [Api] }, // port 8080
          ~~~~~~~~~ child-order bootFails
        { id: "db", start: [Db], name: "db" },
      ],
    };
  }
}
`,
  );
  expect(findings[0]).toMatchObject({ severity: "error", certainty: "exact" });
  expect(findings[0]!.fixes[0]!.safe).toBe(true);
  const text = fixed!.get("app.ts")!;
  expect(text).toContain(`      children: [
        { id: "db", start: [Db], name: "db" },
        // answers the world
        { id: "api", start: [Api] }, // port 8080
      ],`);
  expect(lintFiles(fixed!)).toEqual([]);
});

test("through a helper in another file", () => {
  check(
    "child-order",
    `
// file: settings.ts
import type { GenServer } from "suptree";
export async function readSettings(server: GenServer) {
  return server.call("db", { type: "settings" });
}
// file: api.ts
import { GenServer } from "suptree";
import { readSettings } from "./settings.ts";
export class Api extends GenServer {
  async init() {
    await this.load();
  }
  private async load() {
    await readSettings(this);
  }
}
// file: app.ts
${WORKERS}
import { Api } from "./api.ts";
export class AppSup extends Supervisor {
  init() {
    return {
      children: [
        { id: "api", start: [Api] },
          ~~~~~~~~~ child-order bootFails
        { id: "db", start: [Db], name: "db" },
      ],
    };
  }
}
`,
  );
});

test("nested supervisors: the grandchild is named, the child is underlined", () => {
  const { findings } = check(
    "child-order",
    `${WORKERS}
class Worker extends GenServer {
  async init() {
    await this.call("db", { type: "settings" });
  }
}
class PoolSup extends Supervisor {
  init() {
    return { children: [{ id: "worker", start: [Worker] }] };
  }
}
class StorageSup extends Supervisor {
  init() {
    return { children: [{ id: "db", start: [Db], name: "db" }] };
  }
}
export class AppSup extends Supervisor {
  init() {
    return {
      children: [
        { id: "pool", start: [PoolSup] },
          ~~~~~~~~~~ child-order bootFails
        { id: "storage", start: [StorageSup] },
      ],
    };
  }
}
`,
  );
  expect(findings[0]!.message).toContain("`worker` calls `db` in its init");
  expect(findings[0]!.message).toContain("`AppSup` starts `pool`, which it runs under, before `storage`");
});

test("a caught call does not fail the boot", () => {
  check(
    "child-order",
    `${WORKERS}
class Api extends GenServer {
  async init() {
    try {
      await this.call("db", { type: "settings" });
    } catch {}
  }
}
export class AppSup extends Supervisor {
  init() {
    return {
      children: [
        { id: "api", start: [Api] },
          ~~~~~~~~~ child-order guardedInInit
        { id: "db", start: [Db], name: "db" },
      ],
    };
  }
}
`,
  );
});

test("later use under rest_for_one; the right order next to it is silent", () => {
  check(
    "child-order",
    `${WORKERS}
class Api extends GenServer {
  async handleCall() {
    await this.call("db", { type: "get" });
  }
}
export class Wrong extends Supervisor {
  init() {
    return {
      strategy: "rest_for_one",
      children: [
        { id: "api", start: [Api] },
          ~~~~~~~~~ child-order usedLater
        { id: "db", start: [Db], name: "db" },
      ],
    };
  }
}
`,
  );
  check(
    "child-order",
    `${WORKERS}
class Api extends GenServer {
  async handleCall() {
    await this.call("db", { type: "get" });
  }
}
export class Right extends Supervisor {
  init() {
    return {
      strategy: "rest_for_one",
      children: [
        { id: "db", start: [Db], name: "db" },
        { id: "api", start: [Api] },
      ],
    };
  }
}
`,
  );
});

test("nearly: the name belongs to somebody else, or to nobody", () => {
  check(
    "child-order",
    `${WORKERS}
class Api extends GenServer {
  async init() {
    await this.call("database", { type: "settings" });
  }
}
export class AppSup extends Supervisor {
  init() {
    return {
      children: [
        { id: "api", start: [Api] },
        { id: "db", start: [Db], name: "db" },
      ],
    };
  }
}
`,
  );
});

const suppressible = (comment: string) => `${WORKERS}
class Api extends GenServer {
  async init() {
    await this.call("db", { type: "settings" });
  }
}
export class AppSup extends Supervisor {
  init() {
    return {
      children: [
        ${comment}
        { id: "api", start: [Api] },
        { id: "db", start: [Db], name: "db" },
      ],
    };
  }
}
`;

test.each([
  ["// suptree-disable-next-line child-order", 0],
  ["// suptree-disable-next-line child-order -- the boot retries", 0],
  ["/* suptree-disable-next-line overloaded-supervisor, child-order */", 0],
  ["// suptree-disable-next-line", 0],
  ["// suptree-disable-file child-order", 0],
  ["// suptree-disable-next-line overloaded-supervisor", 1],
  ["// please suptree-disable-next-line child-order", 1],
  ["// suptree-disable-next-linechild-order", 1],
])("suppression: %s leaves %i", (comment, count) => {
  const files = new Map([["app.ts", suppressible(comment)]]);
  expect(lintFiles(files)).toHaveLength(count);
});

test.each([
  ["the definition", "// suptree-disable-next-line\n{", 0],
  ["the id, which is underlined", "{\n// suptree-disable-next-line", 0],
  ["something else of it", "{ start: [Api],\n// suptree-disable-next-line\nrestart: 'permanent',", 1],
])("suppression above %s leaves %i", (_, before, count) => {
  const text = suppressible("")
    .replace('{ id: "api"', `${before}\nid: "api"`)
    .replace('"api", start: [Api]', '"api", ...{ start: [Api] }');
  const found = lintFiles(new Map([["app.ts", text]]));
  expect(found).toHaveLength(count);
});

test("actors are started without waiting, and stopped all at once: no order of theirs is wrong", () => {
  const nact = `import { dispatch, query, spawn, start } from "nact";
const system = start();
const clerk = spawn(system, async (state, message, ctx) => { dispatch(desk, { from: ctx.self }); return state; }, "clerk");
const till = spawn(system, async (state, message) => { await query(desk, (sender) => ({ sender }), 50); return state; }, "till");
const desk = spawn(system, async (state, message) => state, "desk");
`;
  const actorTs = `import { Actor, ActorSystem, type ActorRef } from "actor-ts";
class Sink extends Actor<string> { onReceive() {} }
class Reader extends Actor<string> {
  constructor(private readonly sink: () => ActorRef<string>) { super(); }
  async preStart() { await this.sink().ask("hello", 50); }
  onReceive(message: string) { this.sink().tell(message); }
}
const system = ActorSystem.create("press");
const reader = system.spawn(() => new Reader(() => sink), "reader");
const sink: ActorRef<string> = system.spawn(Sink, "sink");
`;
  for (const text of [nact, actorTs]) {
    const model = analyzeSources(new Map([["app.ts", text]]));
    const places = model.supervisors.flatMap(({ children }) => children.map(({ key }) => key));
    expect(model.edges.some(({ from, to }) => places.indexOf(from) < places.indexOf(to))).toBe(true);
    expect(lint(model).filter(({ rule }) => rule === "child-order")).toEqual([]);
  }
});
