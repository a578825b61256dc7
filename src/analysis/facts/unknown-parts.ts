/** What a process's class has that is not known: its callbacks, and what decorators or others make of it. */
import { isDialectPackage } from "../dialects/dialect.ts";
import { CALLBACKS } from "../dialects/process-code.ts";
import { chainOf, property } from "../evaluate/objects.ts";
import { isLit } from "../evaluate/values.ts";
import type { Execution } from "./execution.ts";
import { patchedAt } from "./patched.ts";

export function noteUnknownParts({ interpreter: I, code, dialects, notes }: Execution): void {
  const { self, at } = code;
  if (self?.cls.kind !== "class") return;
  const { classes } = chainOf(I, self.cls);
  if (classes.some(({ class: c }) => c.decorated === true && c.base !== null))
    notes.unread("it has decorators", at);
  for (const cls of classes) {
    const patched = patchedAt(I, cls, (pkg) => isDialectPackage(dialects, pkg));
    if (patched !== null) notes.unread("its class is changed after its definition", patched);
  }
  for (const [name] of CALLBACKS) {
    const v = property(I, self, name, at);
    if (v.kind !== "function" && v.kind !== "externalMethod" && !isLit(v, undefined))
      notes.unread(`its ${name} is not known`, at);
  }
}
