/** Builds every op of the library into a graph, through tf.raw: with placeholders of allowed types and, where it matters, particular values. */
import { describe, expect, test } from "vitest";
import type { DType } from "../../base/dtypes.ts";
import type { Shape } from "../../base/shapes.ts";
import type { AttributeDefinition, OpDefinition } from "../../native/op-list.ts";
import { fromValue } from "../../runtime/convert.ts";
import { withExecutor } from "../../runtime/executor.ts";
import { GraphExecutor } from "../../runtime/graph-executor.ts";
import "../../runtime/index.ts";
import { definitionOf, opNames } from "../../runtime/op-definitions.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { raw } from "./index.ts";
import { camelCase, isInferred } from "./names.ts";

const ops = raw as unknown as Record<string, (args: object) => unknown>;

/** What an op needs beside placeholders of unknown shape and the simplest attributes. */
interface Sample {
  /** Values by camelCased names; of inferred attributes too, by their own names. */
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** Shapes of placeholders. */
  readonly shapes?: Readonly<Record<string, Shape>>;
  /** Inputs that are results of other ops. */
  readonly inputs?: Readonly<Record<string, () => Tensor>>;
}

const ones = [1, 1, 1, 1];
const csr = (): Tensor =>
  raw.DenseToCSRSparseMatrix({ denseInput: placeholder("float32", [2, 2]), indices: placeholder("int64", [null, 2]) });
const variable = (dtype: DType): Tensor => raw.VarHandleOp({ dtype, shape: [] });

// biome-ignore format: a table, one row a line
const samples: readonly (readonly [RegExp, Sample])[] = [
  [/^Fused(ResizeAnd)?PadConv2D$/, { attributes: { strides: ones }, shapes: { input: [1, 4, 4, 1], filter: ones, size: [2], paddings: [4, 2] } }],
  [/Pool3D$/, { attributes: { strides: [1, ...ones], ksize: [1, ...ones] } }],
  [/^_(Fused)?Quantized/, { attributes: { strides: ones, Tdevice_inputs: ["quint8", "qint8"], Thost_inputs: ["float32", "float32", "float32", "float32"], TdeviceOutputs: ["qint32"], ThostOutputs: ["float32", "float32"] } }],
  [/^_{0,2}(Mkl)?(Native|Dummy)?(Pad|Fused|Quantized|PadWithFused|FusedPad|FusedResizeAndPad|PadWith|FusedQuantized)?(Conv2D|DepthwiseConv2[dD])(Native)?/, { attributes: { strides: ones } }],
  [/^_?(Mkl)?Quantized(Avg|Max)Pool$/, { attributes: { strides: ones, ksize: ones } }],
  [/^(Batch|Space)To(Batch|Space)ND$/, { shapes: { blockShape: [2] } }],
  [/^ApproxTopK$/, { shapes: { input: [4] } }],
  [/^AudioSpectrogram$/, { attributes: { windowSize: 2 } }],
  [/^(_Mkl)?Einsum$/, { attributes: { equation: "a->a" } }],
  [/^XlaEinsum$/, { attributes: { equation: "a,a->a" } }],
  [/^(Load|Retrieve)TPUEmbedding/, { attributes: { tableId: 0 } }],
  [/AllTPUEmbeddingParameters$|^ConfigureTPU|^ExecuteTPU/, { attributes: { config: "" } }],
  [/^OutfeedDequeueTupleV2$/, { shapes: { deviceOrdinal: [] } }],
  [/^ParallelConcat$/, { shapes: { values: [1] } }],
  [/^ParseSequenceExample$/, { attributes: { contextSparseTypes: [], contextSparseKeys: [], contextDenseKeys: [], featureListSparseKeys: [], featureListDenseKeys: [], Tcontext_dense: [] } }],
  [/^Parse(Single)?SequenceExample(V2)?$/, { attributes: { Ncontext_sparse: 0, Ncontext_dense: 0, Nfeature_list_sparse: 0, Nfeature_list_dense: 0, Tcontext_dense: [] } }],
  [/^RaggedTensorToTensor$/, { attributes: { rowPartitionTypes: ["ROW_SPLITS"] } }],
  [/^ResourceCountUpTo$/, { attributes: { T: "int64" }, inputs: { resource: () => variable("int64") } }],
  [/^(DenseToCSRSparseMatrix|SparseMatrixZeros|SparseTensorToCSRSparseMatrix)$/, { shapes: { denseInput: [2, 2], indices: [null, 2], denseShape: [2] } }],
  [/SparseMatrixMatMul$/, { attributes: { T: "float32" }, shapes: { b: [2, 2] }, inputs: { a: csr } }],
  [/^(SparseMatrix|CSRSparseMatrix)/, { shapes: { index: [], permutation: [2] }, inputs: { csrSparseMatrix: csr, a: csr, b: csr, input: csr, sparseMatrix: csr, sparseInput: csr, softmax: csr, gradSoftmax: csr, logits: csr } }],
  [/^XlaGather$/, { attributes: { dimensionNumbers: "" } }],
];

