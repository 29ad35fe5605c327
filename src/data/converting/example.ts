/** Writes `tf.train.Example` messages, the records that parseExample reads. */
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { FeatureDType } from "../../ops/io/examples.ts";

/** The values of one feature: numbers are float32 or int64 as its dtype says. */
export type FeatureValues =
  | { readonly dtype: "string"; readonly values: readonly (string | Uint8Array)[] }
  | { readonly dtype: "float32"; readonly values: readonly number[] }
  | { readonly dtype: "int64"; readonly values: readonly (number | bigint | string)[] };

const fieldOf: Readonly<Record<FeatureDType, number>> = { string: 1, float32: 2, int64: 3 };

/** An example with these features, in their order. */
export function encodeExample(features: Iterable<readonly [name: string, values: FeatureValues]>): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.LengthDelimited).fork();
  for (const [name, feature] of features) {
    writer.tag(1, WireType.LengthDelimited).fork();
    writer.tag(1, WireType.LengthDelimited).string(name);
    writer.tag(2, WireType.LengthDelimited).fork();
    writer.tag(fieldOf[feature.dtype], WireType.LengthDelimited).fork();
    writeValues(writer, feature);
    writer.join().join().join();
  }
  return writer.join().finish();
}

function writeValues(writer: BinaryWriter, { dtype, values }: FeatureValues): void {
  if (dtype === "string") {
    for (const value of values)
      writer.tag(1, WireType.LengthDelimited).bytes(typeof value === "string" ? Buffer.from(value) : value);
    return;
  }
  if (values.length === 0) return;
  writer.tag(1, WireType.LengthDelimited).fork(); // packed
  for (const value of values) dtype === "float32" ? writer.float(value as number) : writer.int64(value);
  writer.join();
}
