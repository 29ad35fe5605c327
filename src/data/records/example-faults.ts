/** Where a serialized `tf.train.Example` does not have the features that are asked of it. */
import { numElements, shapeText } from "../../base/shapes.ts";
import type { FeatureDType } from "../../ops/io/examples.ts";
import { exampleFields, type FieldFacts } from "./example-fields.ts";

/** What is asked of one feature. */
export type FeatureNeed = {
  readonly name: string;
  readonly dtype: FeatureDType;
  /** "fixed": just `shape`; "sequence": any number of values of `shape`; "ragged": any number of values. */
  readonly kind: "fixed" | "sequence" | "ragged";
  readonly shape: readonly number[];
  readonly isRequired: boolean;
};

/** What is wrong with an example. */
export interface ExampleFault {
  readonly expected: string;
  readonly got: string;
  readonly advice: string;
}

/** The first of `needs` that `example` does not meet. */
export function exampleFault(example: Uint8Array, needs: readonly FeatureNeed[]): ExampleFault | undefined {
  let fields: Map<string, FieldFacts>;
  try {
    fields = exampleFields(example);
  } catch (error) {
    return {
      expected: "a tf.train.Example",
      got: `${example.length} bytes that are none (${(error as Error).message})`,
      advice: "read other records by another function, or write the file again",
    };
  }
  for (const need of needs) {
    const fault = faultOf(need, fields);
    if (fault) return fault;
  }
  return undefined;
}

function faultOf(need: FeatureNeed, fields: ReadonlyMap<string, FieldFacts>): ExampleFault | undefined {
  const { name, dtype, kind, shape, isRequired } = need;
  const found = fields.get(name);
  const feature = `feature ${JSON.stringify(name)}`;
  if (found?.dtype === undefined) {
    if (!isRequired) return undefined;
    const others = found ? "one without values" : `none of this name, but ${listed([...fields.keys()])}`;
    return { expected: feature, got: others, advice: "give the feature a defaultValue, or write the record again" };
  }
  if (found.dtype !== dtype)
    return {
      expected: `${feature} to be ${dtype}`,
      got: `${found.count} of ${found.dtype}`,
      advice: `describe it as "${found.dtype}" and cast or decode it after parsing, or write the record again`,
    };
  const size = numElements(shape);
  const fits = kind === "ragged" || (kind === "fixed" ? found.count === size : found.count % Math.max(1, size) === 0);
  if (fits) return undefined;
  return {
    expected: `${feature} to have ${kind === "fixed" ? "" : "a multiple of "}${size} values (${shapeText(shape)})`,
    got: `${found.count}`,
    advice: "describe features of any length by tf.io.RaggedFeature, or write the record again",
  };
}

const MOST_LISTED = 8;

function listed(names: readonly string[]): string {
  if (names.length === 0) return "no features at all";
  const more = names.length > MOST_LISTED ? ` and ${names.length - MOST_LISTED} more` : "";
  return `${names
    .slice(0, MOST_LISTED)
    .map((name) => JSON.stringify(name))
    .join(", ")}${more}`;
}
