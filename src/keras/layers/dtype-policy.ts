/** DTypePolicy: the element types in which a layer computes and keeps its weights; they differ in mixed precision. */
import { type DType, isDType } from "../../base/dtypes.ts";
import { describe, invalidArgument } from "../../base/errors.ts";
import type { Config } from "../object-registry.ts";
import type { SerializedObject } from "../serialization.ts";

const mixed: Readonly<Record<string, DType>> = { mixed_bfloat16: "bfloat16", mixed_float16: "float16" };

/**
 * In which element type a layer computes, and in which it keeps its weights: `"float32"`, or `"mixed_bfloat16"` for float32
 * weights that are cast to bfloat16 where they are used.
 * @throws when `name` is neither a dtype nor a mixed policy.
 * @see https://keras.io/api/mixed_precision/policy/
 * @example
 * const policy = new tf.keras.DTypePolicy("mixed_bfloat16");
 * console.log(policy.computeDtype, policy.variableDtype); // => bfloat16 float32
 */
export class DTypePolicy {
  static readonly className: string = "DTypePolicy";
  readonly name: string;
  /** Element type of the layer's inputs, of its computation and of its outputs. */
  readonly computeDtype: DType;
  /** Element type of the layer's weights. */
  readonly variableDtype: DType;

  constructor(name: string | { name: string }) {
    this.name = typeof name === "string" ? name : name.name;
    const known = mixed[this.name] ?? (isDType(this.name) ? this.name : undefined);
    if (known === undefined) {
      throw invalidArgument("DTypePolicy", `a dtype, "mixed_bfloat16" or "mixed_float16"`, describe(this.name));
    }
    this.computeDtype = known;
    this.variableDtype = this.name in mixed ? "float32" : known;
  }

  /** What the policy is made of. */
  getConfig(): Config {
    return { name: this.name };
  }

  /** The policy that {@link getConfig} described. */
  static fromConfig(config: Config): DTypePolicy {
    return new DTypePolicy(config.name as string);
  }
}

/** What is taken where a policy is expected: a dtype, a policy's name, a policy, or one as files hold it. */
export type DTypePolicyIdentifier = string | DTypePolicy | SerializedObject;

let globalPolicy = new DTypePolicy("float32");

/** The policy of layers that are given none. */
export function dtypePolicy(): DTypePolicy {
  return globalPolicy;
}

/**
 * Sets the policy of the layers that are made from now on.
 * @example
 * tf.keras.config.setDtypePolicy("mixed_bfloat16");
 * console.log(new tf.keras.layers.Dense(2).computeDtype); // => bfloat16
 * tf.keras.config.setDtypePolicy("float32");
 */
export function setDtypePolicy(policy: DTypePolicyIdentifier): void {
  globalPolicy = getDTypePolicy(policy);
}

/** The policy that `identifier` stands for; the global one when there is none. */
export function getDTypePolicy(identifier?: DTypePolicyIdentifier | null): DTypePolicy {
  if (identifier === undefined || identifier === null) return globalPolicy;
  if (identifier instanceof DTypePolicy) return identifier;
  return new DTypePolicy(typeof identifier === "string" ? identifier : ((identifier.config as Config).name as string));
}
