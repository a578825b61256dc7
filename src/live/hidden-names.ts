/**
 * Names of fields whose values are hidden unless told otherwise: those that have one of these in them, in capitals or not. Apart
 * from what hides, since the editor's settings need no more than this.
 */
export const HIDDEN_NAMES = "token|passw|passphrase|secret|key|credential|cookie|authorization";
