/** Whether the code of a process can be interpreted, all of it; what it uses of the world around. */
import type { Class, FileCode, Func, NodeExtras, Stmt } from "../../model/code.ts";
import { CRYPTO, GLOBALS } from "./globals.ts";
import { COMPUTED, SHARED_PRIVATE } from "./known.ts";
import { LIBRARY } from "./library.ts";
import { BINARY, UNARY } from "./operators.ts";
import { isMissing, PROCESS } from "./properties.ts";

type Node = Record<string, unknown> & { kind?: string };

export interface Read {
  /** Why it cannot be; null where it can. */
  obstacle: string | null;
  /** Of `OUTSIDE`. */
  outside: ReadonlySet<string>;
}

const ASSIGNMENTS: ReadonlySet<string> = new Set([
  "=",
  "+=",
  "-=",
  "*=",
  "/=",
  "||=",
  "&&=",
  "??=",
  "delete",
]);

export class Readable {
  readonly #code: ReadonlyMap<string, FileCode>;
  readonly #known = new Map<string, Read>();

  constructor(code: ReadonlyMap<string, FileCode>) {
    this.#code = code;
  }

  /** What is known of the class of a process. */
  process(file: string, name: string): Read {
    const key = `${file}#${name}`;
    let read = this.#known.get(key);
    if (read === undefined) {
      read = this.#read(file, name);
      this.#known.set(key, read);
    }
    return read;
  }

