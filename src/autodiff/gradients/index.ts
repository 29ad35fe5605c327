/** The gradient table: the rule of every op that has one, family by family. */
import type { Rule, Rules } from "../rule.ts";
import { activations } from "./activations.ts";
import { arithmetic } from "./arithmetic.ts";
import { complexNumbers } from "./complex.ts";
import { controlFlow } from "./control-flow.ts";
import { convolutions } from "./convolutions.ts";
import { elementwise } from "./elementwise.ts";
import { images } from "./images.ts";
import { indexing } from "./indexing.ts";
import { linalg } from "./linalg.ts";
import { nonDifferentiable } from "./non-differentiable.ts";
import { normalization } from "./normalization.ts";
import { pooling } from "./pooling.ts";
import { products } from "./products.ts";
import { reductions } from "./reductions.ts";
import { shapes } from "./shapes.ts";

/** The families by name. */
export const families: Readonly<Record<string, Rules>> = {
  arithmetic,
  elementwise,
  activations,
  reductions,
  products,
  shapes,
  indexing,
  convolutions,
  pooling,
  normalization,
  linalg,
  images,
  complexNumbers,
  controlFlow,
};

const table = new Map<string, Rule>(Object.values(families).flatMap((family) => Object.entries(family)));

/** The rule of an op: `null` when no gradient passes it, `undefined` when the table does not know it. */
export function ruleOf(op: string): Rule | null | undefined {
  return table.get(op) ?? (nonDifferentiable.has(op) ? null : undefined);
}
