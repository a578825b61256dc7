/** The registry of rules, sorted by id. A rule that is not here does not exist; a test holds the set together. */
import type { Rule } from "../rule.ts";
import { blockingInit } from "./blocking-init.ts";
import { childOrder } from "./child-order.ts";
import { missingMonitor } from "./missing-monitor.ts";
import { overloadedSupervisor } from "./overloaded-supervisor.ts";
import { restartBudget } from "./restart-budget.ts";
import { shutdown } from "./shutdown.ts";
import { trapExit } from "./trap-exit.ts";
import { unsupervisedProcess } from "./unsupervised-process.ts";

export const rules = {
  "blocking-init": blockingInit,
  "child-order": childOrder,
  "missing-monitor": missingMonitor,
  "overloaded-supervisor": overloadedSupervisor,
  "restart-budget": restartBudget,
  shutdown: shutdown,
  "trap-exit": trapExit,
  "unsupervised-process": unsupervisedProcess,
} satisfies Record<string, Rule>;

export type RuleId = keyof typeof rules;

export const isRuleId = (id: string): id is RuleId => Object.hasOwn(rules, id);