  #read(file: string, name: string): Read {
    const outside = new Set<string>();
    const seen = new Set<string>();
    const todo: [string, string][] = [[file, name]];
    const no = (obstacle: string): Read => ({ obstacle, outside });
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
      const [at, what] = next;
      const key = `${at}#${what}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const module = this.#code.get(at);
      const stmt = module?.definitions[what] as Stmt<NodeExtras> | undefined;
      if (module === undefined || stmt === undefined) return no(`${what} was not found`);
      // Another process is another's code, and started by its class.
      if (seen.size > 1 && this.#rootOf(at, what) === "process" && !this.#isBelow(file, name, at, what))
        continue;
      const own = new Definition(stmt);
      const members = this.#rootOf(at, what) === "process" ? this.#members(at, what) : null;
      if (members !== null && this.#sharesPrivate(at, what)) return no(SHARED_PRIVATE);
      const isOwn = (each: string): boolean =>
        Object.hasOwn(module.definitions, each) || Object.hasOwn(module.imports, each);
      const obstacle = own.obstacle ?? own.thisObstacle(members) ?? own.languageObstacle(isOwn);
      if (obstacle !== null) return no(obstacle);
      for (const each of own.outside) outside.add(each);
      for (const free of own.names) {
        // A name of the module's may be a variable's in one place and the module's in another.
        if (own.declared.has(free) && !Object.hasOwn(module.definitions, free)) continue;
        if (Object.hasOwn(module.definitions, free)) todo.push([at, free]);
        else if (Object.hasOwn(module.imports, free)) {
          const from = module.imports[free]!;
          if ("file" in from) todo.push([from.file, from.name]);
          else if (CRYPTO.test(from.package) && from.name === "randomUUID") outside.add("random");
          else if (!LIBRARY.has(from.name)) return no(`it uses ${from.name} of ${from.package}`);
        } else if (free === "Date" || free === "performance") outside.add(free);
        else if (free === "crypto") outside.add("random");
        else if (!GLOBALS.has(free)) return no(`it uses ${free}`);
      }
    }
    return { obstacle: null, outside };
  }

  /** A method of a class, or of one that it extends; null where the program has none. */
  method(file: string, name: string, method: string): Func<NodeExtras> | null {
    let at: [string, string] | string | null = [file, name];
    for (let depth = 0; Array.isArray(at) && depth < 16; depth++) {
      for (const { kind, name: own, func, static: isStatic } of this.#classAt(at[0], at[1])?.members ?? [])
        if (kind === "method" && own === method && !isStatic) return func;
      at = this.#baseOf(at[0], at[1]);
    }
    return null;
  }

  #classAt(file: string, name: string): Class<NodeExtras> | null {
    const stmt = this.#code.get(file)?.definitions[name] as Stmt<NodeExtras> | undefined;
    return stmt?.kind === "classDeclaration" ? stmt.class : null;
  }

  /** The class that one extends, as file and name; a name alone for one of the library's. */
  #baseOf(file: string, name: string): [string, string] | string | null {
    const base = this.#classAt(file, name)?.base;
    if (base?.kind !== "identifier") return null;
    const module = this.#code.get(file)!;
    if (Object.hasOwn(module.definitions, base.name)) return [file, base.name];
    const from = Object.hasOwn(module.imports, base.name) ? module.imports[base.name]! : null;
    if (from === null) return null;
    return "file" in from ? [from.file, from.name] : from.name;
  }

  #rootOf(file: string, name: string): "process" | null {
    let at: [string, string] | string | null = [file, name];
    for (let depth = 0; Array.isArray(at) && depth < 16; depth++) at = this.#baseOf(at[0], at[1]);
    return typeof at === "string" ? "process" : null;
  }

  #isBelow(file: string, name: string, other: string, otherName: string): boolean {
    let at: [string, string] | string | null = [file, name];
    for (let depth = 0; Array.isArray(at) && depth < 16; depth++) {
      if (at[0] === other && at[1] === otherName) return true;
      at = this.#baseOf(at[0], at[1]);
    }
    return false;
  }

  /** Whether a class has a private member that one that it extends has too. */
  #sharesPrivate(file: string, name: string): boolean {
    const own = new Set(this.#classAt(file, name)?.members.map((member) => member.name));
    let at = this.#baseOf(file, name);
    for (let depth = 0; Array.isArray(at) && depth < 16; depth++) {
      for (const member of this.#classAt(at[0], at[1])?.members ?? [])
        if (member.name.startsWith("#") && own.has(member.name)) return true;
      at = this.#baseOf(at[0], at[1]);
    }
    return false;
  }

  /** The names of members of a class and of those that it extends; null where it extends something else. */
  #members(file: string, name: string): ReadonlySet<string> {
    const found = new Set<string>();
    let at: [string, string] | string | null = [file, name];
    for (let depth = 0; Array.isArray(at) && depth < 16; depth++) {
      for (const { name: own } of this.#classAt(at[0], at[1])?.members ?? []) found.add(own);
      at = this.#baseOf(at[0], at[1]);
    }
    return found;
  }
}

/** One definition: the names in it, and what of it cannot be interpreted. */
class Definition {
  readonly names = new Set<string>();
  readonly declared = new Set<string>();
  readonly outside = new Set<string>();
  readonly #ofThis = new Set<string>();
  /** What it takes of something that has a name. */
  readonly #members: [of: string, name: string][] = [];
  /** Functions around the code that is looked at whose `this` is not the class's. */
  #inside = 0;
  obstacle: string | null = null;

  constructor(stmt: Stmt<NodeExtras>) {
    if (stmt.kind === "var") for (const { value } of stmt.declarators) this.#look(value);
    else if (stmt.kind === "classDeclaration") {
      this.#look(stmt.class.base);
      this.#look(stmt.class.members);
      this.#class(stmt.class as unknown as Node);
    } else if (stmt.kind === "functionDeclaration") {
      this.#function(stmt.func as unknown as Node);
      this.#look(stmt.func.body);
    } else this.#look(stmt);
  }

  #no(what: string): void {
    this.obstacle ??= what;
  }

  /** What it asks of itself that neither it nor the library has. */
  thisObstacle(members: ReadonlySet<string> | null): string | null {
    if (members === null) return null;
    for (const name of this.#ofThis)
      if (!members.has(name) && !PROCESS.has(name) && name !== "constructor") return `this.${name}`;
    return this.#ofThis.has("constructor") ? "this.constructor" : null;
  }

  /** What it asks of the language that is not there. */
  languageObstacle(isOwn: (name: string) => boolean): string | null {
    for (const [of, name] of this.#members)
      if (!this.declared.has(of) && !isOwn(of) && isMissing(GLOBALS.get(of), name)) return `${of}.${name}`;
    return null;
  }

  #look(node: unknown): void {
    if (Array.isArray(node)) {
      for (const part of node) this.#look(part);
      return;
    }
    if (typeof node !== "object" || node === null) return;
    const one = node as Node;
    this.#one(one);
    const func = one.kind === "function" ? (one.func as Node) : null;
    // A function has a `this` of its own, unless it is an arrow.
    const own =
      (func !== null && func.arrow !== true) || one.kind === "class" || one.kind === "classDeclaration";
    if (own) this.#inside++;
    for (const part of Object.values(one)) this.#look(part);
    if (own) this.#inside--;
  }

  #class(node: Node): void {
    if (node.decorated === true) this.#no("decorators");
    if (node.computed === true) this.#no(COMPUTED);
  }

  #function(node: Node): void {
    if (node.generator === true) this.#no("a generator");
    for (const { target, default: otherwise } of node.params as { target: Node; default: unknown }[]) {
      this.#declare(target);
      this.#look(otherwise);
    }
  }

  #one(node: Node): void {
    if ("params" in node && "generator" in node) {
      if (typeof node.name === "string") this.declared.add(node.name);
      this.#function(node);
    }
    switch (node.kind) {
      case "identifier":
        this.names.add(String(node.name));
        return;
      case "get": {
        // A member of a class may be of this kind too.
        const object = node.object as Node | undefined;
        if (object === undefined) return;
        if (object.kind === "this" && this.#inside === 0) this.#ofThis.add(String(node.name));
        if (object.kind === "identifier" && object.name === "Math" && node.name === "random")
          this.outside.add("random");
        if (object.kind === "identifier") this.#members.push([String(object.name), String(node.name)]);
        return;
      }
      case "new":
        if ((node.callee as Node).name === "Date") this.#no("it makes a Date");
        return;
      case "opaque":
        this.#no(String(node.what));
        return;
      case "getter":
      case "setter":
        this.#no("an object with a getter or a setter");
        return;
      case "binary":
        if (!BINARY.has(String(node.op))) this.#no(`the operator ${String(node.op)}`);
        return;
      case "unary":
        if (!UNARY.has(String(node.op))) this.#no(`the operator ${String(node.op)}`);
        return;
      case "assignment":
        if (!ASSIGNMENTS.has(String(node.op))) this.#no("an operator with an assignment");
        this.#assigned(node.target as Node);
        return;
      case "jump":
        if (node.labelled === true) this.#no("a jump to a label");
        return;
      case "var":
        if (node.functionScoped === true) this.#no("var");
        for (const { target } of node.declarators as { target: Node }[]) this.#declare(target);
        return;
      case "forOf":
        if (node.await === true) this.#no("for await");
        this.#declare(node.target as Node);
        return;
      case "try":
        if (node.param !== null) this.#declare(node.param as Node);
        return;
      case "classDeclaration":
      case "class": {
        const cls = node.class as Node;
        if (typeof cls.name === "string") this.declared.add(cls.name);
        this.#class(cls);
        return;
      }
      case "enum":
        this.declared.add(String(node.name));
    }
  }

  #declare(target: Node): void {
    if (target.kind === "identifier") this.declared.add(String(target.name));
    else this.#parts(target, (part) => this.#declare(part));
  }

  #assigned(target: Node): void {
    this.#parts(target, (part) => this.#assigned(part));
  }

  /** What a pattern names. */
  #parts(target: Node, visit: (part: Node) => void): void {
    if (target.kind !== "objectPattern" && target.kind !== "arrayPattern") return;
    for (const part of target.parts as ({ name?: string | null; target: Node } | null)[]) {
      if (part?.name === null) this.#no("a pattern with a computed name");
      if (part !== null) visit(part.target);
    }
    if (target.rest !== null) visit(target.rest as Node);
  }
}
