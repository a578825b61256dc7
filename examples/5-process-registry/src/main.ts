import { System } from "suptree";
import { AppSup } from "./app-sup.ts";
import { REGISTRY } from "./registry.ts";

const system = new System({ logger: () => {} });
await system.start(AppSup);

const first = await system.call(REGISTRY, { type: "connect", node: "paris" });
const again = await system.call(REGISTRY, { type: "connect", node: "paris" });
console.log(`asked twice, same connection: ${first === again}`);
console.log(await system.call(first, { type: "ping" }));

system.cast(first, { type: "drop" });
await new Promise((done) => setTimeout(done, 50));
console.log(
  `after the connection was lost: ${JSON.stringify(await system.call(REGISTRY, { type: "nodes" }))}`,
);

const next = await system.call(REGISTRY, { type: "connect", node: "paris" });
console.log(`asked again, a new connection: ${next !== first}; ${await system.call(next, { type: "ping" })}`);
await system.stop();
