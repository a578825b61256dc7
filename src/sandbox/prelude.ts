/**
 * Closes what the page's policy leaves open in the worker. The policy stops the network, `eval` and imports, the
 * opaque origin stops storage; starting further workers and talking to them is left, and is taken away here. What
 * the policy stops anyway is taken away as well, so that nothing depends on one lock alone.
 */

const DOORS = [
  // other threads, and ways to speak to them
  "Worker",
  "SharedWorker",
  "BroadcastChannel",
  "ServiceWorkerContainer",
  "importScripts",
  // the network
  "fetch",
  "fetchLater",
  "XMLHttpRequest",
  "WebSocket",
  "WebSocketStream",
  "EventSource",
  "WebTransport",
  "RTCPeerConnection",
  "RTCDataChannel",
  // storage
  "indexedDB",
  "caches",
  "CacheStorage",
  "StorageManager",
  "cookieStore",
  // the frame that started the worker: only the engine's port speaks
  "postMessage",
  "close",
  "Notification",
  "FileReaderSync",
  "webkitRequestFileSystem",
  "webkitRequestFileSystemSync",
  "webkitResolveLocalFileSystemURL",
  "webkitResolveLocalFileSystemSyncURL",
] as const;

const NAVIGATOR_DOORS = [
  "serviceWorker",
  "storage",
  "storageBuckets",
  "locks",
  "sendBeacon",
  "usb",
  "hid",
  "serial",
  "gpu",
  "mediaCapabilities",
  "permissions",
  "connection",
] as const;

/** Takes the doors away from `scope` and from every prototype behind it. Returns the ones that could not be. */
export function closeDoors(scope: object): string[] {
  const open = take(scope, DOORS);
  const navigator = (scope as { navigator?: object }).navigator;
  if (typeof navigator === "object" && navigator !== null) open.push(...take(navigator, NAVIGATOR_DOORS));
  const url = (scope as { URL?: object }).URL;
  if (url !== undefined) open.push(...take(url, ["createObjectURL"]));
  return open;
}

function take(target: object, names: readonly string[]): string[] {
  const left: string[] = [];
  for (const name of names) {
    // Behind the object first: what is taken from it alone could be fetched back from its prototype.
    for (
      let at: object | null = target;
      at !== null && at !== Object.prototype;
      at = Object.getPrototypeOf(at)
    ) {
      if (at !== target && !Object.hasOwn(at, name)) continue;
      try {
        Object.defineProperty(at, name, { value: undefined, writable: false, configurable: false });
      } catch {
        left.push(name);
      }
    }
    if (Reflect.get(target, name) !== undefined && !left.includes(name)) left.push(name);
  }
  return left;
}
