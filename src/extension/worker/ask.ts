/** Asks a worker of its own, which answers once: rare questions, for which the compiler must not be loaded into the extension host. */
import { Worker } from "node:worker_threads";

/** @param script the built worker; its entry is node.ts. @throws what it threw, or that it ended without an answer */
export async function askWorker(script: string, workerData: object): Promise<unknown> {
  const worker = new Worker(script, { workerData });
  try {
    return await new Promise((done, fail) => {
      worker.once("message", done);
      worker.once("error", fail);
      worker.once("exit", (code) => fail(new Error(`the worker ended with code ${code}`)));
    });
  } finally {
    await worker.terminate();
  }
}