/** Which ops cannot be built, and why. */
// biome-ignore format: a table, one row a line
const unbuildable: readonly (readonly [string, (definition: OpDefinition) => boolean, RegExp])[] = [
  ["works on references of TensorFlow 1, which neither functions nor eager ops have", (op) => op.usesReferences === true, /works on references of TensorFlow 1/],
  ["removed from graphs; TensorFlow's message names the successor", (op) => op.deprecated === true, /is not available in GraphDef version/],
  ["registered without a shape function, for graphs that are built otherwise", ({ name }) => /^(CalibrationStatisticsSaver|DumpTensor|Rpc\w+|XlaLaunch(V2)?|_XlaCompile|_XlaRun)$/.test(name), /No shape inference function exists/],
  ["an attribute is a serialized configuration of a TPU system", ({ name }) => /^(ConfigureTPUEmbeddingHost|ExecuteTPUEmbeddingPartitioner|(Load|Retrieve)AllTPUEmbeddingParameters|(Xla)?RecvTPUEmbeddingActivations(V2)?|SplitDedupData)$/.test(name), /RET_CHECK failure|mode is INVALID|Malformed/],
];

let graph: GraphExecutor;

function placeholder(dtype: DType, shape: Shape | null): Tensor {
  return graph.placeholder(dtype, shape);
}

const preferred: readonly DType[] = ["float32", "int32", "string", "int64", "uint8", "bool"];

function sampleOf({ kind, allowed, minimum }: AttributeDefinition): unknown {
  const item = kind.startsWith("list(") ? kind.slice(5, -1) : kind;
  const values: Record<string, () => unknown> = {
    type: () => preferred.find((type) => !allowed || allowed.includes(type)) ?? allowed?.[0],
    int: () => Math.max(1, minimum ?? 1),
    float: () => 1,
    bool: () => false,
    string: () => allowed?.[0] ?? "x",
    shape: () => [1],
    func: () => "unknown_function",
    tensor: () => fromValue("sample", 1, "float32"),
  };
  const value = values[item]?.();
  return item === kind ? value : new Array(Math.max(1, minimum ?? 1)).fill(value);
}

/** Builds one op with sample arguments into a new graph. */
function build(definition: OpDefinition): unknown {
  const sample: Sample = samples.find(([pattern]) => pattern.test(definition.name))?.[1] ?? {};
  const values = new Map(
    definition.attributes.map((attribute) => [
      attribute.name,
      sample.attributes?.[camelCase(attribute.name)] ??
        sample.attributes?.[attribute.name] ??
        (attribute.default === undefined || isInferred(definition, attribute.name) ? sampleOf(attribute) : undefined),
    ]),
  );
  graph = new GraphExecutor();
  return withExecutor(graph, () => {
    const args: Record<string, unknown> = {};
    for (const input of definition.inputs) {
      const name = camelCase(input.name);
      const shape = sample.shapes?.[name] ?? null;
      const make = (dtype: unknown): Tensor => sample.inputs?.[name]?.() ?? placeholder(dtype as DType, shape);
      const dtype = input.type ?? values.get(input.typeAttribute ?? "");
      if (input.typeListAttribute) args[name] = (values.get(input.typeListAttribute) as DType[]).map(make);
      else if (input.numberAttribute)
        args[name] = Array.from({ length: values.get(input.numberAttribute) as number }, () => make(dtype));
      else args[name] = make(dtype);
    }
    for (const { name } of definition.attributes)
      if (!isInferred(definition, name) && values.get(name) !== undefined) args[camelCase(name)] = values.get(name);
    return ops[definition.name]?.(args);
  });
}

const definitions = opNames().map(definitionOf);
const reasonOf = (definition: OpDefinition): (typeof unbuildable)[number] | undefined =>
  unbuildable.find(([, applies]) => applies(definition));

test("every op is built into a graph from its definition, but for those of the table", () => {
  const failures = definitions
    .filter((definition) => !reasonOf(definition))
    .flatMap((definition) => {
      try {
        build(definition);
        return [];
      } catch (error) {
        return [`${definition.name}: ${String((error as Error).message).slice(0, 200)}`];
      }
    });
  expect(failures).toEqual([]);
});

describe("each row of the table still holds", () => {
  test.each(unbuildable)("%s", (_, applies, message) => {
    const rows = definitions.filter(applies).filter((definition) => reasonOf(definition)?.[1] === applies);
    expect(rows.length).toBeGreaterThan(0);
    for (const definition of rows) expect(() => build(definition), definition.name).toThrow(message);
  });
});

test("each row of the samples is of use to an op", () => {
  const used = new Set(definitions.map(({ name }) => samples.find(([pattern]) => pattern.test(name))));
  expect(samples.filter((row) => !used.has(row)).map(([pattern]) => String(pattern))).toEqual([]);
});
