/** Synthetic workspaces for the benchmark: plausible TypeScript, the same on every machine. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Small and seeded (mulberry32): the benchmark must see the same bytes each time. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const NOUNS = [
  "order",
  "invoice",
  "customer",
  "session",
  "payment",
  "shipment",
  "basket",
  "account",
  "ledger",
  "ticket",
];
const VERBS = ["load", "store", "merge", "check", "format", "price", "settle", "index", "rank", "notify"];

function pick<T>(next: () => number, items: readonly T[]): T {
  return items[Math.floor(next() * items.length)]!;
}

/** About `bytes` of ordinary code: interfaces, functions, a class, tables. */
export function filler(seed: number, bytes: number): string {
  const next = random(seed);
  let out = "";
  for (let n = 0; out.length < bytes; n++) {
    const noun = pick(next, NOUNS);
    const verb = pick(next, VERBS);
    const name = `${verb}${noun[0]!.toUpperCase()}${noun.slice(1)}${n}`;
    switch (Math.floor(next() * 4)) {
      case 0:
        out += `\nexport interface ${noun[0]!.toUpperCase()}${noun.slice(1)}Row${n} {\n  id: string;\n  total: number;\n  /** When it was last seen by the ${verb} job. */\n  seenAt?: Date;\n  tags: readonly string[];\n}\n`;
        break;
      case 1:
        out += `\n/** Looks at every ${noun} once and keeps those that count. */\nexport async function ${name}(rows: { id: string; total: number }[], limit = ${Math.floor(next() * 100)}): Promise<Map<string, number>> {\n  const kept = new Map<string, number>();\n  for (const row of rows) {\n    if (row.total < limit || row.id.startsWith("${noun}-")) continue;\n    kept.set(row.id, (kept.get(row.id) ?? 0) + row.total * ${(next() * 2).toFixed(2)});\n  }\n  return kept;\n}\n`;
        break;
      case 2:
        out += `\nconst TABLE_${n} = [\n${Array.from({ length: 6 }, (_, i) => `  { key: "${noun}-${i}", weight: ${Math.floor(next() * 1000)}, label: \`${verb} \${${i}}\` },`).join("\n")}\n] as const;\n`;
        break;
      default:
        out += `\nexport class ${name[0]!.toUpperCase()}${name.slice(1)} {\n  private readonly cache = new Map<string, string[]>();\n\n  constructor(private readonly prefix: string) {}\n\n  ${verb}(id: string): string[] {\n    const known = this.cache.get(id);\n    if (known !== undefined) return known;\n    const made = [\`\${this.prefix}/\${id}\`, id.toUpperCase()].filter((part) => part.length > ${Math.floor(next() * 9)});\n    this.cache.set(id, made);\n    return made;\n  }\n}\n`;
    }
  }
  return out;
}

function worker(name: string, uses: string | undefined, seed: number, bytes: number): string {
  return `import { GenServer, reply, processName, type Info } from "suptree";

export const ${name.toUpperCase()} = processName<${name}>("${name.toLowerCase()}");

export class ${name} extends GenServer {
  private count = 0;

  override init(options: { size: number }) {
    this.trapExit(${seed % 2 === 0});
    this.count = options.size;
  }

  override async handleCall(request: { type: "get" }) {
${uses === undefined ? "" : `    await this.call("${uses.toLowerCase()}", { type: "get" });\n`}    return reply(request, this.count);
  }

  override handleInfo(message: Info) {
    if (message.type === "DOWN") this.count -= 1;
  }
}
${filler(seed, bytes)}`;
}

function supervisor(
  name: string,
  workers: readonly { name: string; from: string }[],
  nested: readonly { name: string; from: string }[],
  seed: number,
  bytes: number,
): string {
  const imports = [...workers, ...nested]
    .map(({ name: one, from }) => `import { ${one} } from "${from}";`)
    .join("\n");
  const children = [
    ...nested.map(({ name: one }) => `        { id: "${one.toLowerCase()}", start: [${one}] },`),
    ...workers.map(
      ({ name: one }, i) =>
        `        { id: "${one.toLowerCase()}", start: [${one}, { size: ${i} }], name: "${one.toLowerCase()}", restart: "${i % 3 === 0 ? "transient" : "permanent"}", shutdown: ${1000 + i} },`,
    ),
  ].join("\n");
  return `import { Supervisor, type SupervisorSpec } from "suptree";
${imports}

export class ${name} extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "${seed % 2 === 0 ? "one_for_one" : "rest_for_one"}",
      intensity: 3,
      period: 5,
      children: [
${children}
      ],
    };
  }
}
${filler(seed, bytes)}`;
}

class Tree {
  readonly folder: string;
  constructor(folder: string) {
    this.folder = folder;
  }
  write(path: string, text: string): void {
    const full = join(this.folder, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
  }
}

/** Changes when what is generated changes, so that old workspaces are not reused. */
const VERSION = 3;

function once(folder: string, make: (tree: Tree) => void): string {
  const stamp = join(folder, `.made-${VERSION}`);
  if (!existsSync(stamp)) {
    rmSync(folder, { recursive: true, force: true });
    make(new Tree(folder));
    writeFileSync(stamp, "");
  }
  return folder;
}

/** `files` files of about 7 KB in packages of 100; one or two in a hundred use supervision. */
export function sparse(folder: string, files: number): string {
  return once(folder, (tree) => {
    tree.write("tsconfig.json", '{ "compilerOptions": { "strict": true }, "exclude": ["**/*.spec.ts"] }');
    tree.write(".gitignore", "node_modules\n*.log\n/out/\ncoverage/\n");
    for (let f = 0; f < files; f++) {
      const pack = `packages/p${Math.floor(f / 100)}`;
      if (f % 100 === 0)
        tree.write(`${pack}/package.json`, JSON.stringify({ name: `@bench/p${f / 100}`, main: "src/f0.ts" }));
      const path = `${pack}/src/g${Math.floor((f % 100) / 25)}/f${f % 100}.ts`;
      const near = (n: number): string => `import { x${n} } from "./f${n}.js";\n`;
      const head =
        f % 100 > 3 ? `${near((f % 100) - 1) + near((f % 100) - 2)}import { join } from "node:path";\n` : "";
      // Of a hundred files: every second package has one supervisor with two workers.
      if (Math.floor(f / 100) % 2 === 0 && f % 100 < 3) {
        const n = Math.floor(f / 100);
        const text =
          f % 100 === 2
            ? supervisor(
                `Sup${n}`,
                [
                  { name: `WorkerA${n}`, from: "./f0.js" },
                  { name: `WorkerB${n}`, from: "./f1.js" },
                ],
                [],
                f,
                5000,
              )
            : f % 100 === 0
              ? worker(`WorkerA${n}`, undefined, f, 6000)
              : worker(`WorkerB${n}`, `WorkerA${n}`, f, 6000);
        tree.write(path, text);
      } else
        tree.write(path, `${head}export const x${f % 100} = ${f};\n${filler(f, 3000 + ((f * 7919) % 8000))}`);
    }
  });
}

/** Every file matters: one supervisor for each eleven workers, about 7.5 KB a file. */
export function dense(folder: string, files: number): string {
  return once(folder, (tree) => {
    tree.write("tsconfig.json", "{}");
    for (let f = 0; f < files; f++) {
      const group = Math.floor(f / 12);
      if (f % 12 < 11)
        tree.write(
          `src/g${group}/w${f}.ts`,
          worker(`W${f}`, f % 12 === 0 ? undefined : `W${f - 1}`, f, 6500),
        );
      else {
        const workers = Array.from({ length: 11 }, (_, i) => ({
          name: `W${f - 11 + i}`,
          from: `./w${f - 11 + i}.js`,
        }));
        tree.write(`src/g${group}/sup.ts`, supervisor(`Sup${group}`, workers, [], f, 5000));
      }
    }
  });
}

/** `supervisors` supervisors with ten children each, ten to a file, in a tree under one root; workers call each other. */
export function linked(folder: string, supervisors: number): string {
  return once(folder, (tree) => {
    tree.write("tsconfig.json", "{}");
    const per = 10;
    const heads: { name: string; from: string }[] = [];
    for (let s = 0; s < supervisors; s += per) {
      let text = 'import { GenServer, Supervisor, type SupervisorSpec, reply } from "suptree";\n';
      for (let i = s; i < Math.min(s + per, supervisors); i++) {
        const children: string[] = [];
        for (let c = 0; c < 10; c++) {
          const name = `Worker_${i}_${c}`;
          const uses = c === 0 ? "" : `\n    await this.call("worker_${i}_${c - 1}", { type: "get" });`;
          text += `\nexport class ${name} extends GenServer {\n  override async handleCall(request: { type: "get" }) {${uses}\n    return reply(request, ${c});\n  }\n}\n`;
          children.push(`        { id: "w${c}", start: [${name}], name: "worker_${i}_${c}" },`);
        }
        text += `\nexport class Sup_${i} extends Supervisor {\n  override init(): SupervisorSpec {\n    return {\n      strategy: "one_for_one",\n      children: [\n${children.join("\n")}\n      ],\n    };\n  }\n}\n`;
        heads.push({ name: `Sup_${i}`, from: `./part${s / per}.js` });
      }
      tree.write(`src/part${s / per}.ts`, text);
    }
    tree.write("src/top.ts", supervisor("Top", [], heads, 1, 0));
  });
}

/** A file of about 500 lines with a supervisor and its workers in it, for edits. */
export function editable(): string {
  let text = 'import { GenServer, Supervisor, type SupervisorSpec, reply, type Info } from "suptree";\n';
  for (let n = 0; n < 8; n++) {
    text += `
export class Server${n} extends GenServer {
  private readonly peers = new Map<string, number>();
  private count = 0;

  override init(options: { size: number }) {
    this.trapExit(true);
    this.count = options.size;
    this.sendAfter(1_000, this.self, { type: "tick" });
  }

  override async handleCall(request: { type: "get" } | { type: "put"; key: string; value: number }) {
    switch (request.type) {
      case "get":
${n === 0 ? "" : `        await this.call("server_${n - 1}", { type: "get" });\n`}        return reply(request, this.count);
      case "put": {
        const before = this.peers.get(request.key) ?? 0;
        this.peers.set(request.key, before + request.value);
        this.count += request.value;
        return reply(request, before);
      }
    }
  }

  override handleInfo(message: Info) {
    if (message.type === "DOWN") {
      this.count -= 1;
      return;
    }
    for (const [key, value] of this.peers) {
      if (value < 0) this.peers.delete(key);
      else this.peers.set(key, value - 1);
    }
  }
}
`;
  }
  const children = Array.from(
    { length: 8 },
    (_, n) => `        {
          id: "server_${n}",
          start: [Server${n}, { size: ${n} }],
          name: "server_${n}",
          restart: "permanent",
          shutdown: 5_000,
        },`,
  ).join("\n");
  text += `
export class Main extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      period: 5,
      children: [
${children}
      ],
    };
  }
}
`;
  const missing = 500 - text.split("\n").length;
  return text + filler(99, Math.max(0, missing) * 32);
}

const EDIT_AT = 'if (message.type === "DOWN") {';

/** The text with one more statement in a callback, another one each time: what typing does. */
export function* edits(text: string): Generator<string> {
  const at = text.indexOf(EDIT_AT) + EDIT_AT.length;
  for (let n = 0; ; n++) yield `${text.slice(0, at)} /* ${n} */ const typed${n % 7} = ${n};${text.slice(at)}`;
}
