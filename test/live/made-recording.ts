/** Recordings as another tool would write them: from docs/recording-format.md alone, without the library's own code. */
import { crc32, deflateRawSync } from "node:zlib";

export interface Part {
  summary: object;
  line: object | null;
}

/** A member, byte by byte as the page says. */
export function member({ summary, line }: Part, pad = 0): Buffer {
  const comment = Buffer.from(JSON.stringify(summary).padEnd(pad), "latin1");
  const plain = Buffer.from(line === null ? "" : `${JSON.stringify(line)}\n`);
  const packed = line === null ? Buffer.from([3, 0]) : deflateRawSync(plain);
  const head = Buffer.alloc(28);
  Buffer.from([0x1f, 0x8b, 0x08, 0x14, 0, 0, 0, 0, 0, 0xff, 16, 0, 0x53, 0x54, 12, 0]).copy(head);
  head.writeUInt32LE(28 + comment.length + 1 + packed.length + 8, 16);
  head.writeUInt32LE(plain.length, 20);
  head.writeUInt32LE(comment.length, 24);
  const foot = Buffer.alloc(8);
  foot.writeUInt32LE(crc32(plain), 0);
  foot.writeUInt32LE(plain.length, 4);
  return Buffer.concat([head, comment, Buffer.from([0]), packed, foot]);
}

/** A whole file of these parts, with its index. */
export function fileOf(parts: readonly Part[]): Buffer {
  const members: object[] = [];
  const bytes: Buffer[] = [];
  let offset = 0;
  for (const part of parts) {
    const made = member(part);
    members.push({ offset, size: made.length, plain: made.readUInt32LE(20), summary: part.summary });
    bytes.push(made);
    offset += made.length;
  }
  const index = member({ summary: { kind: "index" }, line: { kind: "index", members } });
  const locator = member({ summary: { kind: "locator", index: offset }, line: null }, 48);
  return Buffer.concat([...bytes, index, locator]);
}

export const head = (format = 1): Part => ({
  summary: { kind: "recording" },
  line: { kind: "recording", format, writer: "another tool 2.0", time: 1_700_000_000_000 },
});

export const program = (): Part => ({
  summary: { kind: "program" },
  line: { kind: "program", program: 1, title: "made.ts", pid: null, thread: 0, host: "made", library: null },
});

export const system = (detail: "structure" | "all" = "structure", number = 1, name = "made"): Part => ({
  summary: { kind: "system" },
  line: { kind: "system", system: number, program: 1, name, virtual: false, detail },
});

/** A supervisor `<1>` with so many children, `<2>` and following. */
export function keyframe(
  after: number,
  at: number,
  count: number,
  lost: number | null = 0,
  incarnation = 1,
): Part {
  const time = 1_700_000_000_000 + at;
  const common = {
    status: "idle",
    callback: null,
    registeredNames: [],
    mailboxLength: 0,
    startedAt: 0,
    busySince: null,
    handled: 0,
    restarts: 0,
    childRestarts: 0,
    trapsExit: false,
    monitors: [],
  };
  const pid = (n: number): number => 2 + n + (incarnation - 1) * count;
  const list = [
    {
      ...common,
      id: 1,
      label: "Root",
      className: "Root",
      kind: "supervisor",
      parent: null,
      childId: null,
      trapsExit: true,
      links: Array.from({ length: count }, (_, n) => pid(n)),
      supervision: {
        strategy: "one_for_one",
        autoShutdown: "never",
        budget: { used: 0, intensity: 3, period: 5 },
        children: Array.from({ length: count }, (_, n) => ({
          id: `c${n}`,
          pid: pid(n),
          state: "running",
          incarnation,
          restart: "permanent",
          shutdown: 5000,
          type: "worker",
          significant: false,
        })),
      },
    },
    ...Array.from({ length: count }, (_, n) => ({
      ...common,
      id: pid(n),
      label: "Worker",
      className: "Worker",
      kind: "worker",
      parent: 1,
      childId: `c${n}`,
      links: [1],
      supervision: null,
    })),
  ];
  const snapshot = {
    system: 1,
    name: "made",
    processes: list.length,
    virtual: false,
    at,
    time,
    applications: [],
    list,
  };
  return {
    summary: { kind: "keyframe", system: 1, after, at, time, processes: list.length, lost },
    line: { kind: "keyframe", system: 1, lost, snapshot },
  };
}

/** The events of one crash and restart of child `n`, seven of them. */
export function restart(
  seq: number,
  at: number,
  n: number,
  pid: number,
  next: number,
  incarnation: number,
): object[] {
  const child = { supervisor: 1, id: `c${n}` };
  const budget = { used: 1, intensity: 3, period: 5 };
  return [
    { seq, at, type: "exit", pid, reason: "boom", normal: false, origin: { type: "error", message: "boom" } },
    {
      seq: seq + 1,
      at,
      type: "decision",
      child,
      pid,
      reason: "boom",
      strategy: "one_for_one",
      decision: "restart",
      affected: [child.id],
      budget,
    },
    { seq: seq + 2, at, type: "child_starting", child, incarnation },
    { seq: seq + 3, at, type: "spawn", pid: next, parent: 1, kind: "worker", label: "Worker", linked: true },
    { seq: seq + 4, at, type: "running", pid: next },
    { seq: seq + 5, at, type: "child_started", child, incarnation, pid: next, result: "ok", cause: seq + 1 },
    { seq: seq + 6, at, type: "report", pid: 1, kind: "supervisor", text: "restarted" },
  ];
}

export function events(list: readonly object[], first: number, left = 0): Part {
  const at = (event: object | undefined): number => (event as { at?: number } | undefined)?.at ?? 0;
  const restarts = list.filter((event) => (event as { type: string }).type === "child_started").length;
  const crashes = list.filter((event) => (event as { type: string }).type === "exit").length;
  return {
    summary: {
      kind: "events",
      system: 1,
      first,
      last: first + list.length - 1,
      from: at(list[0]),
      to: at(list.at(-1)),
      left,
      marks: { start: 0, restart: restarts, fault: 0, crash: crashes, giveUp: 0 },
    },
    line: { kind: "events", system: 1, left, events: list },
  };
}

/** So many restarts, one of `count` children after the other every 10 ms, with a keyframe every `every` chunks of 700 events. */
export function made(restarts: number, count: number, every: number): Part[] {
  const parts: Part[] = [head(), program(), system(), keyframe(0, 0, count)];
  let chunk: object[] = [];
  let total = 0;
  let chunks = 0;
  for (let n = 0; n < restarts; n++) {
    const child = n % count;
    const round = Math.floor(n / count);
    const pid = 2 + child + round * count;
    chunk.push(...restart(total + chunk.length + 1, n * 10, child, pid, pid + count, round + 2));
    if (chunk.length < 700 && n < restarts - 1) continue;
    parts.push(events(chunk, total + 1));
    total += chunk.length;
    chunk = [];
    chunks += 1;
    // Only where all children are in the same incarnation.
    if (chunks % every === 0 && (n + 1) % count === 0)
      parts.push(keyframe(total, n * 10, count, 0, round + 2));
  }
  parts.push({
    summary: { kind: "end" },
    line: { kind: "end", program: 1, time: 1_700_000_100_000, reason: "made.ts ended." },
  });
  return parts;
}
