/** Rules that belong to one application of an op rather than to the op: they go with the attributes that it was executed with. */
import type { Attributes } from "../runtime/executor.ts";
import type { Rule } from "./rule.ts";

const rules = new WeakMap<Attributes, Rule>();

/** Gives the op that is executed with exactly this attributes object a rule of its own. */
export function setCustomRule(attributes: Attributes, rule: Rule): void {
  rules.set(attributes, rule);
}

/** The rule that goes with these attributes, if one does. */
export function customRuleOf(attributes: Attributes): Rule | undefined {
  return rules.get(attributes);
}
