/** Running an application as a program. */
import type { Application } from "./application.ts";
import { System, type SystemOptions } from "./system.ts";

/** What is used of Node, when it is there. */
interface NodeProcess {
  once(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
}

function nodeProcess(): NodeProcess | null {
  const found = (globalThis as { process?: Partial<NodeProcess> & { versions?: { node?: string } } }).process;
  return found?.versions?.node !== undefined && typeof found.once === "function"
    ? (found as NodeProcess)
    : null;
}

/**
 * Starts `application` with all that it needs. In Node, SIGTERM and SIGINT stop it in an orderly way (a second
 * signal ends the program at once), and the program lives until then. Elsewhere it is the same without signals.
 * @throws StartError when an application does not start; those started before are stopped again.
 */
export async function run(application: Application, options: SystemOptions = {}): Promise<System> {
  const system = new System(options);
  await system.startApplication(application);
  const node = nodeProcess();
  if (node === null) return system;
  // Processes alone do not keep Node alive; the application does until it is stopped.
  const alive = setInterval(() => {
    if (system.applications.length === 0) release();
  }, 1000);
  const stop = (): void => {
    release();
    void system.stop();
  };
  const release = (): void => {
    clearInterval(alive);
    node.off("SIGTERM", stop);
    node.off("SIGINT", stop);
  };
  node.once("SIGTERM", stop);
  node.once("SIGINT", stop);
  return system;
}
