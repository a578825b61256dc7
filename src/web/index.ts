export { startWebHost, type WebHost, type WebHostOptions } from "./host.ts";
export { type Analysed, type ModelProvider, type WatchOptions, watchedProvider } from "./provider.ts";
