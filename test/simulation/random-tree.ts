/** Programs at random: three levels, every strategy and restart type, links, monitors, calls, kept pids, pools. */
import fc from "fast-check";

interface Leaf {
  kind: number;
  target: number;
  restart: string;
  options: string;
}

const LEAVES: readonly ((target: string) => string)[] = [
  () => "",
  (to) => `async handleInfo() { await this.call("${to}", { type: "get" }); }`,
  (to) => `init() { if (this.whereis("${to}") !== undefined) this.link("${to}"); }`,
  (to) => `init() { this.monitor("${to}"); }`,
  (to) => `init() { this.monitor("${to}"); }
  handleInfo(m: Info) { if (m.type === "DOWN") return stop("gone"); }`,
  () => `init() { this.trapExit(true); }`,
  (to) => `init() { this.trapExit(true); this.link("${to}"); }
  handleInfo(m: Info) { if (m.type === "EXIT") return stop("normal"); }`,
  (to) => `private friend: Pid | undefined;
  init() { this.friend = this.whereis("${to}"); }
  async handleCast() { if (this.friend !== undefined) await this.call(this.friend, { type: "get" }); }`,
  (to) => `async init() { await this.call("${to}", { type: "get" }); }
  handleCall(r: { type: "get" }) { return reply(r, 1); }`,
  () => `handleCall(r: { type: "get" }) { return reply(r, 1); }`,
  () => `init() { this.trapExit(true); }
  async terminate() { await this.sleep(300); }`,
  (to) => `async handleContinue() { await this.call("${to}", { type: "get" }); }
  init() { return continueWith("go"); }`,
  () => `async init() { await this.startChild("pool", []); }`,
];

const leaf: fc.Arbitrary<Leaf> = fc.record({
  kind: fc.nat({ max: LEAVES.length - 1 }),
  target: fc.nat({ max: 12 }),
  restart: fc.constantFrom("permanent", "permanent", "transient", "temporary"),
  options: fc.constantFrom("", "", ', shutdown: "brutal_kill"', ", shutdown: 100"),
});

const strategy = fc.constantFrom("one_for_one", "one_for_all", "rest_for_one");
const limits = fc.record({ intensity: fc.nat({ max: 4 }), period: fc.constantFrom(1, 5, 60) });
const group = fc.record({
  strategy,
  limits,
  leaves: fc.array(leaf, { minLength: 1, maxLength: 5 }),
  /** How many more there are like the first. */
  more: fc.nat({ max: 3 }),
  temporary: fc.boolean(),
});

/** The source of a program whose root is `app.ts#Root`. */
export const randomProgram: fc.Arbitrary<string> = fc
  .record({
    strategy,
    limits,
    groups: fc.array(group, { minLength: 1, maxLength: 3 }),
    nested: fc.boolean(),
    pool: fc.boolean(),
  })
  .map((program) => {
    const classes: string[] = [];
    const supervisors: string[] = [];
    let named = 0;
    const flags = (each: { strategy: string; limits: { intensity: number; period: number } }) =>
      `strategy: "${each.strategy}", intensity: ${each.limits.intensity}, period: ${each.limits.period}`;
    const ids: string[] = [];
    program.groups.forEach((each, g) => {
      const children: string[] = [];
      each.leaves.forEach(({ kind, target, restart, options }, n) => {
        const name = `W${g}x${n}`;
        const body = LEAVES[kind]!(`n${target % (named + 2)}`).replace(
          /^( *)(private )?(async )?(init|handle|terminate)/gm,
          "$1override $3$4",
        );
        classes.push(`class ${name} extends GenServer {\n  ${body}\n}`);
        const more = n === 0 ? each.more : 0;
        for (let m = 0; m <= more; m++)
          children.push(
            `{ id: "w${n}${m === 0 ? "" : `x${m}`}", start: [${name}], restart: "${restart}"${options}, name: "n${named++}" }`,
          );
      });
      if (program.nested && g > 0) children.push(`{ id: "inner", start: [G${g - 1}] }`);
      else if (g > 0) ids.push(`{ id: "g${g - 1}", start: [G${g - 1}] }`);
      supervisors.push(
        `class G${g} extends Supervisor {\n  override init(): SupervisorSpec {\n    return { ${flags(each)}, children: [${children.join(", ")}] };\n  }\n}`,
      );
    });
    const last = program.groups.length - 1;
    ids.push(
      `{ id: "g${last}", start: [G${last}]${program.groups[last]!.temporary ? ', restart: "temporary"' : ""} }`,
    );
    if (program.pool) ids.unshift('{ id: "pool", start: [Pool], name: "pool" }');
    return `import { continueWith, DynamicSupervisor, type DynamicSupervisorSpec, GenServer, type Info, type Pid, reply, stop, Supervisor, type SupervisorSpec } from "suptree";
class Job extends GenServer {}
class Pool extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec {
    return { intensity: 2, period: 5, child: { start: [Job], restart: "${program.groups[0]!.temporary ? "temporary" : "permanent"}" } };
  }
}
${classes.join("\n")}
${supervisors.join("\n")}
export class Root extends Supervisor {
  override init(): SupervisorSpec {
    return { ${flags(program)}, children: [${ids.join(", ")}] };
  }
}
`;
  });
