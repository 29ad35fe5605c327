/** IntegerLookup: whole numbers of any size as numbers of a vocabulary. */
import { IndexLookup, type IndexLookupOptions } from "./index-lookup.ts";

/**
 * The number of each whole number in a vocabulary, or vectors of them; with `invert` the way back.
 * @throws when options do not fit one another, and when it is applied before it has a vocabulary.
 * @see https://keras.io/api/layers/preprocessing_layers/categorical/integer_lookup/
 * @example
 * const layer = new tf.keras.layers.IntegerLookup({ vocabulary: [12, 36, 1138, 42] });
 * console.log(layer.apply([[12, 1138, 42], [42, 1000, 36]]).array()); // => [ [ 1, 3, 4 ], [ 4, 0, 2 ] ]
 */
export class IntegerLookup extends IndexLookup<number> {
  static override readonly className: string = "IntegerLookup";

  constructor(options: IndexLookupOptions<number> = {}) {
    super(options, -1);
  }

  /** @internal */
  override get tokenDtype(): "int64" {
    return "int64";
  }
}
