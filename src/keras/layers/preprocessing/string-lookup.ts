/** StringLookup: strings as numbers of a vocabulary. */
import { IndexLookup, type IndexLookupOptions } from "./index-lookup.ts";

/**
 * The number of each string in a vocabulary, or vectors of them; with `invert` the string of each number.
 * @throws when options do not fit one another, and when it is applied before it has a vocabulary.
 * @see https://keras.io/api/layers/preprocessing_layers/categorical/string_lookup/
 * @example
 * const layer = new tf.keras.layers.StringLookup();
 * await layer.adapt([["a", "c", "d"], ["d", "z", "b"]]);
 * console.log(layer.getVocabulary()); // => [ '[UNK]', 'd', 'z', 'c', 'b', 'a' ]
 * console.log(layer.apply([["a", "c", "x"]]).array()); // => [ [ 5, 3, 0 ] ]
 */
export class StringLookup extends IndexLookup<string> {
  static override readonly className: string = "StringLookup";

  constructor(options: IndexLookupOptions<string> = {}) {
    super(options, "[UNK]");
  }

  /** @internal */
  override get tokenDtype(): "string" {
    return "string";
  }
}
