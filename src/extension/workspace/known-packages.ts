/** The libraries whose supervision trees are understood, and how their use is seen without parsing anything. */

import { ALL_PACKAGES as KNOWN_PACKAGES } from "../../analysis/dialects/packages.ts";

const IMPORT = new RegExp(
  `(?:from|import|require)\\s*\\(?\\s*["'](?:(?:npm|jsr):/?)?(?:${KNOWN_PACKAGES.map((name) => name.replace(/[/.]/g, "\\$&")).join("|")})["'/@]`,
);

/** Does a source text import one of them? */
export function importsKnownPackage(text: string): boolean {
  return IMPORT.test(text);
}

/** The text of one package.json. */
export function manifestHasEvidence(text: string): boolean {
  return manifestNames(text, KNOWN_PACKAGES);
}

/** Does a package.json's text depend on one of these packages? */
export function manifestNames(text: string, packages: readonly string[]): boolean {
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch {
    return false;
  }
  if (typeof manifest !== "object" || manifest === null) return false;
  const fields = manifest as Record<string, unknown>;
  return ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"].some((name) => {
    const dependencies = fields[name];
    return (
      typeof dependencies === "object" &&
      dependencies !== null &&
      packages.some((known) => known in dependencies)
    );
  });
}
