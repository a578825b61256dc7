import { gateway } from "@app/applications.ts";
import { LISTENER } from "@app/names.ts";
import { run, type System } from "suptree";

/** Milliseconds between clients, and how long one stays. */
const EVERY = 500;
const STAY = 8_000;

/** The gateway as a service, until Ctrl+C: clients come and talk, and its log tells each new life of a child. */
export async function serve(): Promise<System> {
  const system = await run(gateway, {
    name: "gateway",
    logger: (report) => {
      if (report.kind !== "progress") console.log(`[${report.kind}] ${report.text}`);
    },
  });
  system.observe(["child_started"], (event) => {
    if (event.type === "child_started" && event.incarnation > 1)
      console.log(`${event.child.id} #${event.incarnation}: ${event.result}`);
  });
  let clients = 0;
  const traffic = setInterval(() => {
    clients += 1;
    welcome(system, `client-${((clients - 1) % 16) + 1}`).catch((error: unknown) => {
      console.log(`a client was not let in: ${error instanceof Error ? error.message : error}`);
    });
  }, EVERY);
  system.onApplicationEnd((application) => {
    if (application === gateway) clearInterval(traffic);
  });
  console.log("the gateway is up");
  return system;
}

/** Lets a client in that says something, and goes. */
async function welcome(system: System, client: string): Promise<void> {
  const connection = await system.call(LISTENER, { type: "accept", client });
  await system.call(connection, { type: "say", room: "lobby", text: `hello from ${client}` });
  setTimeout(() => system.send(connection, { type: "hang_up" }), STAY);
}
