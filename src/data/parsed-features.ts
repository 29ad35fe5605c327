/** Which features are parsed out of examples: as described, and as read from the ops that a pipeline's functions were traced to. */
import type { Shape } from "../base/shapes.ts";
import { type FeatureDType, type FeatureSpecs, FixedLenFeature, RaggedFeature } from "../ops/io/examples.ts";
import type { ConcreteFunction } from "../runtime/concrete-function.ts";
import type { OpInput } from "../runtime/executor.ts";
import type { GraphExecutor, OperationRecord } from "../runtime/graph-executor.ts";
import type { Tensor } from "../runtime/tensor.ts";
import type { FeatureNeed } from "./records/example-faults.ts";

/** The features of each parser of examples in `fn` and in the functions that it calls. */
export function parsedFeatures({ graph }: ConcreteFunction): FeatureNeed[][] {
  return graph.records.flatMap((record) => {
    if (record.callee) return parsedFeatures(record.callee);
    return record.op === "ParseExampleV2" ? [needsOf(graph, record)] : [];
  });
}

function needsOf(graph: GraphExecutor, { inputs, attributes }: OperationRecord): FeatureNeed[] {
  const [, , , denseKeys, raggedKeys, defaults] = inputs as [OpInput, OpInput, OpInput, OpInput, OpInput, Tensor[]];
  const shapes = attributes.dense_shapes as readonly Shape[];
  const dense = namesIn(graph, denseKeys).map((name, i): FeatureNeed => {
    const shape = shapes[i] as Shape;
    const isSequence = shape[0] === null;
    return {
      name,
      dtype: (attributes.Tdense as readonly FeatureDType[])[i] as FeatureDType,
      kind: isSequence ? "sequence" : "fixed",
      shape: (isSequence ? shape.slice(1) : shape) as readonly number[],
      isRequired: !isSequence && defaults[i]?.staticShape?.includes(0) === true, // a default of no elements stands for none
    };
  });
  const ragged = namesIn(graph, raggedKeys).map((name, i): FeatureNeed => {
    const dtype = (attributes.ragged_value_types as readonly FeatureDType[])[i] as FeatureDType;
    return { name, dtype, kind: "ragged", shape: [], isRequired: false };
  });
  return [...dense, ...ragged];
}

/** A description of features as what is asked of examples. */
export function featureNeeds(features: FeatureSpecs): FeatureNeed[] {
  return Object.entries(features).map(([name, feature]): FeatureNeed => {
    const { dtype } = feature;
    if (feature instanceof RaggedFeature)
      return { name: feature.valueKey ?? name, dtype, kind: "ragged", shape: [], isRequired: false };
    const { shape, defaultValue } = feature;
    const isFixed = feature instanceof FixedLenFeature;
    return {
      name,
      dtype,
      kind: isFixed ? "fixed" : "sequence",
      shape,
      isRequired: isFixed && defaultValue === undefined,
    };
  });
}

/** The strings of a constant. */
function namesIn(graph: GraphExecutor, input: OpInput): string[] {
  const made = graph.records.find(({ op, outputs }) => op === "Const" && outputs[0] === input);
  const value = (made?.attributes.value ?? graph.captures.find(({ inner }) => inner === input)?.outer) as
    | Tensor<"string">
    | undefined;
  return value ? [...value.data()] : [];
}
