import { type Call, GenServer, noReply, type Protocol, processName, reply, stop } from "suptree";

interface GreeterProtocol extends Protocol {
  calls: Call<{ type: "hi" }, string> | Call<{ type: "fail" }, never> | Call<{ type: "dawdle" }, never>;
}

export const GREETER = processName<Greeter>("greeter");

/** Answers, dies before it answers, or does not answer at all: the three ends of a call. */
export class Greeter extends GenServer<GreeterProtocol> {
  override handleCall(request: GreeterProtocol["calls"]) {
    switch (request.type) {
      case "hi":
        return reply(request, "hello");
      case "fail":
        return stop("no_mood");
      case "dawdle":
        return noReply;
    }
  }
}
