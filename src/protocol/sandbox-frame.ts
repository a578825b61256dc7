/**
 * The iframe between the page and the worker. It has an opaque origin and no rights but to run its script; its
 * only work is to start the worker from text and to pass on the port, so that the worker has neither the page's
 * origin nor its objects. Written as text, because a `srcdoc` cannot import.
 */

/**
 * The frame's document. The page's policy, which it inherits, allows what the page needs; its own allows the one script
 * and the one worker, and the worker inherits both.
 */
export function frameDocument(nonce: string): string {
  const own = nonce.replaceAll(/[^A-Za-z0-9+/=_-]/g, "");
  const policy = `default-src 'none'; script-src 'nonce-${own}'; worker-src blob:; base-uri 'none'; form-action 'none'`;
  return `<!DOCTYPE html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta http-equiv="x-dns-prefetch-control" content="off"></head><body><script nonce="${own}">${FRAME_SCRIPT}</script></body></html>`;
}

/*
 * One message starts the worker: { type: "start", source } with one port. Failures are told over that port as a
 * `failed` event, the same that the engine itself would send. A second message is ignored.
 */
const FRAME_SCRIPT = `
"use strict";
(() => {
  const page = window.parent;
  const onMessage = (event) => {
    if (event.source !== page || event.data === null || typeof event.data !== "object") return;
    if (event.data.type !== "start" || typeof event.data.source !== "string" || event.ports.length !== 1) return;
    window.removeEventListener("message", onMessage);
    const port = event.ports[0];
    const fail = (message) =>
      port.postMessage({ kind: "event", event: { type: "failed", message: String(message) } });
    let worker;
    try {
      const url = URL.createObjectURL(new Blob([event.data.source], { type: "text/javascript" }));
      worker = new Worker(url, { name: "suptree sandbox" });
      URL.revokeObjectURL(url);
    } catch (error) {
      fail("The sandbox's worker could not be started: " + error);
      return;
    }
    // After the worker has the port, only the worker can speak over it; what fails later is told to the page.
    worker.onerror = (error) => {
      error.preventDefault();
      page.postMessage({ type: "workerFailed", message: String(error.message || "the worker could not be read") }, "*");
    };
    worker.postMessage({ type: "port" }, [port]);
  };
  window.addEventListener("message", onMessage);
  page.postMessage({ type: "frameReady" }, "*");
})();
`;
