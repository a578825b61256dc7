/** Running an application as a program. */
import type { Application } from "./application.ts";
import { System, type SystemOptions } from "./system.ts";

/** What is used of Node, when it is there. */
interface NodeProcess {
  once(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
  exitCode?: number | string | null | undefined;
}

function nodeProcess(): NodeProcess | null {
  const found = (globalThis as { process?: Partial<NodeProcess> & { versions?: { node?: string } } }).process;
  return found?.versions?.node !== undefined && typeof found.once === "function"
    ? (found as NodeProcess)
    : null;
}

/**
 * Starts `application` with all that it needs, as OTP starts a permanent application: when one of them ends by itself,
 * the others are stopped too. In Node, SIGTERM and SIGINT stop everything in order, last started first, and the
 * program lives until then; a second signal ends it at once. The exit code is 0 after a signal and 1 when an
 * application has ended by itself. Elsewhere it is the same without signals and exit code.
 * @throws StartError when an application does not start; those started before are stopped again.
 */
export async function run(application: Application, options: SystemOptions = {}): Promise<System> {
  const system = new System(options);
  try {
    await system.startApplication(application);
  } catch (error) {
    // Nothing is to keep the program alive.
    await system.stop();
    throw error;
  }
  const node = nodeProcess();
  // Processes alone do not keep Node alive; the application does until it is stopped.
  const alive = node === null ? null : setInterval(() => {}, 0x7fffffff);
  const release = (): void => {
    if (alive !== null) clearInterval(alive);
    node?.off("SIGTERM", stop);
    node?.off("SIGINT", stop);
  };
  const stop = (): void => {
    forget();
    release();
    // What goes wrong here has been reported; there is nobody to tell.
    system.stop().catch(() => {});
  };
  const forget = system.onApplicationEnd((_, __, asked) => {
    if (!asked) {
      if (node !== null) node.exitCode ??= 1;
      stop();
    } else if (system.applications.length === 0) {
      forget();
      release();
    }
  });
  node?.once("SIGTERM", stop);
  node?.once("SIGINT", stop);
  return system;
}
