import type { Location, TreeModel } from "./model.ts";

/** Where the supervisor, child, application or process outside any tree that has this key is written. */
export function locationOf(model: TreeModel, key: string): Location | null {
  for (const supervisor of model.supervisors) {
    if (supervisor.key === key) return supervisor.location;
    const child = supervisor.children.find((each) => each.key === key);
    if (child) return child.location;
  }
  const other = [...model.applications, ...model.orphans].find((each) => each.key === key);
  return other?.location ?? null;
}

/** Where something begins. */
type Beginning = Pick<Location, "file" | "line" | "column">;

/** By what the beginning of something is known: `src/app.ts:12:3`. */
export const sourcePlace = ({ file, line, column }: Beginning): string => `${file}:${line}:${column}`;

/** Whether something begins where something else does. */
export function samePlace(a: Beginning, b: Beginning): boolean {
  return a.file === b.file && a.line === b.line && a.column === b.column;
}

/** Whether the one place is in the other. */
export function contains(outer: Location, inner: Location): boolean {
  const after = (line: number, column: number, other: number, otherColumn: number): boolean =>
    line > other || (line === other && column >= otherColumn);
  return (
    outer.file === inner.file &&
    after(inner.line, inner.column, outer.line, outer.column) &&
    after(outer.endLine, outer.endColumn, inner.endLine, inner.endColumn)
  );
}
