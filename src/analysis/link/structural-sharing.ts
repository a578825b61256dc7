/**
 * A value that is like an earlier one becomes that earlier one, part by part: who compares by identity sees what changed.
 * Plain data only.
 */
export function share<T>(before: unknown, now: T): T {
  if (before === now || typeof now !== "object" || now === null) return now;
  if (typeof before !== "object" || before === null) return now;
  if (Array.isArray(now)) return (Array.isArray(before) ? shareList(before, now) : now) as T;
  return Array.isArray(before) ? now : (shareRecord(before as Fields, now as Fields) as T);
}

type Fields = Record<string, unknown>;

function shareRecord(before: Fields, now: Fields): Fields {
  let isSame = true;
  // Plain data inherits nothing that is listed; a list of names for each of ten thousand children would be thrown away.
  let names = 0;
  for (const name in now) {
    const was = before[name];
    const is = now[name];
    const shared = share(was, is);
    if (shared !== is) now[name] = shared;
    isSame &&= shared === was && (shared !== undefined || Object.hasOwn(before, name));
    names++;
  }
  for (const _ in before) names--;
  return isSame && names === 0 ? before : now;
}

/** Items are compared with those of the same key; those without one with their like in the same place, from either end. */
function shareList(before: readonly unknown[], now: unknown[]): readonly unknown[] {
  if (now.length === 0) return before.length === 0 ? before : now;
  const like = partners(before, now);
  let isSame = before.length === now.length;
  for (let i = 0; i < now.length; i++) {
    const one = now[i];
    const shared = share(like(one, i), one);
    if (shared !== one) now[i] = shared;
    isSame &&= shared === before[i];
  }
  return isSame ? before : now;
}

function partners(before: readonly unknown[], now: readonly unknown[]): (one: unknown, i: number) => unknown {
  if (areInPlace(before, now)) return (_, i) => before[i];
  const byKey = new Map(before.map((one) => [keyOf(one), one]));
  let start = 0;
  while (start < before.length && start < now.length && isLike(before[start], now[start])) start++;
  const shift = before.length - now.length;
  return (one, i) => {
    const key = keyOf(one);
    return key === undefined ? before[i < start ? i : Math.max(start, i + shift)] : byKey.get(key);
  };
}

/** Whether each has the key of the one that was in its place. */
function areInPlace(before: readonly unknown[], now: readonly unknown[]): boolean {
  if (before.length !== now.length) return false;
  for (let i = 0; i < now.length; i++) if (keyOf(before[i]) !== keyOf(now[i])) return false;
  return true;
}

function keyOf(one: unknown): unknown {
  return typeof one === "object" && one !== null ? (one as { key?: unknown }).key : undefined;
}

function isLike(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const [x, y] = [a as Fields, b as Fields];
  const names = Object.keys(x);
  return (
    names.length === Object.keys(y).length &&
    names.every((name) => Object.hasOwn(y, name) && isLike(x[name], y[name]))
  );
}
