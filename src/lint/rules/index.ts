/** The registry of rules, sorted by id. A rule that is not here does not exist; a test holds the set together. */
import type { Rule } from "../rule.ts";
import { applicationOrder } from "./application-order.ts";
import { blastRadius } from "./blast-radius.ts";
import { blockingInit } from "./blocking-init.ts";
import { childOrder } from "./child-order.ts";
import { dependencyCycle } from "./dependency-cycle.ts";
import { invalidSpec } from "./invalid-spec.ts";
import { missingMonitor } from "./missing-monitor.ts";
import { overloadedSupervisor } from "./overloaded-supervisor.ts";
import { restartBudget } from "./restart-budget.ts";
import { restartPolicy } from "./restart-policy.ts";
import { sharedStartArgument } from "./shared-start-argument.ts";
import { shutdown } from "./shutdown.ts";
import { strategyMismatch } from "./strategy-mismatch.ts";
import { supervisorCallInInit } from "./supervisor-call-in-init.ts";
import { trapExit } from "./trap-exit.ts";
import { unsupervisedProcess } from "./unsupervised-process.ts";

export const rules = {
  "application-order": applicationOrder,
  "blast-radius": blastRadius,
  "blocking-init": blockingInit,
  "child-order": childOrder,
  "dependency-cycle": dependencyCycle,
  "invalid-spec": invalidSpec,
  "missing-monitor": missingMonitor,
  "overloaded-supervisor": overloadedSupervisor,
  "restart-budget": restartBudget,
  "restart-policy": restartPolicy,
  "shared-start-argument": sharedStartArgument,
  shutdown: shutdown,
  "strategy-mismatch": strategyMismatch,
  "supervisor-call-in-init": supervisorCallInInit,
  "trap-exit": trapExit,
  "unsupervised-process": unsupervisedProcess,
} satisfies Record<string, Rule>;

export type RuleId = keyof typeof rules;

export const isRuleId = (id: string): id is RuleId => Object.hasOwn(rules, id);
