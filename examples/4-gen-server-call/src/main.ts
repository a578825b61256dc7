import { System, type TraceEvent } from "suptree";
import { CallSup } from "./tree.ts";

const conversation: string[] = [];

/** Keeps what a call says, one line a message. */
function listen(event: TraceEvent): void {
  switch (event.type) {
    case "monitor":
      conversation.push(`<${event.watcher}> monitors <${event.target}>, reference ${event.ref}`);
      break;
    case "demonitor":
      conversation.push(`<${event.watcher}> gives up reference ${event.ref}`);
      break;
    case "down":
      conversation.push(
        `<${event.watcher}> gets DOWN of <${event.target}>, reference ${event.ref}: ${event.reason}`,
      );
      break;
    case "send":
      if (event.kind === "call" || event.kind === "reply")
        conversation.push(`<${event.from}> sends <${event.to}> ${event.kind} ${event.ref}: ${event.message}`);
      break;
    case "call_end":
      conversation.push(`<${event.pid}> call ${event.ref} ends: ${event.outcome} ${event.detail}`);
      break;
  }
}

const system = new System({ logger: () => {}, observer: listen });
await system.start(CallSup);
await new Promise((done) => setTimeout(done, 250));
console.log("\nWhat went back and forth:");
for (const line of conversation) console.log(line);
await system.stop();
