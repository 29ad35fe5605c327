/** Files mapped one behind the other, as one string of TensorFlow's that is cut into records. */
import { dtypeFacts } from "../../base/dtypes.ts";
import { doNothing, native } from "../../native/index.ts";
import { type MappedRange, mapRange, type RangePart } from "../../native/mapped-range.ts";
import { adopt } from "../../runtime/eager-tensor.ts";
import { executeOne, liftToEager } from "../../runtime/executor.ts";
import { outsideScopes } from "../../runtime/scopes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { tellWitness } from "../mapping-witness.ts";
import { gather, int64s, reshape } from "../ops.ts";

/** Mapped files. */
export interface MappedFiles {
  readonly range: MappedRange;
  /** The bytes [offsets, offsets + lengths) of the range, as strings of the shape of `offsets`. */
  strings(offsets: Tensor, lengths: Tensor): Tensor;
  dispose(): void;
}

const STRING_BYTES = 24; // sizeof(TF_TString)

/** Maps `parts`; the tensor over them is made when it is first needed. */
export function mapFiles(parts: readonly RangePart[]): MappedFiles {
  const range = mapRange(parts);
  tellWitness(parts.flatMap((part) => (part instanceof Uint8Array ? [] : [part])));
  const text = lasting(() => stringOver(range));
  return {
    range,
    strings: (offsets, lengths) => executeOne("Substr", [text.get(), offsets, lengths]),
    dispose: text.dispose,
  };
}

/** A tensor made once, eagerly, for as long as a plan lives. */
export function lasting(make: () => Tensor): { get(): Tensor; dispose(): void } {
  let made: Tensor | undefined;
  return {
    get: () => {
      made ??= liftToEager(() => outsideScopes(make));
      return made;
    },
    dispose: () => made?.dispose(),
  };
}

function stringOver({ pointer, bytes }: MappedRange): Tensor {
  const { TF_AllocateTensor, TF_TensorData, TF_StringInit, TF_StringAssignView } = native();
  const tensor = TF_AllocateTensor(dtypeFacts.string.code, new BigInt64Array(0), 0, STRING_BYTES);
  const slot = TF_TensorData(tensor);
  TF_StringInit(slot);
  TF_StringAssignView(slot, pointer, bytes);
  return adopt(tensor);
}

/** The range as int64 [n, width]. */
export function int64sOver({ pointer, bytes }: MappedRange, width: number): Tensor {
  const rows = Math.floor(bytes / (8 * width));
  const dims = BigInt64Array.of(BigInt(rows), BigInt(width));
  return adopt(native().TF_NewTensor(dtypeFacts.int64.code, dims, 2, pointer, rows * 8 * width, doNothing(), null));
}

/** Which file a record is of, where numbers run through several: its file's number for each of `indices` [m]. */
export function fileOf(counts: readonly number[], indices: Tensor): Tensor {
  let sum = 0;
  const ends = counts.map((count) => {
    sum += count;
    return sum;
  });
  const found = executeOne("UpperBound", [reshape(int64s(ends), [1, -1]), reshape(indices, [1, -1])], {
    out_type: "int64",
  });
  return reshape(found, [-1]);
}

/** `values[files]` for a small table with a number for each file. */
export function perFile(values: readonly number[], files: Tensor): Tensor {
  return gather(int64s(values), files);
}
