/** A table from keys to values in TensorFlow's memory, for eager calls, models and pipelines alike. */
import type { DType } from "../../../base/dtypes.ts";
import { fromValue } from "../../../runtime/convert.ts";
import { execute, executeOne, liftToEager } from "../../../runtime/executor.ts";
import { outsideScopes, tidy } from "../../../runtime/scopes.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import type { Token } from "./token-counts.ts";

/** Keys and values of one table, in order. */
export interface TableContents {
  readonly keyDtype: DType;
  readonly valueDtype: DType;
  readonly keys: readonly Token[];
  readonly values: readonly Token[];
}

/** Finds values by keys. */
export class LookupTable {
  readonly #handle: Tensor;
  readonly #valueDtype: DType;

  constructor({ keyDtype, valueDtype, keys, values }: TableContents) {
    this.#valueDtype = valueDtype;
    this.#handle = liftToEager(() =>
      outsideScopes(() => executeOne("AnonymousHashTable", [], { key_dtype: keyDtype, value_dtype: valueDtype })),
    );
    const column = (tokens: readonly Token[], dtype: DType): Tensor =>
      fromValue("vocabulary", tokens as Token[], dtype, [tokens.length]);
    liftToEager(() =>
      tidy(() => {
        execute("LookupTableImportV2", [this.#handle, column(keys, keyDtype), column(values, valueDtype)]);
      }),
    );
  }

  /** The value of each key; `missing` where there is none. */
  find(keys: Tensor, missing: Token): Tensor {
    const fallback = fromValue("vocabulary", [missing], this.#valueDtype, [1]).reshape([]);
    const found = executeOne("LookupTableFindV2", [this.#handle, keys, fallback]);
    const { staticShape: shape } = keys; // which a graph does not know of a table's values
    return shape === null ? found : executeOne("EnsureShape", [found], { shape });
  }

  dispose(): void {
    this.#handle.dispose();
  }
}
