/** Other threads, channels, storage, and the frame that started the worker. */
import type { Attack } from "../attack.ts";

export const peers: Attack[] = [
  {
    name: "a worker from data",
    code: "new Worker('data:text/javascript,1'); escaped('Worker');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "a shared worker",
    code: "new SharedWorker('data:text/javascript,1'); escaped('SharedWorker');",
    must: "held",
    unlocked: { stopped: "workers have none" },
  },
  {
    name: "a broadcast channel to the page",
    code: "new BroadcastChannel('suptree attack').postMessage('hello');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "a message channel, to run outside the run's time",
    code: "const { port1, port2 } = new MessageChannel(); port1.onmessage = () => escaped('outside'); port2.postMessage(1); await self.sleep(5);",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "shared memory",
    code: "new SharedArrayBuffer(8); escaped('shared');",
    must: "held",
    unlocked: { stopped: "only isolated pages have it" },
  },
  {
    name: "waiting without the run's time",
    code: "Atomics.wait; escaped('Atomics');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "a blob URL that is left behind",
    code: "URL.createObjectURL(new Blob(['x'])); escaped('blob');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "postMessage to the frame",
    code: "postMessage({ kind: 'event' }); escaped('postMessage');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "postMessage of the prototypes",
    code: "for (let at = globalThis; at; at = Object.getPrototypeOf(at)) if (Object.hasOwn(at, 'postMessage')) escaped('postMessage');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "the end of the worker",
    code: "const end = globalThis.close; end.call(globalThis); escaped('close');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "a listener on the worker",
    code: "EventTarget.prototype.addEventListener.call(globalThis, 'message', () => {}); escaped('listener');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "a listener on no object",
    code: "(0, EventTarget.prototype.addEventListener)('message', () => {}); escaped('listener');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "an observable of the worker",
    code: "EventTarget.prototype.when.call(globalThis, 'message'); escaped('when');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "the worker's onmessage",
    code: "if ('onmessage' in globalThis) escaped('onmessage');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "a forged first message",
    where: "module",
    code: "try { dispatchEvent(new MessageEvent('message', { data: { type: 'port' } })); escaped('dispatched'); } catch {}",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "a listener before the port comes",
    where: "module",
    code: "try { addEventListener('message', (event) => { if (event.ports.length) escaped('port'); }); escaped('listens'); } catch {}",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "the opener, the parent, the page",
    code: "for (const name of ['parent', 'opener', 'top', 'window', 'document', 'acquireVsCodeApi', 'clients', 'location', 'origin', 'name', 'registration', 'navigator']) if (globalThis[name] !== undefined) escaped(name);",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "the database",
    code: "indexedDB.open('x'); escaped('indexedDB');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "the private file system",
    code: "await navigator.storage.getDirectory(); escaped('files');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "the old file system",
    code: "webkitRequestFileSystem; escaped('files');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "cookies and storage",
    code: "for (const name of ['cookieStore', 'localStorage', 'sessionStorage', 'CacheStorage', 'StorageManager', 'FileReader', 'File', 'Blob']) if (globalThis[name] !== undefined) escaped(name);",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "locks that others see",
    code: "await navigator.locks.request('x', () => escaped('locks'));",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "devices",
    code: "if (navigator.usb || navigator.serial || navigator.hid || navigator.gpu || navigator.permissions) escaped('devices');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "anything that is not of the language",
    code: `const known = new Set("self console setTimeout clearTimeout setInterval clearInterval queueMicrotask structuredClone atob btoa crypto performance AbortController AbortSignal Event EventTarget CustomEvent DOMException TextEncoder TextDecoder URL URLSearchParams addEventListener removeEventListener dispatchEvent".split(" "));
    for (let at = globalThis; at && at !== Object.prototype; at = Object.getPrototypeOf(at))
      for (const name of Object.getOwnPropertyNames(at))
        if (/^(on|webkit|[A-Z].*(Scope|Stream|Worker|Client|Request|Socket|Channel|Port|Storage|Canvas|Context|Decoder|Encoder|Observer)$)/.test(name) && !known.has(name)) escaped(name);`,
    must: "held",
    unlocked: "escapes",
  },
];
