/** The registry of rules, sorted by id. A rule that is not here does not exist; a test holds the set together. */
import type { Rule } from "../rule.ts";
import { childOrder } from "./child-order.ts";
import { overloadedSupervisor } from "./overloaded-supervisor.ts";

export const rules = {
  "child-order": childOrder,
  "overloaded-supervisor": overloadedSupervisor,
} satisfies Record<string, Rule>;

export type RuleId = keyof typeof rules;

export const isRuleId = (id: string): id is RuleId => Object.hasOwn(rules, id);
