export { type Choice, LiveChoices, type LiveOffer, type OfferedPage } from "./choices.ts";
export { type Comparison, compare, type Drift, type DriftKind, describeDrift } from "./drift.ts";
export {
  type Address,
  CLOSE_INSPECTOR,
  type InspectorTarget,
  openInspectorOf,
  parseTarget,
  type Target,
  targetsAt,
  urlAt,
  urlsAt,
} from "./endpoint.ts";
export { LiveTrace } from "./events-of.ts";
export { HIDDEN_NAMES } from "./hidden-names.ts";
export { type Hiding, hiding } from "./hide.ts";
export { heldIn, type LiveFacts, type LiveModel, modelOf, rootsOf, whatIfModel } from "./model-of.ts";
export { openProgram, type ProgramOptions, type ProgramSession } from "./program.ts";
export { layHook } from "./recording/hook.ts";
export {
  openRecording,
  overviewOf,
  Recording,
  readRecording,
  type Slice,
  type Stretch,
  type Track,
} from "./recording/recording.ts";
export { endOf, nameOf, openSession, RecordingSession } from "./recording/session.ts";
export { RecordingSource, sourcesOf } from "./recording/source.ts";
export { Spool } from "./recording/spool.ts";
export { RecordingWriter } from "./recording/writer.ts";
export {
  type Capabilities,
  LiveError,
  type LiveListener,
  type LiveSession,
  type Program,
  type SessionMessage,
  type SessionSystem,
  titleOf,
} from "./session.ts";
export { SessionChoices, type SessionChoicesOptions, systemName } from "./session-choices.ts";
export { LiveSource, programOf } from "./source.ts";
export { LiveViewer, type PageSource, type Tell } from "./viewer.ts";
