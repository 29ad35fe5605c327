/** Columns of files as a plan: element i is an object with the value of each column in record i. */
import { dtypeFacts } from "../../base/dtypes.ts";
import { flatten } from "../../base/nests.ts";
import { numElements } from "../../base/shapes.ts";
import { execute, executeOne } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { byIndex, elementByRows } from "../by-index.ts";
import { int64, reshape } from "../ops.ts";
import { type Plan, releasing, type Source } from "../plan.ts";
import { type ArrayRows, type ArrayType, arrayRows } from "../sources/array-pieces.ts";
import { fileSource } from "../sources/file-source.ts";
import { fileOf, lasting, type MappedFiles, mapFiles, perFile } from "../sources/mapped-files.ts";
import { mappedTensor } from "../sources/mapped-tensors.ts";
import { type ColumnType, innerSize, isVariable, specOf, structureOf, widthOf } from "./column-type.ts";
import type { ColumnsFile } from "./columns-file.ts";

/** A column by record number. */
interface ColumnRows {
  /** [m, ...shape] for int64 `indices` [m]; where values differ in length, [length, ...] for one index. */
  values(indices: Tensor): Tensor;
  willNeed(first: number, count: number): void;
  dispose(): void;
}

/** What {@link columnsPlan} is told. */
export interface ColumnsReading {
  readonly api: string;
  /** Name of the format: "JSON lines". */
  readonly kind: string;
  readonly columns: readonly ColumnType[];
  readonly files: readonly ColumnsFile[];
  /** A record of a file in words. */
  describeRecord?(path: string, record: number): string;
}

/** The records of all files, one file after the other. */
export function columnsPlan({ api, kind, columns, files, describeRecord }: ColumnsReading): Plan {
  const counts = files.map(({ layout }) => layout.numRecords);
  const numRecords = counts.reduce((sum, count) => sum + count, 0);
  const mapped = mapFiles(files.map(({ part }) => part));
  const starts = files.map(({ start }, i) => start + (mapped.range.starts[i] as number));
  const rows = columns.map((type, i) => {
    const offsets = files.map(({ layout }, file) => (starts[file] as number) + (layout.offsets[i] as number));
    const heaps = files.map(({ layout }, file) => (starts[file] as number) + layout.heapOffset);
    return columnRows({ files: mapped, type, counts, offsets, heaps });
  });
  const order = flatten(structureOf(columns));
  const valuesOf = (indices: Tensor): Tensor[] => order.map((i) => (rows[i] as ColumnRows).values(indices));
  const more: Partial<Source> = {
    skipped: files.reduce((sum, { skipped }) => sum + skipped, 0),
    readAhead: (first, count) => {
      for (const { willNeed } of rows) willNeed(first, count);
    },
    ...(describeRecord && {
      describeRecord: (record: number) => {
        const file = counts.findIndex((_, i) => record < total(counts, i + 1));
        return describeRecord(files[file]?.path ?? "", record - total(counts, file));
      },
    }),
  };
  const plan = byIndex({
    spec: specOf(columns),
    cardinality: numRecords,
    varies: false,
    parents: [],
    sources: [
      fileSource(
        api,
        kind,
        files.map(({ path }) => path),
        numRecords,
        more,
      ),
    ],
    indexed: columns.some(isVariable) ? elementAlone(columns, order, valuesOf) : elementByRows(valuesOf),
  });
  return releasing(plan, () => {
    for (const { dispose } of rows) dispose();
    mapped.dispose();
  });
}

const total = (counts: readonly number[], end: number): number => counts.slice(0, end).reduce((sum, n) => sum + n, 0);

/** Elements of which some differ in length cannot be stacked: they are got one by one. */
function elementAlone(
  columns: readonly ColumnType[],
  order: readonly number[],
  valuesOf: (indices: Tensor) => Tensor[],
): { element(index: Tensor): Tensor[] } {
  return {
    element: (index) =>
      valuesOf(reshape(index, [1])).map((values, i) =>
        isVariable(columns[order[i] as number] as ColumnType)
          ? values
          : executeOne("Squeeze", [values], { squeeze_dims: [0] }),
      ),
  };
}

