/** Node's `path` on a machine whose paths have slashes; its working directory is not known. */
import { NotInterpreted } from "../not-interpreted.ts";

function normalize(path: string): string {
  if (path === "") return ".";
  const isAbsolute = path.startsWith("/");
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (!isAbsolute) parts.push(part);
  }
  const joined = parts.join("/") + (path.endsWith("/") && parts.length > 0 ? "/" : "");
  return isAbsolute ? `/${joined}` : joined === "" ? (path.endsWith("/") ? "./" : ".") : joined;
}

const text = (path: unknown): string => {
  if (typeof path !== "string") throw new TypeError('The "path" argument must be of type string');
  return path;
};

function resolve(...given: unknown[]): string {
  let path = "";
  for (const each of given.map(text).reverse()) {
    if (each !== "") path = path === "" ? each : `${each}/${path}`;
    if (each.startsWith("/")) break;
  }
  if (!path.startsWith("/")) throw new NotInterpreted("a path in the working directory");
  const whole = normalize(path);
  return whole === "/" ? whole : whole.replace(/\/$/, "");
}

function basename(given: unknown, ending: unknown = ""): string {
  const name = text(given).replace(/\/+$/, "").split("/").at(-1) ?? "";
  const end = text(ending);
  return end !== "" && end !== name && name.endsWith(end) ? name.slice(0, -end.length) : name;
}

function extname(path: unknown): string {
  const name = basename(path);
  const at = name.lastIndexOf(".");
  return at <= 0 || name === ".." ? "" : name.slice(at);
}

function dirname(given: unknown): string {
  const path = text(given).replace(/\/+$/, "");
  const at = path.lastIndexOf("/");
  if (at === -1) return path === "" && text(given) !== "" ? "/" : ".";
  return at === 0 ? "/" : path.slice(0, at).replace(/(?<=.)\/+$/, "");
}

function relative(from: unknown, to: unknown): string {
  const [a, b] = [from, to].map((each) =>
    resolve(each)
      .split("/")
      .filter((part) => part !== ""),
  );
  let same = 0;
  while (same < a!.length && same < b!.length && a![same] === b![same]) same++;
  return [...a!.slice(same).map(() => ".."), ...b!.slice(same)].join("/");
}

function parse(path: unknown): object {
  const root = text(path).startsWith("/") ? "/" : "";
  const [base, ext] = [basename(path), extname(path)];
  const dir = /\/[^/]/.test(text(path)) ? dirname(path) : root;
  return { root, dir, base, ext, name: basename(path, ext) };
}

export const PATHS: Readonly<Record<string, unknown>> = {
  join: (...parts: unknown[]) =>
    normalize(
      parts
        .map(text)
        .filter((each) => each !== "")
        .join("/"),
    ),
  normalize: (path: unknown) => normalize(text(path)),
  isAbsolute: (path: unknown) => text(path).startsWith("/"),
  resolve,
  basename,
  dirname,
  extname,
  relative,
  parse,
  sep: "/",
  delimiter: ":",
};
