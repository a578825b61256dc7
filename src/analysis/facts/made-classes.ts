/** How modules call the classes that functions make. */
import { classKey } from "../evaluate/identity.ts";
import type { At, Made, Value } from "../evaluate/values.ts";
import type { World } from "../evaluate/world.ts";

/** Objects within one another. */
const DEEPEST = 3;

/** A constant, or what constants have: `pools.low`. */
export interface Called {
  file: string;
  name: string;
}

/** Null where no constant is the class of this key, or has it. */
export function calledIn(world: World, { by: [call] }: Made, key: string): Called | null {
  for (const [name, declaration] of call?.module.declarations ?? []) {
    if (call === undefined || declaration.kind !== "var" || !declaration.stmt.constant) continue;
    const value = declaration.stmt.declarators[declaration.index]?.value;
    if (value == null || call.start < value.start || value.end < call.end) continue;
    const found = pathTo(world.lookup(call.module, name), key, name, 0);
    if (found !== null) return { file: call.module.file, name: found };
  }
  return null;
}

/** The class of a module of which a class is a static member; null where it is none. */
export function staticMemberOf({ module, start }: At): Called | null {
  for (const [name, { stmt }] of module.declarations) {
    if (stmt.kind !== "classDeclaration") continue;
    const member = stmt.class.members.find(
      ({ static: isStatic, value }) => isStatic && value?.kind === "class" && value.class.start === start,
    );
    if (member !== undefined) return { file: module.file, name: `${name}.${member.name}` };
  }
  return null;
}

/** What the module of a class calls that in which it stands: a function, or another class; null where it stands by itself. */
export function definitionAround({ module, start, end }: At): string | null {
  for (const [name, { stmt }] of module.declarations) if (stmt.start <= start && end <= stmt.end) return name;
  return null;
}

function pathTo(v: Value | null, key: string, path: string, depth: number): string | null {
  if (v?.kind === "class") return classKey(v) === key ? path : null;
  if (v?.kind !== "record" || depth >= DEEPEST) return null;
  for (const [name, { value }] of v.contents.props) {
    const found = /^[\w$]+$/.test(name) ? pathTo(value, key, `${path}.${name}`, depth + 1) : null;
    if (found !== null) return found;
  }
  return null;
}
