/**
 * The process that measures one workload of one contestant: `node --expose-gc worker.ts CONTESTANT WORKLOAD
 * SAMPLES WARMUP_MS
 * [cpu]`. Prints one line of JSON.
 */
import { type Effort, measure } from "./measure.ts";
import { type Contestant, WORKLOADS } from "./workloads.ts";

async function load(name: string): Promise<Contestant> {
  switch (name) {
    case "floor":
      return (await import("./floors.ts")).contestant;
    case "suptree":
      return (await import("./contestants/suptree.ts")).contestant(null);
    case "suptree+observer":
      return (await import("./contestants/suptree.ts")).contestant("all");
    case "suptree+supervision":
      return (await import("./contestants/suptree.ts")).contestant("supervision");
    case "noex":
      return (await import("./contestants/noex.ts")).contestant;
    case "actor-ts":
      return (await import("./contestants/actor-ts.ts")).contestant;
    case "nact":
      return (await import("./contestants/nact.ts")).contestant;
    case "xstate":
      return (await import("./contestants/xstate.ts")).transition;
    case "xstate machine":
      return (await import("./contestants/xstate.ts")).machine;
    default:
      throw new Error(`no contestant ${name}`);
  }
}

const [name = "", workload = "", samples = "5", warmUp = "300", clock = "wall"] = process.argv.slice(2);
const info = WORKLOADS.find(({ id }) => id === workload);
if (!info) throw new Error(`no workload ${workload}`);
const contestant = await load(name);
if (!contestant[info.id]) {
  console.log(JSON.stringify(null));
  process.exit(0);
}
const effort: Effort = { samples: Number(samples), warmUp: Number(warmUp), cpu: clock === "cpu" };
console.log(JSON.stringify(await measure(contestant, info, effort)));
process.exit(0);
