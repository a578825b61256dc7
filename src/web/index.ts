export { startWebHost, type WebHost, type WebHostOptions } from "./host.ts";
export { LiveSource } from "./live-source.ts";
export {
  type Analysed,
  type LiveOptions,
  type LiveSession,
  liveProvider,
  type ModelProvider,
} from "./provider.ts";
