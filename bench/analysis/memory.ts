/**
 * The process of a host whose analysis runs in its worker: `node memory.ts FOLDER` prints resident MB after the scan and
 * after 1,000 edits as they come from an editor, one message each.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AnalysisClient } from "../../src/analysis/worker/client.ts";
import { startNodeWorker } from "../../src/analysis/worker/start-node.ts";
import { editable, edits } from "./synth.ts";

const folder = process.argv[2] ?? "";
const EDITS = 1000;
/** The worker tidies up when it has been idle this long. */
const IDLE_MS = 3000;

const rss = (): number => process.memoryUsage().rss / 1e6;
const client = new AnalysisClient({
  start: () => startNodeWorker(new URL("../../src/analysis/worker/node.ts", import.meta.url)),
});
const bare = rss();
await client.open({ roots: [folder] });
const scanned = rss();
await sleep(IDLE_MS);
const before = rss();
const path = join(folder, "packages/p0/src/edited.ts");
let n = 0;
for (const text of edits(editable())) {
  await client.update(path, text);
  if (++n === EDITS) break;
}
const edited = rss();
await sleep(IDLE_MS);
const after = rss();
client.dispose();
console.log(JSON.stringify({ bare, scanned, before, edited, after }));
