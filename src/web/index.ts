export { startWebHost, type WebHost } from "./host.ts";
export type { WebHostOptions } from "./options.ts";
export {
  type Analysed,
  type LiveOptions,
  type LiveSession,
  liveProvider,
  type ModelProvider,
} from "./provider.ts";
