/** How a layer is applied: inputs become tensors and are checked, the first call builds, then `call` runs with masks and losses kept. */

import { describe, invalidArgument, refusePromise, TensorfleetError } from "../../base/errors.ts";
import { flatten, mapNest, type Nest } from "../../base/nests.ts";
import { shapeText } from "../../base/shapes.ts";
import { traceFunction } from "../../runtime/concrete-function.ts";
import { executeOne, isTracing } from "../../runtime/executor.ts";
import { scope } from "../../runtime/scopes.ts";
import { Tensor } from "../../runtime/tensor.ts";
import { checkGivenOptions } from "../given-options.ts";
import { builtinNameOf, type Registered } from "../object-registry.ts";
import { callContext, withCallContext } from "./call-context.ts";
import { checkInputs } from "./input-spec.ts";
import type { LayerInputs } from "./inputs.ts";
import { KerasTensor } from "./keras-tensor.ts";
import type { Layer } from "./layer.ts";
import { maskOf, setMask } from "./masks.ts";
import { withNameScope } from "./name-scope.ts";
import { Node, symbolicIn } from "./node.ts";
import type { CallOptions } from "./options.ts";
import { lengthOf } from "./reshaping.ts";
import type { ShapeNest } from "./shape-nests.ts";

type Inputs = Nest<Tensor | KerasTensor | null>;
type Masks = Nest<Tensor | undefined>;

/** Applies a layer to tensors (eager or traced) or to symbolic ones. */
export function applyLayer(layer: Layer, inputs: LayerInputs, options: CallOptions): unknown {
  if (symbolicIn(inputs, options).length > 0) return applySymbolic(layer, inputs, options);
  const kept = callContext()?.kept ?? [];
  if (isTracing()) return applyTensors(layer, inputs, options, kept);
  using open = scope();
  const outputs = applyTensors(layer, inputs, options, kept);
  if (kept.length > 0) open.keep(kept);
  return open.keep(outputs);
}

function applyTensors(layer: Layer, inputs: LayerInputs, options: CallOptions, kept: Tensor[]): unknown {
  const tensors = layer.toInputs(inputs);
  checkAndBuild(layer, tensors, options);
  return runCall(layer, tensors as Nest<Tensor>, options, kept);
}

function applySymbolic(layer: Layer, inputs: LayerInputs, options: CallOptions): unknown {
  const tensors = layer.toInputs(inputs);
  checkAndBuild(layer, tensors, options);
  const outputs = withNameScope(layer.name, layer, () =>
    layer.computeOutputSpec(tensors as Nest<KerasTensor>, options),
  );
  new Node(layer, inputs, options, outputs);
  return outputs;
}

/** What every layer is told; classes of the user's may take more. */
const callOptions = { training: true, mask: true } as const;

function isBuiltin(layer: Layer): boolean {
  return builtinNameOf(layer.constructor as unknown as Registered) !== undefined;
}

function checkAndBuild(layer: Layer, tensors: Inputs, options: CallOptions): void {
  checkGivenOptions(layer);
  for (const name in options)
    if (!(name in callOptions) && isBuiltin(layer))
      throw invalidArgument(layer.label, "options { training?, mask? } of a call", `an unknown ${name}`);
  if (layer.inputSpec) checkInputs(layer.label, layer.inputSpec, tensors);
  if (layer.built) return;
  const shapes = mapNest(tensors, (tensor) => tensor?.shape ?? null) as ShapeNest;
  if (!layer.hasBuild && symbolicIn(tensors).length > 0 && layer.sublayers.some((inner) => !inner.built)) {
    traceOutputs(layer, tensors, options);
  }
  layer.buildInCall(shapes);
  if (layer.inputSpec) checkInputs(layer.label, layer.inputSpec, tensors);
}

function runCall(layer: Layer, inputs: Nest<Tensor>, options: CallOptions, kept: Tensor[]): unknown {
  const outer = callContext();
  if (!outer) layer.clearLosses();
  const { computeDtype, variableDtype } = layer.dtypePolicy;
  const autocast = layer.autocast && computeDtype !== variableDtype ? computeDtype : undefined;
  const training = options.training ?? outer?.training;
  const mask = options.mask ?? masksOf(inputs);
  return withCallContext({ training, autocast, kept }, () =>
    withNameScope(layer.name, layer, () => {
      const outputs = layer.call(inputs, { ...options, training, mask });
      refusePromise(outputs, `${layer.label}: expected call() to return tensors, got a promise; make it synchronous`);
      const other = flatten(outputs as Nest<unknown>).find((output) => !(output instanceof Tensor));
      if (other !== undefined || outputs === undefined)
        throw invalidArgument(layer.label, "call() to return tensors, or arrays and objects of them", describe(other));
      layer.built = true;
      if (layer.activityRegularizer) addActivityLoss(layer, outputs);
      if (layer.supportsMasking) passMasks(layer, inputs, outputs, mask, kept);
      return outputs;
    }),
  );
}

function addActivityLoss(layer: Layer, outputs: Nest<Tensor>): void {
  for (const output of flatten(outputs)) {
    const loss = layer.activityRegularizer?.apply(output) as Tensor;
    if (output.rank === 0) layer.addLoss(loss);
    else layer.addLoss(executeOne("DivNoNan", [loss, lengthOf(output, 0).cast(loss.dtype)]));
  }
}

function masksOf(inputs: Nest<Tensor>): Masks | undefined {
  if (inputs instanceof Tensor) return maskOf(inputs);
  const masks = mapNest<Tensor, Tensor | undefined>(inputs, maskOf);
  return flatten(masks).some((mask) => mask !== undefined) ? masks : undefined;
}

function passMasks(
  layer: Layer,
  inputs: Nest<Tensor>,
  outputs: Nest<Tensor>,
  mask: Masks | undefined,
  kept: Tensor[],
): void {
  const flat = flatten(outputs);
  if (flat.every((output) => maskOf(output) !== undefined)) return;
  const masks = flatten(layer.computeMask(inputs, mask) ?? []);
  flat.forEach((output, i) => {
    const found = masks[i];
    if (!found || maskOf(output)) return;
    setMask(output, found);
    kept.push(found);
  });
}

/**
 * The outputs of a layer for symbolic inputs, found by tracing its `call` once; layers within it are built on the way.
 * @throws what `call` throws, and when an output has no known rank.
 */
export function traceOutputs(layer: Layer, inputs: Inputs, options: CallOptions): Nest<KerasTensor> {
  const specs = symbolicIn(inputs, options).map(({ dtype, shape }) => ({ dtype, shape }));
  let outputs: Nest<KerasTensor> = [];
  traceFunction(layer.name, specs, (...placeholders) => {
    let next = 0;
    const fill = (nest: unknown): Nest<unknown> =>
      mapNest(nest as Nest<unknown>, (leaf) => (leaf instanceof KerasTensor ? placeholders[next++] : leaf));
    const tensors = fill(inputs) as Nest<Tensor>;
    const result = runCall(layer, tensors, fill(options) as CallOptions, []) as Nest<Tensor>;
    outputs = mapNest(result, (tensor) => new KerasTensor({ shape: knownShape(layer, tensor), dtype: tensor.dtype }));
  });
  layer.clearLosses();
  return outputs;
}

function knownShape(layer: Layer, tensor: Tensor): readonly (number | null)[] {
  if (tensor.staticShape !== null) return tensor.staticShape;
  throw new TensorfleetError(
    "wrongPlace",
    `${layer.label}: expected outputs of known rank, got ${shapeText(null)}; override computeOutputShape(inputShape), or use tf.ensureShape in call()`,
  );
}
