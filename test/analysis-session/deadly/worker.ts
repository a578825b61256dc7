/** An analysis worker that really dies at some texts: in an endless loop, out of memory, or by ending its thread. */
import { nodeHost } from "../../../src/analysis/session/index.ts";
import { nodePort, serveSession } from "../../../src/analysis/worker/index.ts";

function die(text: string): void {
  if (text.includes("DIE: loop")) for (;;);
  if (text.includes("DIE: memory")) {
    const kept: unknown[] = [];
    for (;;) kept.push(new Array(10_000).fill(kept.length));
  }
  if (text.includes("DIE: exit")) process.exit(3);
}

const host = nodeHost();
serveSession(nodePort(), {
  host: {
    ...host,
    readFile(path, limit) {
      const bytes = host.readFile(path, limit);
      if (path.endsWith(".ts") && bytes instanceof Uint8Array) die(new TextDecoder().decode(bytes));
      return bytes;
    },
  },
  check: (_model, sources) => {
    die(sources.get("src/bad.ts") ?? "");
    return [];
  },
});
