import { type Call, GenServer, type Protocol, reply, stop } from "suptree";

interface ConnectionProtocol extends Protocol {
  calls: Call<{ type: "ping" }, string>;
  casts: { type: "drop" };
}

/** A connection to one node. */
export class Connection extends GenServer<ConnectionProtocol> {
  private node = "";

  override init(node: string) {
    this.node = node;
  }

  override handleCall(request: ConnectionProtocol["calls"]) {
    return reply(request, `pong from ${this.node}`);
  }

  override handleCast(message: ConnectionProtocol["casts"]) {
    if (message.type === "drop") return stop("connection_lost");
  }
}
