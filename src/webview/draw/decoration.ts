/** For parts of the drawing that say nothing that a card does not say. */
export const DECORATION = { "aria-hidden": "true" } as const;
