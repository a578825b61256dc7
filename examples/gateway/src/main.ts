import { gateway } from "@app/applications.ts";
import { JOURNAL, LISTENER, METRICS, PRESENCE } from "@app/names.ts";
import { System } from "suptree";
import { serve } from "./service.ts";

if (process.argv.includes("--serve")) await serve();
else await show();

/** Starts the gateway, lets sixteen clients in, has each say something, and shows what is there. */
async function show(): Promise<void> {
  const system = new System({ logger: () => {} });
  await system.startApplication(gateway);

  const clients = Array.from({ length: 16 }, (_, n) => `client-${n + 1}`);
  for (const client of clients) {
    const connection = await system.call(LISTENER, { type: "accept", client });
    await system.call(connection, { type: "say", room: "lobby", text: `hello from ${client}` });
  }

  const online = await system.call(PRESENCE, { type: "online" });
  console.log(`${system.processes().length} processes, ${online.length} clients online`);
  console.log(`journal: ${await system.call(JOURNAL, { type: "length" })} lines`);
  console.log(`metrics: ${JSON.stringify(await system.call(METRICS, { type: "read" }))}`);
  await system.stop();
}
