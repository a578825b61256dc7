import { System } from "suptree";
import { playThreeFaults } from "../../shared/three-faults.ts";
import { myApp } from "./my-app.ts";

const system = new System({ logger: () => {} });
await system.startApplication(myApp); // starts mnesia first

await playThreeFaults(system);
await system.stop();
