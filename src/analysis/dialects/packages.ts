/**
 * The packages that each dialect reads, in one place: recognition, the extension's evidence and its activation events go by
 * them. Imports nothing, so that the extension host may ask cheaply.
 */
export const PACKAGES = {
  suptree: ["suptree"],
  noex: ["@hamicek/noex", "noex"],
  nact: ["nact", "@nact/core", "@nact/persistence"],
  "actor-ts": ["actor-ts"],
  grove: ["@vyntral/grove-core"],
  actorboy: ["actorboy"],
} as const satisfies Record<string, readonly string[]>;

/** All of them. */
export const ALL_PACKAGES: readonly string[] = Object.values(PACKAGES).flat();

/** What Deno and Bun write before a package's name, and the version behind it, is left out: `npm:suptree@1/testing`. */
export function plainSpecifier(specifier: string): string {
  const parts = /^(?:npm|jsr):\/?((?:@[^/@]+\/)?[^/@]+)(?:@[^/]*)?(\/.*)?$/.exec(specifier);
  return parts === null ? specifier : `${parts[1]}${parts[2] ?? ""}`;
}
