import { type Call, GenServer, type Info, type Protocol, processName, reply } from "suptree";

interface MnesiaProtocol extends Protocol {
  calls:
    | Call<{ type: "read"; key: string }, string | undefined>
    | Call<{ type: "write"; key: string; value: string }, "ok">;
  infos: { type: "act_weird" };
}

export const MNESIA = processName<Mnesia>("mnesia");

/** A table in memory. */
export class Mnesia extends GenServer<MnesiaProtocol> {
  private readonly table = new Map<string, string>();

  override init() {
    this.register(MNESIA);
  }

  override handleCall(request: MnesiaProtocol["calls"]) {
    switch (request.type) {
      case "read":
        return reply(request, this.table.get(request.key));
      case "write":
        this.table.set(request.key, request.value);
        return reply(request, "ok");
    }
  }

  override handleInfo(message: Info<MnesiaProtocol["infos"]>) {
    if (message.type === "act_weird") throw new Error("mnesia: table file is inconsistent");
  }
}
