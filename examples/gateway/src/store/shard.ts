import { type Call, GenServer, type Protocol, processName, reply } from "suptree";

interface ShardProtocol extends Protocol {
  calls:
    | Call<{ type: "get"; key: string }, string | undefined>
    | Call<{ type: "put"; key: string; value: string }, "ok">;
}

/** One slice of the key space. */
export class Shard extends GenServer<ShardProtocol> {
  private readonly values = new Map<string, string>();

  override init(index: number) {
    this.register(shardName(index));
  }

  override handleCall(request: ShardProtocol["calls"]) {
    switch (request.type) {
      case "get":
        return reply(request, this.values.get(request.key));
      case "put":
        this.values.set(request.key, request.value);
        return reply(request, "ok");
    }
  }
}

export function shardName(index: number) {
  return processName<Shard>(`shard-${index}`);
}
