import { type Call, GenServer, type Protocol, reply } from "suptree";

interface JournalProtocol extends Protocol {
  calls: Call<{ type: "append"; line: string }, number> | Call<{ type: "length" }, number>;
}

/** Every message in the order of its arrival. */
export class Journal extends GenServer<JournalProtocol> {
  private readonly lines: string[] = [];

  override async init() {
    // Smell (blocking-init): the whole tree waits here for the disk to spin up.
    await new Promise((done) => setTimeout(done, 20));
  }

  override handleCall(request: JournalProtocol["calls"]) {
    switch (request.type) {
      case "append":
        return reply(request, this.lines.push(request.line));
      case "length":
        return reply(request, this.lines.length);
    }
  }
}
