import { System } from "suptree";
import { playThreeFaults } from "../../shared/three-faults.ts";
import { Mnesia } from "./mnesia.ts";
import { TwitterClient } from "./twitter-client.ts";
import { WebHandler } from "./web-handler.ts";

// Three processes, side by side, with nothing above them.
const system = new System({ logger: () => {} });
await system.start(Mnesia);
await system.start(TwitterClient);
await system.start(WebHandler);

await playThreeFaults(system);
await system.stop();
