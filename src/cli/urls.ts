import type { Rule } from "../lint/index.ts";

/** The documentation page of a rule, for people and code scanning. */
export const ruleUrl = (rule: Rule): string => `https://github.com/suptree/suptree/blob/main/${rule.docs}`;
