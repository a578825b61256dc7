/** Values as text, for comparison. */
import { InstanceOf } from "./instances.ts";
import { isPid } from "./properties.ts";

const DEEPEST = 12;

/** What a value holds, with processes by their names. */
export function print(value: unknown, nameOf: (number: number) => string, depth = 0): string {
  if (isPid(value)) return nameOf(value.id);
  if (typeof value === "bigint" || typeof value === "symbol") return String(value);
  if (typeof value === "function" && Object.keys(value).length === 0) return "";
  if ((typeof value !== "object" && typeof value !== "function") || value === null)
    return JSON.stringify(value) ?? "";
  if (depth > DEEPEST) return "";
  const all = (values: Iterable<unknown>) => [...values].map((each) => print(each, nameOf, depth + 1)).join();
  if (value instanceof InstanceOf) return `{${all(value.fields)}}`;
  if (value instanceof Map || value instanceof Set || Array.isArray(value)) return `[${all(value)}]`;
  return `{${all(Object.entries(value))}}`;
}
