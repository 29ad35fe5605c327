/**
 * How tensors lie in flat buckets: one bucket a dtype, each tensor at a multiple of 64 bytes, as rows of 64 bytes. Cut along such rows,
 * TensorFlow gives views and no copies, and vector kernels see the same boundaries wherever a bucket is cut.
 */
import { type DType, dtypeFacts } from "../base/dtypes.ts";
import { numElements } from "../base/shapes.ts";

const ROW_BYTES = 64;

/** A tensor of known shape. */
export interface FlatSpec {
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** Where a tensor lies. */
export interface FlatSlot extends FlatSpec {
  /** The number of its bucket. */
  readonly bucket: number;
  readonly elements: number;
  /** Rows of 64 bytes that it takes. */
  readonly rows: number;
}

/** A buffer for tensors of one dtype. */
export interface Bucket {
  readonly dtype: DType;
  readonly rows: number;
  readonly rowElements: number;
  readonly bytes: number;
  /** Which of the tensors lie in it, in order. */
  readonly members: readonly number[];
}

/** Slots in the order of the tensors, and their buckets. */
export interface FlatLayout {
  readonly slots: readonly FlatSlot[];
  readonly buckets: readonly Bucket[];
}

/** The layout of tensors: buckets in the order in which their dtypes first occur. */
export function flatLayout(specs: readonly FlatSpec[]): FlatLayout {
  const dtypes = [...new Set(specs.map(({ dtype }) => dtype))];
  const slots = specs.map(({ dtype, shape }): FlatSlot => {
    const elements = numElements(shape);
    return { dtype, shape, elements, bucket: dtypes.indexOf(dtype), rows: Math.ceil(elements / rowElementsOf(dtype)) };
  });
  const buckets = dtypes.map((dtype, bucket): Bucket => {
    const members = slots.flatMap((slot, i) => (slot.bucket === bucket ? [i] : []));
    const rows = members.reduce((sum, i) => sum + (slots[i] as FlatSlot).rows, 0);
    return { dtype, rows, members, rowElements: rowElementsOf(dtype), bytes: rows * ROW_BYTES };
  });
  return { slots, buckets };
}

/** Elements of a dtype in a row of 64 bytes. */
function rowElementsOf(dtype: DType): number {
  return ROW_BYTES / dtypeFacts[dtype].bytes;
}
