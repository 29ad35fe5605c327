/** Datasets of NumPy's files, as classes. */
import type { DType } from "../base/dtypes.ts";
import { describe, invalidArgument } from "../base/errors.ts";
import { checkOptions } from "../base/options.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { whole } from "./checks.ts";
import { fileNames } from "./csv/file-names.ts";
import { Dataset } from "./dataset.ts";
import { npyFiles, npzFiles } from "./sources/npy.ts";
import { rawTypes } from "./sources/npy-header.ts";

/** How npy files are read. */
export interface NpyOptions {
  /** What elements are that NumPy saved as raw bytes because it does not know their type: "bfloat16" and others. */
  dtype?: DType;
}

/**
 * The slices along the first axis of the arrays in npy files (`numpy.save`), one file after the other. The files are mapped, not read:
 * the page cache is the buffer. All types that tensors have; texts (`S`, `U`) become strings.
 * @throws when a file is missing, cut, no npy file, or holds objects, records of several fields, times or an array in Fortran order.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 * @example
 * const { writeFileSync } = await import("node:fs");
 * const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }".padEnd(117) + "\n";
 * const start = Buffer.concat([Buffer.from("\x93NUMPY\x01\x00v\x00", "latin1"), Buffer.from(header)]);
 * writeFileSync("points.npy", Buffer.concat([start, Buffer.from(Float32Array.of(1, 2, 3, 4, 5, 6).buffer)]));
 * console.log([...new tf.data.NpyDataset("points.npy").asArrayIterator()]); // => [ [ 1, 2 ], [ 3, 4 ], [ 5, 6 ] ]
 */
export class NpyDataset extends Dataset<Tensor> {
  constructor(filenames: string | readonly string[], options: NpyOptions = {}) {
    const api = "new tf.data.NpyDataset";
    checkOptions(api, options, { dtype: true });
    if (options.dtype !== undefined) checkRawType(api, "dtype", options.dtype);
    super(npyFiles(api, fileNames(api, filenames), options.dtype));
  }
}

/** How npz files are read. */
export interface NpzOptions {
  /** Names of the arrays that are read; all when not given. */
  names?: readonly string[];
  /** For arrays whose elements NumPy saved as raw bytes, by their names: what they are. */
  dtypes?: Readonly<Record<string, DType>>;
  /** To how many bytes packed arrays may unpack in all: 1 GiB when not given. */
  maxUnpackedBytes?: number;
}

/**
 * The slices along the first axis of all arrays in npz files, one file after the other: element i is an object with slice i of each
 * array, by its name. What `numpy.savez` wrote is mapped where it lies; what `numpy.savez_compressed` packed is unpacked into memory.
 * @throws when a file is missing, damaged, has arrays of several lengths, or unpacks to too much.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.savez.html
 * @example
 * try {
 *   new tf.data.NpzDataset("none.npz", { names: ["x", "y"] });
 * } catch (error) {
 *   console.log((error as Error).message); // => new tf.data.NpzDataset: expected a file, got nothing at none.npz
 * }
 */
export class NpzDataset extends Dataset<Record<string, Tensor>> {
  constructor(filenames: string | readonly string[], options: NpzOptions = {}) {
    const api = "new tf.data.NpzDataset";
    checkOptions(api, options, { names: true, dtypes: true, maxUnpackedBytes: true });
    const { names, dtypes = {}, maxUnpackedBytes = 2 ** 30 } = options;
    if (names !== undefined && (!Array.isArray(names) || names.length === 0))
      throw invalidArgument(api, "names of arrays", describe(names));
    for (const [name, dtype] of Object.entries(dtypes)) checkRawType(api, `dtypes.${name}`, dtype);
    const reading = { names, dtypes, maxUnpackedBytes: whole(api, "maxUnpackedBytes", maxUnpackedBytes, 0) };
    super(npzFiles(api, fileNames(api, filenames), reading));
  }
}

function checkRawType(api: string, name: string, dtype: DType): void {
  if (!rawTypes.includes(dtype))
    throw invalidArgument(
      api,
      `${name} of ${rawTypes.join(", ")}`,
      describe(dtype),
      "other types stand in the file itself",
    );
}
