import { System } from "suptree";
import { CallSup } from "./tree.ts";

const messages: string[] = [];
const system = new System({
  logger: () => {},
  observer: (event) => {
    if (
      event.type === "monitor" ||
      event.type === "down" ||
      event.type === "call_end" ||
      (event.type === "send" && event.kind !== "info")
    )
      messages.push(JSON.stringify(event));
  },
});
await system.start(CallSup);
await new Promise((done) => setTimeout(done, 250));
console.log("\nWhat went back and forth:");
for (const line of messages) console.log(line);
await system.stop();
