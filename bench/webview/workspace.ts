/** A program of 10,021 processes in three levels, written as source: for what the command line takes until it answers. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const numbers = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

const supervisor = (name: string, children: readonly string[]): string => `
export class ${name} extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 3,
      period: 5,
      children: [
${children.map((child) => `        ${child},`).join("\n")}
      ],
    };
  }
}
`;

/** 20 supervisors of 20 supervisors of 24 workers: one file for each of the 20. */
export function writeWorkspace(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "tsconfig.json"), "{}");
  writeFileSync(
    join(folder, "worker.ts"),
    `import { GenServer, reply } from "suptree";

export class Worker extends GenServer {
  override handleCall(request: { type: "get" }) {
    return reply(request, 1);
  }
}
`,
  );
  for (const group of numbers(20)) {
    const workers = numbers(24).map((n) => `{ id: "worker_${n}", start: [Worker] }`);
    const inner = numbers(20).map((n) => supervisor(`Group${group}Sup${n}`, workers));
    const outer = supervisor(
      `Group${group}`,
      numbers(20).map((n) => `{ id: "sup_${n}", start: [Group${group}Sup${n}] }`),
    );
    writeFileSync(
      join(folder, `group-${group}.ts`),
      `import { Supervisor, type SupervisorSpec } from "suptree";\nimport { Worker } from "./worker.ts";\n${inner.join("")}${outer}`,
    );
  }
  const imports = numbers(20).map((n) => `import { Group${n} } from "./group-${n}.ts";`);
  writeFileSync(
    join(folder, "app.ts"),
    `import { Supervisor, type SupervisorSpec } from "suptree";\n${imports.join("\n")}\n${supervisor(
      "Root",
      numbers(20).map((n) => `{ id: "group_${n}", start: [Group${n}] }`),
    )}`,
  );
}
