import { Supervisor, type SupervisorSpec } from "suptree";
import { Client } from "./client.ts";
import { GREETER, Greeter } from "./server.ts";

export class CallSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      children: [
        { id: "greeter", start: [Greeter], name: GREETER },
        { id: "client", start: [Client], restart: "temporary" },
      ],
    };
  }
}
