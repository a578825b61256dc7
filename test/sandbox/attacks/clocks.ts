/** The machine's time and chance, which differ from run to run. */
import type { Attack } from "../attack.ts";

export const clocks: Attack[] = [
  {
    name: "Date.now",
    code: "if (Date.now() > 1600000000000) escaped('now');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "new Date, Date() and its constructor",
    code: "if (new Date() > 1600000000000 || new (new Date(0).constructor)() > 1600000000000 || !/2020/.test(Date()) || Reflect.construct(Date, []) > 1600000000000) escaped('date');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "a subclass of Date",
    code: "class Own extends Date {} if (new Own() > 1600000000000) escaped('date');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "performance.now",
    code: "const first = performance.now(); for (let at = 0; at < 1e6; at++); if (performance.now() !== first) escaped('now'); if (performance.timeOrigin > 1600000000000) escaped('origin');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "the time of an event",
    code: "const first = new Event('x').timeStamp; for (let at = 0; at < 2e7; at++); if (new Event('x').timeStamp !== first) escaped('timeStamp');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "a format without a date",
    code: "if (!/20(20|19)/.test(new Intl.DateTimeFormat('en', { year: 'numeric' }).format()) || !/20(20|19)/.test(new Intl.DateTimeFormat('en', { year: 'numeric' }).formatToParts().map((part) => part.value).join(''))) escaped('format');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "another calendar of the language",
    code: "if (typeof Temporal === 'object' && Temporal.Now.instant().epochMilliseconds > 1600000000000) escaped('Temporal');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "chance that no seed decides",
    code: "if (/native code/.test(Function.prototype.toString.call(Math.random))) escaped('random'); if (/native code/.test(Function.prototype.toString.call(crypto.getRandomValues))) escaped('crypto');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "crypto",
    code: "if (crypto.subtle || typeof Crypto === 'function') escaped('crypto');",
    must: "held",
    unlocked: { stopped: "only secure pages have it" },
  },
  {
    name: "a real timer",
    code: "let rung = false; setTimeout(() => { rung = true; }, 50); await self.sleep(49); if (rung) escaped('early'); await self.sleep(2); if (!rung) escaped('late');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "AbortSignal.timeout",
    code: "const signal = AbortSignal.timeout(50); await self.sleep(51); if (!signal.aborted) escaped('late');",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "the machine's own, behind the worker",
    code: `for (let at = Object.getPrototypeOf(globalThis); at && at !== Object.prototype; at = Object.getPrototypeOf(at))
      for (const name of ["setTimeout", "setInterval", "performance", "crypto", "queueMicrotask", "structuredClone", "Date", "console"])
        if (Object.getOwnPropertyDescriptor(at, name)) escaped(name);`,
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "the machine's own, in its place",
    code: "const names = ['setTimeout', 'setInterval', 'queueMicrotask', 'structuredClone', 'Date']; for (const name of names) if (/native code/.test(Function.prototype.toString.call(globalThis[name]))) escaped(name);",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "animation frames and idle times",
    code: "for (const name of ['requestAnimationFrame', 'requestIdleCallback', 'scheduler']) if (globalThis[name] !== undefined) escaped(name);",
    must: "held",
    unlocked: "escapes",
  },
  {
    name: "when garbage is collected",
    code: "if (/native code/.test(Function.prototype.toString.call(WeakRef)) || /native code/.test(Function.prototype.toString.call(FinalizationRegistry))) escaped('WeakRef');",
    must: "held",
    unlocked: "escapes",
  },
];
