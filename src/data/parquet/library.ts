/** hyparquet, the reader of Parquet files, loaded when the first one is read; its parts that need no promises, for datasets are made at once. */
import { createRequire } from "node:module";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import type { ColumnMetaData, Compressors, FileMetaData, ParquetParsers, SchemaTree } from "hyparquet";
import type * as CompressorsModule from "hyparquet-compressors";
import { TensorfleetError } from "../../base/errors.ts";

type ColumnModule = typeof import("hyparquet/src/column.js");
type MetadataModule = typeof import("hyparquet/src/metadata.js");
type AssembleModule = typeof import("hyparquet/src/assemble.js");
type SchemaModule = typeof import("hyparquet/src/schema.js");
type ConvertModule = typeof import("hyparquet/src/convert.js");

/** What is used of the library. */
export interface ParquetLibrary
  extends Pick<ColumnModule, "readColumn" | "parquetHeader">,
    Pick<MetadataModule, "parquetMetadata" | "parquetSchema">,
    Pick<AssembleModule, "assembleNested">,
    Pick<SchemaModule, "getTreePath" | "isListLike"> {
  readonly parsers: ParquetParsers;
  readonly compressors: Compressors;
}

export type { ColumnMetaData, FileMetaData, SchemaTree };

let loaded: ParquetLibrary | undefined;

/** The library. @throws `unsupported` when this Node cannot load it at once. */
export function parquetLibrary(): ParquetLibrary {
  loaded ??= {
    ...load<ColumnModule>("hyparquet/src/column.js"),
    ...load<MetadataModule>("hyparquet/src/metadata.js"),
    ...load<AssembleModule>("hyparquet/src/assemble.js"),
    ...load<SchemaModule>("hyparquet/src/schema.js"),
    // Times are numbers of their own units.
    parsers: {
      ...load<ConvertModule>("hyparquet/src/convert.js").DEFAULT_PARSERS,
      timestampFromNanoseconds: (nanoseconds: bigint) => nanoseconds,
    },
    compressors: compressors(),
  };
  return loaded;
}

/** Decompressors that give the length that is expected, and no more. */
function compressors(): Compressors {
  const library = load<typeof CompressorsModule>("hyparquet-compressors");
  return {
    ...library.compressors,
    GZIP: (input, length) => gunzipSync(input, { maxOutputLength: Math.max(1, length) }),
    BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: Math.max(1, length) }),
    ZSTD: (input, length) => library.decompressZstd(input, new Uint8Array(length)),
  };
}

function load<M>(name: string): M {
  // Required from its own place: there Node does not warn that a module is loaded at once.
  const path = createRequire(import.meta.url).resolve(name);
  try {
    return createRequire(path)(path) as M;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_REQUIRE_ESM") throw error;
    throw new TensorfleetError(
      "unsupported",
      `new tf.data.ParquetDataset: expected Node 20.19, 22.12 or later, which load modules at once, got ${process.version}; update it`,
      { cause: error },
    );
  }
}