interface StoredColumn {
  readonly files: MappedFiles;
  readonly type: ColumnType;
  readonly counts: readonly number[];
  /** For each file, where in the range the column and the heap begin. */
  readonly offsets: readonly number[];
  readonly heaps: readonly number[];
}

function columnRows(column: StoredColumn): ColumnRows {
  const { files, type, counts, offsets, heaps } = column;
  const { dtype } = type;
  const table = (stored: ArrayType["dtype"], shape: readonly number[]): ArrayRows =>
    arrayRows(
      files,
      { dtype: stored, width: dtypeFacts[stored].bytes, order: "little" },
      shape,
      offsets.map((offset, i) => ({ offset, count: counts[i] as number })),
    );
  if (isVariable(type)) return listRows(column, table("int64", [2]));
  const shape = type.shape as readonly number[];
  if (dtype !== "string") {
    const { rows, ...more } = table(dtype, shape);
    return { values: rows, ...more };
  }
  const { rows, ...more } = table("int64", [...shape, 2]);
  const values = (indices: Tensor): Tensor => {
    const entries = reshape(rows(indices), [-1, numElements(shape), 2]); // texts are cut out of two axes at most
    const [begins, lengths] = execute("Unpack", [entries], { num: 2, axis: 2 }) as [Tensor, Tensor];
    const heap = reshape(baseOf(heaps, counts, indices), [-1, 1]);
    return reshape(files.strings(executeOne("AddV2", [begins, heap]), lengths), [-1, ...shape]);
  };
  return { values, ...more };
}

/** Values that differ in length, one at a time. */
function listRows({ files, type, counts, heaps }: StoredColumn, entries: ArrayRows): ColumnRows {
  const { dtype, shape } = type;
  const width = widthOf(dtype);
  const inner = innerSize(type);
  // All memory as elements: bools as the bytes that they are, texts as numbers, two for each.
  const stored = dtype === "bool" ? "uint8" : dtype === "string" ? "int64" : dtype;
  const parts = dtype === "string" ? [2] : [];
  const all = lasting(() => mappedTensor(files.range, 0, stored, [Math.floor(files.range.bytes / width), ...parts]));
  const values = (indices: Tensor): Tensor => {
    const [begin, length] = execute("Unpack", [reshape(entries.rows(indices), [2])], { num: 2, axis: 0 }) as [
      Tensor,
      Tensor,
    ];
    const heap = reshape(baseOf(heaps, counts, indices), []);
    const first = executeOne("FloorDiv", [executeOne("AddV2", [begin, heap]), int64(width)]);
    const count = executeOne("Mul", [length, int64(inner)]);
    const begins = executeOne("Pack", [[first, ...parts.map(() => int64(0))]], { axis: 0 });
    const sizes = executeOne("Pack", [[count, ...parts.map(() => int64(2))]], { axis: 0 });
    const elements = executeOne("Slice", [all.get(), begins, sizes]);
    const inside = shape.slice(1) as readonly number[];
    if (dtype !== "string") {
      const slices = reshape(elements, [-1, ...inside]);
      return dtype === "bool" ? executeOne("Cast", [slices], { DstT: "bool" }) : slices;
    }
    const [offsets, lengths] = execute("Unpack", [elements], { num: 2, axis: 1 }) as [Tensor, Tensor];
    return reshape(files.strings(executeOne("AddV2", [offsets, heap]), lengths), [-1, ...inside]);
  };
  return {
    values,
    willNeed: entries.willNeed,
    dispose: () => {
      entries.dispose();
      all.dispose();
    },
  };
}

/** For each of `indices` [m], the value of its file: [m], or a scalar where there is one file. */
function baseOf(values: readonly number[], counts: readonly number[], indices: Tensor): Tensor {
  return values.length === 1 ? int64(values[0] as number) : perFile(values, fileOf(counts, indices));
}
