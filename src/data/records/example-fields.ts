/** What features a serialized `tf.train.Example` has: names, kinds and numbers of values, without the values. */
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import type { FeatureDType } from "../../ops/io/examples.ts";

/** The values of one feature. */
export interface FieldFacts {
  /** `undefined` where the feature is there but says nothing. */
  readonly dtype: FeatureDType | undefined;
  readonly count: number;
}

const dtypes: Readonly<Record<number, FeatureDType>> = { 1: "string", 2: "float32", 3: "int64" };

/**
 * The features of an example by name; of those that come twice, the last.
 * @throws when the bytes are no such message.
 */
export function exampleFields(example: Uint8Array): Map<string, FieldFacts> {
  const fields = new Map<string, FieldFacts>();
  for (const features of submessages(example, 1))
    for (const entry of submessages(features, 1)) {
      const reader = new BinaryReader(entry);
      let [name, facts]: [string, FieldFacts] = ["", { dtype: undefined, count: 0 }];
      while (reader.pos < reader.len) {
        const [field, type] = reader.tag();
        if (field === 1 && type === WireType.LengthDelimited) name = reader.string();
        else if (field === 2 && type === WireType.LengthDelimited) facts = featureFacts(reader.bytes());
        else reader.skip(type, field);
      }
      fields.set(name, facts);
    }
  return fields;
}

/** The messages in field `number`. */
function* submessages(message: Uint8Array, number: number): Generator<Uint8Array> {
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === number && type === WireType.LengthDelimited) yield reader.bytes();
    else reader.skip(type, field);
  }
}

function featureFacts(feature: Uint8Array): FieldFacts {
  const reader = new BinaryReader(feature);
  let facts: FieldFacts = { dtype: undefined, count: 0 };
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    const dtype = dtypes[field];
    if (dtype && type === WireType.LengthDelimited) facts = { dtype, count: numValues(dtype, reader.bytes()) };
    else reader.skip(type, field);
  }
  return facts;
}

const FLOAT_BYTES = 4;

function numValues(dtype: FeatureDType, list: Uint8Array): number {
  const reader = new BinaryReader(list);
  let count = 0;
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === 1 && type === WireType.LengthDelimited && dtype !== "string")
      count += numPacked(dtype, reader.bytes());
    else {
      reader.skip(type, field);
      if (field === 1) count++;
    }
  }
  return count;
}

function numPacked(dtype: FeatureDType, packed: Uint8Array): number {
  if (dtype === "int64") return packed.reduce((count, byte) => (byte < 0x80 ? count + 1 : count), 0);
  if (packed.length % FLOAT_BYTES !== 0) throw new RangeError("a list of floats that is cut");
  return packed.length / FLOAT_BYTES;
}
