/**
 * Suptree, the library: supervision trees for TypeScript with the semantics of Erlang/OTP. Works in Node, browsers
 * and workers, needs nothing else.
 */
export { type Application, type ApplicationSpec, defineApplication, startOrder } from "./application.ts";
export type { ApplicationEnd } from "./applications.ts";
export { type Clock, RealClock, VirtualClock } from "./clock.ts";
export { consoleLogger, formatReport } from "./console-logger.ts";
export type { PlatformSignal } from "./core/aborting.ts";
export type { AsyncStreamOptions } from "./core/async-stream.ts";
export type { Blocked, InCallback } from "./core/block-detector.ts";
export type { MailboxLimit } from "./core/bound.ts";
export type { AsyncContexts } from "./core/contexts.ts";
export type { Emitter, EventEmitterLike, EventTargetLike } from "./core/ownership.ts";
export type { SupervisionInfo } from "./core/proc.ts";
export type { TaskEnd, TaskHandle, TaskMessage, TaskOptions } from "./core/tasks.ts";
export { SYSTEM_CHANNEL, systems } from "./discovery.ts";
export { CallError, Exit, ProcessError, StartError } from "./errors.ts";
export { GenServer } from "./gen-server.ts";
export type { ProcessInfo, ProcessRelations, ProcessSummary } from "./inspect.ts";
export {
  type MonitorRef,
  type Pid,
  type ProcessName,
  processName,
  type Target,
  type TimerRef,
  type TypedTarget,
  type ViaName,
} from "./pid.ts";
export { Process } from "./process.ts";
export {
  type AnyProtocol,
  type Call,
  type CallResult,
  type CallsOf,
  type CastsOf,
  Continue,
  continueWith,
  type DownMessage,
  type ExitMessage,
  type From,
  type HandlerResult,
  type Hibernate,
  hibernate,
  type Ignore,
  type Info,
  type InfosOf,
  type InitResult,
  ignore,
  type Next,
  type NoReply,
  type NoStray,
  noReply,
  Ok,
  ok,
  type Protocol,
  type ProtocolOf,
  Reply,
  type ReplyOf,
  type ReplyTo,
  type RequestOf,
  reply,
  replyTo,
  Stop,
  stop,
  Timeout,
  type TimeoutMessage,
  timeout,
} from "./protocol.ts";
export { type Random, seededRandom } from "./random.ts";
export {
  type BadReturnReason,
  type CallDescription,
  type CallFailedReason,
  type DescribeOptions,
  describeTerm,
  ErrorTerm,
  type ExitReason,
  formatReason,
  isFailedCall,
  isNormalReason,
  type RaisedReason,
  type ShutdownReason,
  type SpecError,
  type StartSpecReason,
} from "./reason.ts";
export { type FlightRecorder, type RecordOptions, record } from "./record.ts";
export {
  type InProcess,
  type RegisterResult,
  Registry,
  type RegistryEntry,
  type RegistryOptions,
  via,
} from "./registry.ts";
export type {
  CrashReport,
  ErrorReport,
  LastMessage,
  Logger,
  OverloadReport,
  ProgressReport,
  Report,
  SupervisorReport,
  UncaughtReport,
} from "./reports.ts";
export type {
  ChildCounts,
  ChildError,
  ChildInfo,
  ChildResult,
  GetChildSpecResult,
  RestartChildResult,
  StartChildError,
  StartChildResult,
} from "./results.ts";
export { type RunEnd, type RunOptions, run } from "./run.ts";
export {
  type AnyStart,
  type AutoShutdownMode,
  type ChildOf,
  type ChildOfClass,
  type ChildSpec,
  type ChildTemplate,
  type CompleteChildSpec,
  type DynamicSupervisorSpec,
  type ExtraArgsOf,
  type InitArgs,
  type ProcessClass,
  type Restart,
  type ShutdownMethod,
  type Start,
  type StartArgs,
  type SupervisionStrategy,
  type SupervisorFlags,
  type SupervisorSpec,
  startOf,
  type TypedChildSpec,
} from "./spec.ts";
export { DynamicSupervisor, Supervisor, type SupervisorProtocol, TaskSupervisor } from "./supervisor.ts";
export { type RootOptions, System } from "./system.ts";
export type { SystemOptions } from "./system-options.ts";
export { Task } from "./task.ts";
export type * from "./trace.ts";
export { EVENT_TYPES, plainEvent, SUPERVISION_EVENTS } from "./trace.ts";
