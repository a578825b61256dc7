/** A page that runs real code in the sandbox as it ships, and tells what came of it. */
import type { RunAction } from "../../src/model/index.ts";
import { type ConsoleLine, type LoadRequest, SandboxClient } from "../../src/protocol/index.ts";
import type { TraceEvent } from "../../src/runtime/trace.ts";

export interface CodeOrder {
  code: string;
  load: LoadRequest;
  /** Virtual milliseconds, before the fault and after it. */
  horizon: number;
  /** The youngest living worker crashes. */
  crash: boolean;
}

export interface CodeRan {
  events: TraceEvent[];
  console: ConsoleLine[];
  reason: string | null;
  stopped: string | null;
}

async function runCode({ code, load, horizon, crash }: CodeOrder): Promise<CodeRan> {
  const ran: CodeRan = { events: [], console: [], reason: null, stopped: null };
  const client = new SandboxClient({
    document,
    code,
    onEvent(event) {
      if (event.type === "trace") ran.events.push(...event.events);
      if (event.type === "console") ran.console.push(event);
    },
    onStopped: ({ why, message }) => {
      if (why !== "closed") ran.stopped = message;
    },
  });
  try {
    await client.request<"load">(load);
    let status = await client.request<"settle">({ type: "settle", ms: horizon });
    const dead = new Set(ran.events.map((event) => (event.type === "exit" ? event.pid : 0)));
    const last = ran.events.findLast(
      (event) => event.type === "spawn" && event.kind === "worker" && !dead.has(event.pid),
    );
    if (crash && last?.type === "spawn") {
      const action: RunAction = { kind: "crash", target: { pid: last.pid }, reason: "boom" };
      await client.request<"input">({ type: "input", action });
      status = await client.request<"settle">({ type: "settle", ms: horizon });
    }
    ran.reason = status.reason;
  } catch (error) {
    ran.stopped ??= error instanceof Error ? error.message : String(error);
  } finally {
    client.close();
  }
  return ran;
}

(globalThis as unknown as { runCode: typeof runCode }).runCode = runCode;
