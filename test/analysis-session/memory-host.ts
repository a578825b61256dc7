/** A file system in memory, with links and failures, that answers at once or with promises. */
import {
  type EntryKind,
  type FileSystemHost,
  HostError,
  type MaybePromise,
} from "../../src/analysis/discover/host.ts";
import { dirname, join } from "../../src/analysis/discover/paths.ts";

type Node = { kind: "file"; bytes: Uint8Array } | { kind: "directory" } | { kind: "symlink"; target: string };

export interface MemoryHost extends FileSystemHost {
  write(path: string, content: string | Uint8Array): void;
  link(path: string, target: string): void;
  remove(path: string): void;
  /** Renames a file or a folder. */
  move(from: string, to: string): void;
  /** Answers for this path are failures from now on. */
  fail(path: string, error: HostError): void;
  /** Paths read with readFile, in order. */
  reads: string[];
  /** Called before each answer. */
  before: ((op: string, path: string) => void) | undefined;
}

export function memoryHost(files: Record<string, string> = {}, { async = false } = {}): MemoryHost {
  const nodes = new Map<string, Node>([["/", { kind: "directory" }]]);
  const failures = new Map<string, HostError>();
  const encoder = new TextEncoder();

  function folders(path: string): void {
    for (let at = dirname(path); !nodes.has(at); at = dirname(at)) nodes.set(at, { kind: "directory" });
  }

  function follow(path: string, hops = 0): string | HostError {
    if (hops > 40) return new HostError("unreadable", "symbolic links that lead in a circle");
    let at = "";
    const parts = path.split("/").filter((part) => part !== "");
    for (const [i, part] of parts.entries()) {
      at += `/${part}`;
      const node = nodes.get(at);
      if (node?.kind === "symlink") {
        const rest = parts.slice(i + 1).join("/");
        const target = join(dirname(at), node.target);
        return follow(rest === "" ? target : `${target}/${rest}`, hops + 1);
      }
    }
    return path;
  }

  function answer<T>(
    op: string,
    path: string,
    work: (real: string) => T | HostError,
  ): MaybePromise<T | HostError> {
    const now = (): T | HostError => {
      host.before?.(op, path);
      const failure = failures.get(path);
      if (failure !== undefined) return failure;
      const real = follow(path);
      return real instanceof HostError ? real : work(real);
    };
    return async ? new Promise((resolve) => setTimeout(() => resolve(now()), 0)) : now();
  }

  const missing = new HostError("not_found", "no such file or folder");
  const host: MemoryHost = {
    reads: [],
    before: undefined,
    write(path, content) {
      folders(path);
      nodes.set(path, {
        kind: "file",
        bytes: typeof content === "string" ? encoder.encode(content) : content,
      });
    },
    link(path, target) {
      folders(path);
      nodes.set(path, { kind: "symlink", target });
    },
    remove(path) {
      for (const key of [...nodes.keys()]) if (key === path || key.startsWith(`${path}/`)) nodes.delete(key);
    },
    move(from, to) {
      folders(to);
      for (const [key, node] of [...nodes]) {
        if (key !== from && !key.startsWith(`${from}/`)) continue;
        nodes.delete(key);
        nodes.set(to + key.slice(from.length), node);
      }
    },
    fail(path, error) {
      failures.set(path, error);
    },
    readFile: (path, limit) =>
      answer("readFile", path, (real) => {
        host.reads.push(path);
        const node = nodes.get(real);
        if (node === undefined) return missing;
        if (node.kind !== "file") return new HostError("not_a_file", "is a folder");
        return node.bytes.length > limit ? new HostError("too_large", "too large") : node.bytes;
      }),
    readDirectory: (path) =>
      answer("readDirectory", path, (real) => {
        if (nodes.get(real)?.kind !== "directory") return missing;
        const prefix = real.endsWith("/") ? real : `${real}/`;
        const entries: { name: string; kind: EntryKind }[] = [];
        for (const [key, node] of nodes)
          if (key !== real && key.startsWith(prefix) && !key.slice(prefix.length).includes("/"))
            entries.push({ name: key.slice(prefix.length), kind: node.kind });
        return entries;
      }),
    stat: (path) =>
      answer("stat", path, (real) => {
        const node = nodes.get(real);
        if (node === undefined) return missing;
        return node.kind === "file"
          ? { kind: "file" as const, size: node.bytes.length }
          : { kind: "directory" as const, size: 0 };
      }),
    realPath: (path) => answer("realPath", path, (real) => (nodes.has(real) ? real : missing)),
  };
  for (const [path, text] of Object.entries(files)) host.write(path, text);
  return host;
}
