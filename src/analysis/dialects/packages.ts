/**
 * The packages that each dialect reads, in one place: recognition, the extension's evidence and its activation events go by
 * them. Imports nothing, so that the extension host may ask cheaply.
 */
export const PACKAGES = {
  suptree: ["suptree"],
  noex: ["@hamicek/noex", "noex"],
  nact: ["nact", "@nact/core"],
  "actor-ts": ["actor-ts"],
  grove: ["@vyntral/grove-core"],
  actorboy: ["actorboy"],
} as const satisfies Record<string, readonly string[]>;

/** All of them. */
export const ALL_PACKAGES: readonly string[] = Object.values(PACKAGES).flat();
