/** Node's `util`, as far as it computes. */
import { InstanceOf } from "../instances.ts";
import { NotInterpreted } from "../not-interpreted.ts";
import { entriesOf, isPlain } from "../properties.ts";
import { known } from "../unknown.ts";
import { isAlike } from "./alike.ts";

/** What is longer is written in several lines, in a way of Node's own. */
const WIDEST = 72;
const DEEPEST = 2;
const MOST = 6;

const quoted = (text: string): string => {
  if (/[\\\p{Cc}]/u.test(text)) throw new NotInterpreted("it shows a text with signs of its own");
  return text.includes("'") ? (text.includes('"') ? `\`${text}\`` : `"${text}"`) : `'${text}'`;
};

/** A value as Node shows it, where that stands in one line. */
export function inspect(value: unknown, depth = 0): string {
  known(value);
  if (typeof value === "string") return quoted(value);
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "symbol") return String(value);
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return String(value);
  const isList = Array.isArray(value);
  if (!isList && (typeof value === "function" || value instanceof InstanceOf || !isPlain(value)))
    throw new NotInterpreted("it shows something that is no data");
  const entries = entriesOf(value);
  if (depth > DEEPEST || (isList && (value.length > MOST || value.length !== entries.length)))
    throw new NotInterpreted("it shows something large");
  const parts = entries.map(([name, each]) => {
    const shown = inspect(each, depth + 1);
    return isList ? shown : `${/^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name)}: ${shown}`;
  });
  const [open, close] = isList ? "[]" : "{}";
  const line = parts.length === 0 ? `${open}${close}` : `${open} ${parts.join(", ")} ${close}`;
  if (line.length > WIDEST) throw new NotInterpreted("it shows something large");
  return line;
}

const shown = (value: unknown): string => (typeof value === "string" ? value : inspect(value));

function format(...args: unknown[]): string {
  const [first, ...rest] = args;
  if (typeof first !== "string") return args.map(shown).join(" ");
  const text = first.replace(/%[sdifjoOc%]/g, (mark) => {
    if (mark === "%%") return args.length === 1 ? mark : "%";
    if (rest.length === 0) return mark;
    const value = known(rest.shift());
    switch (mark) {
      case "%s":
        return typeof value === "bigint" ? `${value}n` : shown(value);
      case "%d":
        return typeof value === "object" ? "NaN" : String(Number(value));
      case "%i":
        return String(Number.parseInt(String(value), 10));
      case "%f":
        return String(Number.parseFloat(String(value)));
      case "%j":
        return JSON.stringify(typeof value === "object" ? inspectable(value) : value);
      case "%c":
        return "";
      default:
        throw new NotInterpreted(`the format ${mark}`);
    }
  });
  return [text, ...rest.map(shown)].join(" ");
}

function inspectable(value: object | null): object | null {
  if (value instanceof InstanceOf) throw new NotInterpreted("an object of a class in a text");
  return value;
}

type Callback = (failed: unknown, value: unknown) => void;

function promisify(fn: (...args: unknown[]) => unknown): unknown {
  if (typeof fn !== "function") throw new TypeError('The "original" argument must be of type function');
  return function (this: unknown, ...args: unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const tell: Callback = (failed, value) =>
        failed === null || failed === undefined ? resolve(value) : reject(failed);
      Reflect.apply(fn, this, [...args, tell]);
    });
  };
}

export const UTIL: Readonly<Record<string, unknown>> = {
  format,
  inspect: (value: unknown, options?: unknown) => {
    if (options !== undefined) throw new NotInterpreted("inspect with options");
    return inspect(value);
  },
  promisify,
  isDeepStrictEqual: isAlike,
  deprecate: (fn: unknown) => fn,
  debuglog: () => () => {},
};
