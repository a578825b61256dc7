import { System } from "suptree";
import { PairSup } from "./tree.ts";

const system = new System({ logger: () => {} });
await system.start(PairSup);

console.log("b fails");
system.send("b", { type: "fail" });
await new Promise((done) => setTimeout(done, 50));
for (const name of ["b", "a", "guard", "watcher"])
  console.log(`${name}: ${system.whereis(name) ? "running" : "gone"}`);
await system.stop();
