/**
 * tensorfleet/eslint: what the compiler and the run time cannot see. In eslint.config.js, with @typescript-eslint/parser set up:
 * `export default [tensorfleet.configs.recommended]`.
 */
import { noTensorOperators } from "./no-tensor-operators.ts";
import type { Rule } from "./rule-types.ts";

export type {
  ParserServices,
  Rule,
  RuleContext,
  StaticSymbol,
  StaticType,
  SyntaxNode,
  TypeChecker,
} from "./rule-types.ts";

/** A set of rules as ESLint's flat configuration takes it. */
export interface Configuration {
  name: string;
  files: string[];
  plugins: Record<string, { meta: Plugin["meta"]; rules: Plugin["rules"] }>;
  rules: Record<string, "error">;
}

/** What ESLint calls a plugin. */
export interface Plugin {
  meta: { name: string };
  rules: Record<string, Rule>;
  configs: { recommended: Configuration };
}

const meta = { name: "tensorfleet" };
const rules = { "no-tensor-operators": noTensorOperators };

const plugin: Plugin = {
  meta,
  rules,
  configs: {
    recommended: {
      name: "tensorfleet/recommended",
      files: ["**/*.ts", "**/*.mts", "**/*.cts", "**/*.tsx"],
      plugins: { tensorfleet: { meta, rules } },
      rules: { "tensorfleet/no-tensor-operators": "error" },
    },
  },
};

export default plugin;
