/** The page of the attacks: the real client, frame and policy; it runs one attack after the other and tells what it saw. */
import type { TreeModel } from "../../src/model/index.ts";
import {
  DEFAULT_BOUNDS,
  SandboxClient,
  type SandboxEvent,
  type SandboxStopped,
} from "../../src/protocol/index.ts";
import { WORKERS_ID } from "../../src/protocol/page.ts";

export interface Observed {
  /** All texts of what the sandbox said, and of what reached the page by other ways. */
  texts: string[];
  stopped: SandboxStopped | null;
  /** The sentence of the bound that was hit. */
  bound: string | null;
  /** Why the run could not go on; from the refusal of a request. */
  refused: string | null;
  /** The process takes a message after the attack. */
  goesOn: boolean;
  /** Turns of the page's own timer while it ran, and the longest time between two of them. */
  turns: number;
  longestGap: number;
}

export interface AttackOrder {
  script: string;
  /** The bundle of the attack as a program; null where the script has it. */
  code: string | null;
  guard: string;
  model: TreeModel;
  unlocked: boolean;
  /** Milliseconds of silence after which the page ends the sandbox. */
  patience: number;
  /** Milliseconds to wait for what comes from elsewhere. */
  linger: number;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Without locks nothing is bounded, and nobody watches. */
const BOUNDLESS = Object.fromEntries(
  Object.keys(DEFAULT_BOUNDS).map((name) => [name, Number.MAX_SAFE_INTEGER]),
) as unknown as typeof DEFAULT_BOUNDS;

function textsOf(event: SandboxEvent): string[] {
  if (event.type === "trace") {
    return event.events.flatMap((each) =>
      each.type === "send" ? [each.message] : each.type === "note" ? [each.text] : [],
    );
  }
  return event.type === "ready" || event.type === "progress" || event.type === "mark"
    ? []
    : [JSON.stringify(event)];
}

export async function attack(order: AttackOrder): Promise<Observed> {
  const block = document.getElementById(WORKERS_ID);
  if (block !== null) block.textContent = JSON.stringify({ sandbox: order.script, guard: order.guard });
  const seen: Observed = {
    texts: [],
    stopped: null,
    bound: null,
    refused: null,
    goesOn: false,
    turns: 0,
    longestGap: 0,
  };
  const { texts } = seen;
  const channel = new BroadcastChannel("suptree attack");
  channel.onmessage = (event) => texts.push(`ESCAPED by a channel: ${event.data}`);
  let last = performance.now();
  const ticking = setInterval(() => {
    const now = performance.now();
    seen.turns += 1;
    seen.longestGap = Math.max(seen.longestGap, now - last);
    last = now;
  }, 10);
  const client = new SandboxClient({
    document,
    code: order.code,
    onEvent: (event) => {
      if (texts.length < 5_000) texts.push(...textsOf(event));
      if (event.type === "bound") seen.bound = event.message;
    },
    onStopped: (stopped) => {
      seen.stopped = stopped;
    },
    patience: order.unlocked ? Number.POSITIVE_INFINITY : order.patience,
    pingEvery: 100,
  });
  const attacker = { path: "AppSup/attacker" };
  const run = async (): Promise<void> => {
    await client.request<"load">({
      type: "load",
      model: order.model,
      root: order.code === null ? null : "src/app.ts#AppSup",
      seed: 1,
      mode: order.code === null ? "simulated" : "code",
      dynamicChildren: 1,
      bounds: order.unlocked ? BOUNDLESS : DEFAULT_BOUNDS,
      standIns: [],
      asInModel: [],
      marks: true,
    });
    const advance = async (ms: number) => client.request<"advance">({ type: "advance", ms });
    const send = async (message: string) => {
      await client.request<"input">({ type: "input", action: { kind: "send", target: attacker, message } });
    };
    await advance(1);
    await send("go");
    for (let at = 0; at < 4; at++) {
      const { reason } = await advance(1_000);
      seen.refused ??= reason;
      await pause(order.linger);
    }
    for (const pid of [1, 2, 3]) await client.request<"inspect">({ type: "inspect", pid });
    await send("again");
    await advance(10);
    seen.goesOn = texts.includes('"AGAIN"');
  };
  const patience = order.unlocked ? pause(4 * order.linger + 1_500) : new Promise<never>(() => {});
  await Promise.race([
    run().catch((error: unknown) => {
      seen.refused ??= error instanceof Error ? error.message : String(error);
    }),
    patience,
  ]);
  // What was under way may still be heard.
  await pause(20);
  if (seen.stopped === null) client.close();
  if (seen.stopped?.why === "closed") seen.stopped = null;
  clearInterval(ticking);
  channel.close();
  return seen;
}

(globalThis as unknown as { attack: typeof attack }).attack = attack;
