import {
  type Call,
  defineApplication,
  GenServer,
  type Info,
  type Protocol,
  processName,
  reply,
  Supervisor,
  type SupervisorSpec,
} from "suptree";

interface MnesiaProtocol extends Protocol {
  calls:
    | Call<{ type: "create_table"; name: string }, "ok" | "already_exists">
    | Call<{ type: "read"; table: string; key: string }, string | undefined>
    | Call<{ type: "write"; table: string; key: string; value: string }, "ok">;
  infos: { type: "act_weird" };
}

export const MNESIA = processName<Mnesia>("mnesia");

/** Tables in memory, made before anybody uses them. */
export class Mnesia extends GenServer<MnesiaProtocol> {
  private readonly tables = new Map<string, Map<string, string>>();

  override handleCall(request: MnesiaProtocol["calls"]) {
    switch (request.type) {
      case "create_table":
        if (this.tables.has(request.name)) return reply(request, "already_exists");
        this.tables.set(request.name, new Map());
        return reply(request, "ok");
      case "read":
        return reply(request, this.table(request.table).get(request.key));
      case "write":
        this.table(request.table).set(request.key, request.value);
        return reply(request, "ok");
    }
  }

  override handleInfo(message: Info<MnesiaProtocol["infos"]>) {
    if (message.type === "act_weird") throw new Error("mnesia: table file is inconsistent");
  }

  /** Written after a restart too: the tables are data that any caller may need again. */
  private table(name: string): Map<string, string> {
    let table = this.tables.get(name);
    if (!table) {
      table = new Map();
      this.tables.set(name, table);
    }
    return table;
  }
}

export class MnesiaSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 3,
      period: 5,
      children: [{ id: "mnesia", start: [Mnesia], name: MNESIA }],
    };
  }
}

/** An application of its own: others list it as a dependency and find it running. */
export const mnesia = defineApplication({ name: "mnesia", applications: [], start: [MnesiaSup] });
