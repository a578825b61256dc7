/**
 * The program that is watched: 10,000 idle processes, and a pair that calls each other without end. It prints how many calls it has
 * made every 100 ms; `pace` in its arguments limits them to so many a second.
 */
import { GenServer, Reply, Supervisor, type SupervisorSpec, System } from "../../src/runtime/index.ts";

class Idle extends GenServer {}

class Answers extends GenServer {
  override handleCall() {
    return new Reply("yes", undefined);
  }
}

class Pool extends Supervisor {
  override init(): SupervisorSpec {
    return { children: Array.from({ length: 100 }, (_, n) => ({ id: `idle-${n}`, start: [Idle] as const })) };
  }
}

class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      children: [
        { id: "answers", start: [Answers], name: "answers" },
        ...Array.from({ length: 99 }, (_, n) => ({ id: `pool-${n}`, start: [Pool] as const })),
      ],
    };
  }
}

const pace = Number(process.argv[2] ?? 0);
const system = new System({ name: "bench", logger: null });
await system.start(Root);
console.log("up");
let calls = 0;
setInterval(() => console.log(calls), 100);
for (;;) {
  const portion = pace === 0 ? 500 : Math.max(1, Math.round(pace / 100));
  const begin = performance.now();
  for (let n = 0; n < portion; n++) await system.call("answers", "?");
  calls += portion;
  const rest = pace === 0 ? 0 : 10 - (performance.now() - begin);
  await new Promise((resolve) => (rest > 0 ? setTimeout(resolve, rest) : setImmediate(resolve)));
}
