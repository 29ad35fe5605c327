/**
 * Outputs under a strategy: those of a shard's rows are computed where the shard is, and all workers get all of them. Each contributes
 * its rows among zeros, as words of bits: their sum is the bits themselves, whatever numbers they are.
 */
import { dtypeFacts } from "../../base/dtypes.ts";
import { invalidArgument, TensorfleetError } from "../../base/errors.ts";
import { flatten, mapNest, type Nest, packLike } from "../../base/nests.ts";
import { numElements, shapeText } from "../../base/shapes.ts";
import type { Bucket } from "../../distribute/flat-layout.ts";
import { ReadRows } from "../../distribute/read-rows.ts";
import type { ShardGroup, ShardRange } from "../../distribute/shard-group.ts";
import { firstRow } from "../../distribute/shard-rows.ts";
import { describedRows, type Rows } from "../../distribute/shared-rows.ts";
import { type EagerTensor, fromRaw } from "../../runtime/eager-tensor.ts";
import { tidy } from "../../runtime/scopes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { arrayClass } from "../../runtime/values.ts";
import { toBatch } from "./batches.ts";

const API = "model.predict";
const ROW_BYTES = 64;
const ROW_WORDS = 16;

/** One output of a model, without its number of rows. */
interface OutputSpec {
  readonly dtype: Tensor["dtype"];
  readonly shape: readonly number[];
  readonly rowBytes: number;
}

interface Outputs {
  readonly structure: Nest<null>;
  readonly specs: readonly OutputSpec[];
}

/** Where the outputs of a batch lie in a buffer. */
interface Layout {
  readonly offsets: readonly number[];
  readonly bytes: number;
}

/** Computes the outputs of batches. */
export class ShardedPredictions {
  readonly #numShards: number;
  readonly #apply: (x: Nest<Tensor>) => Nest<Tensor>;
  readonly #known = new Map<string, Outputs>();

  constructor(numShards: number, apply: (x: Nest<Tensor>) => Nest<Tensor>) {
    this.#numShards = numShards;
    this.#apply = apply;
  }

  /** Length of what workers exchange for a batch. */
  bucketBytes(batch: Rows): number {
    return layoutOf(this.#outputsOf(batch), batch.rows).bytes;
  }

  /** The outputs of a batch. The caller disposes them. */
  async run(batch: Rows, group: ShardGroup): Promise<Nest<Tensor>> {
    const outputs = this.#outputsOf(batch);
    const layout = layoutOf(outputs, batch.rows);
    const rows = layout.bytes / ROW_BYTES;
    const bucket: Bucket = { dtype: "int32", rows, rowElements: ROW_WORDS, bytes: layout.bytes, members: [] };
    const read = new ReadRows();
    group.begins({ ...describedRows(batch, "predict"), read });
    group.reached("compute");
    const compute = (node: ShardRange): Tensor[] => [
      fromRaw("int32", [rows, ROW_WORDS], this.#rowsOf(batch, node, outputs, layout, read)),
    ];
    const [sum] = (await group.allReduce([bucket], compute, true)) as [EagerTensor];
    group.reached("apply");
    const { buffer } = sum.raw() as Int32Array<ArrayBuffer>;
    sum.dispose();
    group.reached("commit");
    const leaves = outputs.specs.map(({ dtype, shape, rowBytes }, i) => {
      const begin = layout.offsets[i] as number;
      const values = buffer.slice(begin, begin + batch.rows * rowBytes);
      return fromRaw(dtype, [batch.rows, ...shape], new (arrayClass(dtype))(values));
    });
    return packLike(outputs.structure, leaves);
  }

  /** The rows of a node's shards, among zeros. */
  #rowsOf(batch: Rows, node: ShardRange, { specs }: Outputs, { bytes, offsets }: Layout, read: ReadRows): Int32Array {
    const { rows } = batch;
    const target = new Uint8Array(bytes);
    for (let shard = node.from; shard < node.to; shard++) {
      const begin = firstRow(rows, shard, this.#numShards);
      const end = firstRow(rows, shard + 1, this.#numShards);
      if (end === begin) continue;
      tidy(() => {
        const outputs = flatten(this.#apply(toBatch(batch.part(begin, end)).x));
        read.add(begin, end);
        for (const [i, { shape, rowBytes }] of specs.entries()) {
          const output = outputs[i] as EagerTensor;
          checkShape(output, [end - begin, ...shape]);
          const { buffer, byteOffset, byteLength } = output.raw();
          target.set(new Uint8Array(buffer, byteOffset, byteLength), (offsets[i] as number) + begin * rowBytes);
        }
      });
    }
    return new Int32Array(target.buffer);
  }

  /** What the outputs of such a batch are, found out by those of one row. */
  #outputsOf(batch: Rows): Outputs {
    return tidy(() => {
      const key = flatten(toBatch(batch.own ?? batch.part(0, 1)).x)
        .map(({ dtype, shape }) => dtype + shapeText(shape.slice(1)))
        .join(" ");
      const known = this.#known.get(key);
      if (known) return known;
      const given = this.#apply(toBatch(batch.part(0, 1)).x);
      const outputs: Outputs = {
        structure: mapNest(given, () => null) as Nest<null>,
        specs: flatten(given).map(specOf),
      };
      this.#known.set(key, outputs);
      return outputs;
    });
  }
}

function specOf(output: Tensor): OutputSpec {
  const { dtype } = output;
  const shape = output.shape as readonly number[];
  const { bytes } = dtypeFacts[dtype];
  if (bytes === 0)
    throw new TensorfleetError(
      "unsupported",
      `${API}: expected outputs that are numbers under a strategy, got ${dtype}; use model.predictOnBatch`,
    );
  if (shape[0] !== 1) throw wrongRows([1, ...shape.slice(1)], shape);
  return { dtype, shape: shape.slice(1), rowBytes: numElements(shape) * bytes };
}

function checkShape(output: Tensor, expected: readonly number[]): void {
  const shape = output.shape as readonly number[];
  if (shapeText(shape) !== shapeText(expected)) throw wrongRows(expected, shape);
}

function wrongRows(expected: readonly number[], got: readonly number[]): TensorfleetError {
  return invalidArgument(
    API,
    `an output of ${shapeText(expected)} for ${expected[0]} samples`,
    shapeText(got),
    "under a strategy each sample's output must be a row of its own; use model.predictOnBatch for others",
  );
}

function layoutOf({ specs }: Outputs, rows: number): Layout {
  let bytes = 0;
  const offsets = specs.map(({ rowBytes }) => {
    const begin = bytes;
    bytes += Math.ceil((rows * rowBytes) / ROW_BYTES) * ROW_BYTES;
    return begin;
  });
  return { offsets, bytes };
}
