/** The debugger's types: what it makes of `node`, `chrome` and so on. The manifest's activation events name the same. */
export const DEBUG_TYPES = [
  "pwa-node",
  "node-terminal",
  "pwa-extensionHost",
  "pwa-chrome",
  "pwa-msedge",
  "pwa-editor-browser",
] as const;
