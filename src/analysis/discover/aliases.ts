/**
 * Other names of packages: `"otp": "npm:suptree@1"`, `"otp": "workspace:suptree@*"`, `"otp": "file:../suptree"` in a
 * package.json, its `imports` that lead to a package, and tsconfig `paths` that lead into one.
 */
import { rangesOf, realTarget } from "./dependencies.ts";
import { type Package, splitSpecifier } from "./packages.ts";
import type { Projects } from "./projects.ts";

/** The package that a dependency of this name really is, as `pkg` or a package above it says; null for no alias. */
export function aliasedPackage(projects: Projects, pkg: Package | undefined, name: string): string | null {
  let current = pkg;
  for (let depth = 0; current !== undefined && depth < 6; depth++) {
    const range = rangesOf(current).find(([each]) => each === name)?.[1];
    if (range !== undefined) {
      const target = realTarget(range, current.folder);
      if (target === null) return null;
      const real = target.startsWith("/") ? projects.packageAt(target)?.name : target;
      return real === undefined || real === name ? null : real;
    }
    const above = current.folder.slice(0, Math.max(0, current.folder.lastIndexOf("/")));
    current = above === "" ? undefined : projects.packageOf(above);
  }
  return null;
}

/** Specifiers that mean another package than their own name says. */
interface Alias {
  prefix: string;
  /** What comes after the part that varies; undefined: nothing varies. */
  suffix: string | undefined;
  package: string;
}

/** All aliases of a workspace, to see cheaply whether a file may use a package under another name. */
export class Aliases {
  readonly #exact = new Map<string, string>();
  readonly #patterns: Alias[] = [];

  constructor(projects: Projects, folders: readonly string[]) {
    for (const folder of folders) {
      const pkg = projects.packageAt(folder);
      if (pkg !== undefined) this.#addPackage(projects, pkg);
    }
    for (const config of projects.allConfigs()) {
      for (const { prefix, suffix, targets } of config.aliases) {
        for (const target of targets) {
          const name =
            packageInside(target) ?? projects.packageOf(target.replace(/\/[^/]*\*?[^/]*$/, "") || "/")?.name;
          if (name !== undefined) this.#add(prefix, suffix, name);
        }
      }
    }
  }

  #addPackage(projects: Projects, pkg: Package): void {
    for (const [name, range] of rangesOf(pkg)) {
      if (!/^(npm|workspace|file|link|portal):/.test(range)) continue;
      const real = aliasedPackage(projects, pkg, name);
      if (real !== null) this.#add(name, undefined, real);
    }
    const { imports } = pkg.json;
    if (typeof imports !== "object" || imports === null || Array.isArray(imports)) return;
    for (const [key, value] of Object.entries(imports)) {
      for (const target of strings(value)) {
        if (target.startsWith(".")) continue;
        const [name] = splitSpecifier(target);
        const star = key.indexOf("*");
        const real = aliasedPackage(projects, pkg, name) ?? name;
        if (star < 0) this.#add(key, undefined, real);
        else this.#add(key.slice(0, star), key.slice(star + 1), real);
      }
    }
  }

  #add(prefix: string, suffix: string | undefined, name: string): void {
    if (suffix === undefined) this.#exact.set(prefix, name);
    else this.#patterns.push({ prefix, suffix, package: name });
  }

  /** The packages that a specifier may mean; none when it means what it says. */
  *packagesOf(specifier: string): Iterable<string> {
    if (this.#exact.size > 0) {
      const found = this.#exact.get(specifier) ?? this.#exact.get(splitSpecifier(specifier)[0]);
      if (found !== undefined) yield found;
    }
    for (const { prefix, suffix, package: name } of this.#patterns)
      if (specifier.startsWith(prefix) && specifier.endsWith(suffix!)) yield name;
  }
}

/** The package that a path inside node_modules belongs to. */
export function packageInside(path: string): string | undefined {
  const at = path.lastIndexOf("/node_modules/");
  return at < 0
    ? undefined
    : splitSpecifier(path.slice(at + "/node_modules/".length))[0].replace(/\/?\*$/, "");
}

function strings(x: unknown): string[] {
  if (typeof x === "string") return [x];
  return typeof x === "object" && x !== null ? Object.values(x).flatMap(strings) : [];
}
