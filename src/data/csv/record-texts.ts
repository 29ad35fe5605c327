/** The records of several mapped CSV files by their numbers, as strings: pieces of one string for each file. */
import { mapFile } from "../../native/index.ts";
import { fromBytes } from "../../runtime/eager-tensor.ts";
import { execute, executeOne, liftToEager } from "../../runtime/executor.ts";
import { outsideScopes, tidy } from "../../runtime/scopes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { BODY_OFFSET, type DerivedFile } from "../derived-file.ts";
import { gather, int32, int64, int64s, reshape } from "../ops.ts";
import { mappedTensor, mappedText } from "../sources/mapped-tensors.ts";
import { INDEX_COLUMNS, type IndexFacts } from "./record-index.ts";

/** Records by number, and what must be freed. */
export interface RecordTexts {
  /** Strings [m] for int64 `indices` [m]. */
  at(indices: Tensor): Tensor;
  dispose(): void;
}

interface Tables {
  /** One string for each file, [files]: views of the mapped files. */
  readonly files: Tensor;
  /** [n, 2]: offset and length of each record. */
  readonly index: Tensor;
}

/** The records of the files `paths`, which `indexes` describe. */
export function recordTexts(paths: readonly string[], indexes: readonly DerivedFile<IndexFacts>[]): RecordTexts {
  let tables: Tables | undefined;
  const load = (): Tables => {
    tables ??= liftToEager(() => outsideScopes(() => ({ files: filesOf(paths, indexes), index: indexOf(indexes) })));
    return tables;
  };
  const ends: number[] = [];
  for (const { facts } of indexes) ends.push((ends.at(-1) ?? 0) + facts.numRecords);
  return {
    at: (indices) => {
      const { files, index } = load();
      const [offsets, lengths] = execute("Unpack", [gather(index, indices)], { num: INDEX_COLUMNS, axis: 1 });
      return executeOne("Substr", [textsOf(files, ends, indices), offsets as Tensor, lengths as Tensor], {
        unit: "BYTE",
      });
    },
    dispose: () => {
      tables?.files.dispose();
      tables?.index.dispose();
    },
  };
}

/** For each record, its file. */
function textsOf(files: Tensor, ends: readonly number[], indices: Tensor): Tensor {
  if (ends.length === 1) return reshape(files, []);
  const sorted = reshape(int64s(ends), [1, -1]);
  const numbers = executeOne("UpperBound", [sorted, reshape(indices, [1, -1])], { out_type: "int64" });
  return gather(files, reshape(numbers, [-1])); // copies of views are views
}

/** Mappings stay for the life of the process: pipelines may hold their tensors longer than we know. */
function filesOf(paths: readonly string[], indexes: readonly DerivedFile<IndexFacts>[]): Tensor {
  return tidy(() => {
    const texts = paths.map((path, i) => {
      if (indexes[i]?.facts.numRecords === 0) return fromBytes([], [new Uint8Array()]);
      const file = mapFile(path);
      return mappedText(file, 0, file.bytes);
    });
    return executeOne("Pack", [texts], { axis: 0 });
  });
}

function indexOf(indexes: readonly DerivedFile<IndexFacts>[]): Tensor {
  const mapped = indexes
    .filter(({ facts }) => facts.numRecords > 0)
    .map(({ path, facts }) => mappedTensor(mapFile(path), BODY_OFFSET, "int64", [facts.numRecords, INDEX_COLUMNS]));
  if (mapped.length === 1) return mapped[0] as Tensor;
  return tidy(() => {
    if (mapped.length === 0) return reshape(int64s([]), [0, INDEX_COLUMNS]);
    return executeOne("ConcatV2", [[...mapped], int32(0)]);
  });
}

/** `records` with those of no bytes replaced by `text`. */
export function withoutBlanks(records: Tensor, text: string): Tensor {
  const lengths = executeOne("StringLength", [records], { unit: "BYTE" });
  const isBlank = executeOne("Equal", [executeOne("Cast", [lengths], { DstT: "int64" }), int64(0)]);
  const shown = liftToEager(() => fromBytes([], [Buffer.from(text)]));
  return executeOne("SelectV2", [isBlank, shown, records]);
}
