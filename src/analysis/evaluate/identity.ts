/** What tells things apart that the program makes: places, and which of the things that one place makes. */
import type { Interpreter } from "./interpreter.ts";
import type { Scope } from "./scope.ts";
import type { At, Cls, ExtMethod, Made, Value } from "./values.ts";

/**
 * Names a piece of code that can run as a process: `<file>:<offset>` of a class, a behaviour object, a call that
 * starts a supervisor.
 */
export type CodeKey = string;

export function codeKey(at: At): CodeKey {
  return `${at.module.file}:${at.start}`;
}

/** A place of which several things come, and which of them. */
export function siteKey(at: At, which: string): CodeKey {
  return `${codeKey(at)}@${which}`;
}

/** The place of a key, whichever of the things that come of it is meant. */
export function placeKey(key: CodeKey): CodeKey {
  const at = key.lastIndexOf("@");
  return at > key.lastIndexOf(":") ? key.slice(0, at) : key;
}

/** The key of a class; each call of a function that makes one makes another. */
export function classKey({ class: c, scope, made }: Cls): CodeKey {
  const at = scope.module.at(c);
  return made === undefined ? codeKey(at) : siteKey(at, made.which);
}

/** The class of the object whose inherited `this.self`, `this.call` it is; null where that is not known. */
export function ownerOf({ self }: ExtMethod): Cls | null {
  return self.kind === "instance" && self.cls.kind === "class" ? self.cls : null;
}

/** Whether it is the reference by which a process of this code knows itself, of a library that makes one where it starts the process. */
export function isOwnReference(v: Value, code: CodeKey): boolean {
  if (v.kind !== "term" || v.data.own === undefined) return false;
  return v.data.site?.kind === "literal" && v.data.site.value === code;
}

/** Which of the things that this place makes is made now: by the calls that lead there, with what the functions around it know. */
export function madeHere(I: Interpreter, scope: Scope): Made {
  const by = I.sites.slice(I.aroundConstructor);
  const parts = by.map(codeKey);
  describeAround(scope, parts);
  return { which: hash(parts.join(" ")), by };
}

/** What the functions around a place know. */
export function describeAround(scope: Scope, into: string[]): void {
  for (let s: Scope | null = scope; s !== null && s.parent !== null; s = s.parent) {
    if (s.parent === s.module.scope && !s.ofFunction) break;
    for (const [n, { contents: c }] of s.vars) {
      into.push(n);
      describe(c, into, 0);
      if (c.kind === "unknown" || c.kind === "instance") into.push(codeKey(c.at));
    }
  }
}

const MAX_PARTS = 400;

/** What is known of a value, without the places where it is written. */
export function describe(v: Value, into: string[], depth: number): void {
  if (into.length > MAX_PARTS) return;
  switch (v.kind) {
    case "literal":
      into.push(JSON.stringify(v.value) ?? "undefined");
      return;
    case "record":
      if (depth > 5) return;
      for (const [n, entry] of v.contents.props) {
        into.push(n);
        describe(entry.value, into, depth + 1);
      }
      return;
    case "list":
      if (depth > 5) return;
      into.push(`[${v.contents.items.length}`);
      for (const item of v.contents.items) describe(item.value, into, depth + 1);
      return;
    case "term": {
      const site = v.data.site;
      into.push(v.tag, site?.kind === "literal" ? String(site.value) : codeKey(v.at));
      return;
    }
    case "text":
      into.push(v.parts.join("*"));
      return;
    case "class":
      into.push(classKey(v));
      return;
    case "function":
      into.push(codeKey(v.scope.module.at(v.func)));
      return;
    case "external":
      into.push(v.pkg, ...v.path);
      return;
    default:
      into.push(v.kind);
  }
}

/** Short text that differs when the text does. */
export function hash(text: string): string {
  let h = 5381;
  for (let i = 0; i < text.length; i++) h = (Math.imul(h, 33) ^ text.charCodeAt(i)) >>> 0;
  return h.toString(36);
}
