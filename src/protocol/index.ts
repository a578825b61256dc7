export { ProtocolError } from "./check.ts";
export * from "./host.ts";
export {
  type FiguresMessage,
  LIVE_FAULTS,
  type LiveChoice,
  type LiveFault,
  type LiveHostMessage,
  type LivePageMessage,
  type LiveProgram,
  type PageDrift,
  type RecordedOverview,
  type RecordedSlice,
} from "./live.ts";
export { findingSchema, treeModelSchema } from "./model-schema.ts";
export { APP_ID, contentSecurityPolicy, type PageOptions, renderPage, type SandboxWorkers } from "./page.ts";
export { parseSavedRun, runInputSchema, savedRunSchema } from "./run-schema.ts";
export * from "./sandbox.ts";
export {
  SandboxClient,
  type SandboxClientOptions,
  SandboxError,
  type SandboxStopped,
} from "./sandbox-client.ts";
export {
  DEFAULT_SETTINGS,
  type RuleSettings,
  readRules,
  readSetting,
  type SettingName,
  type SettingValue,
} from "./settings.ts";
export { Silence } from "./silence.ts";
export { traceEventsSchema } from "./trace-schema.ts";
