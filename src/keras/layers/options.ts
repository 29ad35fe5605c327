/** Options that all layers share: of their constructors, their calls and their weights. */
import type { DType } from "../../base/dtypes.ts";
import type { Nest } from "../../base/nests.ts";
import type { OptionNames } from "../../base/options.ts";
import type { Shape } from "../../base/shapes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { ConstraintIdentifier } from "../constraints/index.ts";
import type { InitializerIdentifier } from "../initializers/index.ts";
import type { RegularizerIdentifier } from "../regularizers/index.ts";
import type { DTypePolicyIdentifier } from "./dtype-policy.ts";

/** Options of every layer. */
export interface LayerOptions {
  /** The layer's name; made of its class and a number when not given. */
  name?: string | undefined;
  /** Whether its weights are trained; true when not given. */
  trainable?: boolean;
  /** Element type or policy: `"float32"` when not given, see {@link DTypePolicy}. */
  dtype?: DTypePolicyIdentifier | null;
  /** Adds a penalty on the outputs, divided by the batch's size, to the losses. */
  activityRegularizer?: RegularizerIdentifier | null;
  /** Whether floating inputs are cast to the layer's element type; true when not given. */
  autocast?: boolean;
}

/** Their names. */
export const layerOptions: OptionNames<LayerOptions> = {
  name: true,
  trainable: true,
  dtype: true,
  activityRegularizer: true,
  autocast: true,
};

/** Options of a call: what `apply` takes beside the inputs and `call` gets. */
export interface CallOptions {
  /** Whether this is training: dropout drops, batch normalization uses the batch. The layer around decides when not given. */
  readonly training?: boolean | undefined;
  /** Which timesteps count. It goes with the input tensor when not given. */
  readonly mask?: Nest<Tensor | undefined> | undefined;
  readonly [option: string]: unknown;
}

/** Options of {@link Layer.addWeight}. */
export interface AddWeightOptions {
  /** A scalar when not given. */
  shape?: Shape;
  /** `"glorot_uniform"` for floating dtypes and `"zeros"` for others when not given. */
  initializer?: InitializerIdentifier;
  /** The layer's variable dtype when not given. */
  dtype?: DType;
  trainable?: boolean;
  name?: string;
  regularizer?: RegularizerIdentifier | null | undefined;
  constraint?: ConstraintIdentifier | null | undefined;
  /** Whether mixed precision casts it where it is used. */
  autocast?: boolean;
}
