/** How long frames take: by the clock, and in processor time of the page's own thread, which other programs do not disturb. */
import type { Browser, Page } from "playwright-core";
import type { Probe } from "./probe.ts";

export interface Frames {
  /** Milliseconds between two frames. */
  between: number[];
  /** Milliseconds of the page's thread for each frame: scripts, style, layout, painting, and the tasks between frames. */
  work: number[];
}

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  tdur?: number;
  args: { name?: string };
}

const CATEGORIES = ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"];

/** Watches the page while something happens in it. */
export async function watchFrames(browser: Browser, page: Page, act: () => Promise<void>): Promise<Frames> {
  await browser.startTracing(page, { categories: CATEGORIES });
  await page.evaluate(() => (globalThis as unknown as { probe: Probe }).probe.begin());
  await act();
  const between = await page.evaluate(() => (globalThis as unknown as { probe: Probe }).probe.end());
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString("utf8")) as {
    traceEvents: TraceEvent[];
  };
  return { between, work: workOf(traceEvents) };
}

function workOf(events: readonly TraceEvent[]): number[] {
  // The page's thread is the one that animates; the sandbox's frame has another.
  const counts = new Map<string, number>();
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  for (const event of events) {
    if (event.name === "FireAnimationFrame") {
      counts.set(threadOf(event), (counts.get(threadOf(event)) ?? 0) + 1);
    }
  }
  const [thread] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [""];
  const own = events.filter((event) => threadOf(event) === thread).sort((a, b) => a.ts - b.ts);
  const work: number[] = [];
  let sum = 0;
  // Several callbacks of one frame run in one task.
  let counted = false;
  for (const event of own) {
    if (event.name === "FireAnimationFrame" && event.ph === "X" && !counted) {
      work.push(sum);
      sum = 0;
      counted = true;
    } else if (event.name === "RunTask" || event.name === "ThreadControllerImpl::RunTask") {
      sum += (event.tdur ?? 0) / 1000;
      counted = false;
    }
  }
  return work.slice(1);
}
