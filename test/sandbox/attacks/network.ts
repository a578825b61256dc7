/** Ways to the network, and to whoever resolves names. */
import type { Attack } from "../attack.ts";

const none = { stopped: "workers have none" } as const;

export const network: Attack[] = [
  {
    name: "fetch",
    code: "await fetch('http://' + CANARY, { mode: 'no-cors' }); escaped('fetch');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "fetch of the prototypes behind the worker",
    code: `for (let at = globalThis; at; at = Object.getPrototypeOf(at)) {
      const own = Object.getOwnPropertyDescriptor(at, "fetch");
      if (own) { (own.value || own.get.call(globalThis)).call(globalThis, "http://" + CANARY, { mode: "no-cors" }); escaped("fetch"); }
    }`,
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "XMLHttpRequest, synchronous",
    code: "const x = new XMLHttpRequest(); x.open('GET', 'http://' + CANARY, false); try { x.send(); } catch {} escaped('XMLHttpRequest');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "WebSocket",
    code: "new WebSocket('ws://' + CANARY); escaped('WebSocket');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "WebSocketStream",
    code: "new WebSocketStream('ws://' + CANARY); escaped('WebSocketStream');",
    must: "held",
    unlocked: { stopped: "not enabled in every Chromium" },
  },
  {
    name: "EventSource",
    code: "new EventSource('http://' + CANARY); escaped('EventSource');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "WebTransport",
    code: "new WebTransport('https://' + CANARY); escaped('WebTransport');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "RTCPeerConnection",
    code: "new RTCPeerConnection({ iceServers: [{ urls: 'stun:' + CANARY.split('/')[0] }] }); escaped('WebRTC');",
    must: "held",
    unlocked: none,
  },
  {
    name: "a font from a URL",
    code: "const font = new FontFace('x', 'url(http://' + CANARY + ')'); font.load().catch(() => {}); fonts.add(font); escaped('FontFace');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "importScripts",
    code: "try { importScripts('http://' + CANARY); } catch (error) { if (!/importScripts is not/.test(error)) escaped('importScripts'); }",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "import() of a URL",
    code: "import('http://' + CANARY).then(() => escaped('import'), () => {});",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "import() of a URL from within a timer",
    code: "setTimeout(() => { import('http://' + CANARY).then(() => escaped('import'), () => {}); }, 1); await self.sleep(5);",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "navigator.sendBeacon",
    code: "navigator.sendBeacon('http://' + CANARY); escaped('beacon');",
    must: "held",
    unlocked: none,
  },
  {
    name: "the cache, to be filled from the network",
    code: "const cache = await caches.open('x'); await cache.add('http://' + CANARY).catch(() => {}); escaped('caches');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "a nested worker that fetches",
    code: "new Worker(URL.createObjectURL(new Blob(['fetch(\\'http://' + CANARY + '\\', {mode:\\'no-cors\\'})']))); escaped('Worker');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "a style sheet that imports",
    code: "new CSSStyleSheet().replace('@import url(http://' + CANARY + ')'); escaped('CSS');",
    must: "held",
    unlocked: none,
  },
  {
    name: "an image bitmap, a stream, a response",
    code: "for (const name of ['createImageBitmap', 'Response', 'Request', 'ReadableStream', 'OffscreenCanvas', 'VideoDecoder']) if (name in globalThis) escaped(name);",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "a report to a server",
    code: "reportError(new Error('x')); escaped('reportError');",
    must: "held",
    unlocked: "escapes",
  },
];
