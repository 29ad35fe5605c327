/** What a column holds: the types of values that files of records are turned into, once, so that TensorFlow reads them without JavaScript. */
import { type DType, dtypeFacts } from "../../base/dtypes.ts";
import { invalidArgument } from "../../base/errors.ts";
import { mapNest, type Nest } from "../../base/nests.ts";
import { type Shape, shapeText } from "../../base/shapes.ts";
import { TensorSpec } from "../../runtime/function.ts";
import { ENTRY_BYTES } from "../records/entries.ts";

/** An element type of columns. */
export type ColumnDType = Extract<
  DType,
  | "bool"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "float32"
  | "float64"
  | "string"
>;

/** The element types of columns. */
export const columnDTypes: readonly ColumnDType[] = [
  "bool",
  "uint8",
  "uint16",
  "uint32",
  "uint64",
  "int8",
  "int16",
  "int32",
  "int64",
  "float32",
  "float64",
  "string",
];

/** A value of a column. */
export type ColumnValue = number | bigint | boolean | string | Uint8Array;

/** A column. */
export interface ColumnType {
  /** Where in a record its values are: names from the outside in. */
  readonly path: readonly string[];
  readonly dtype: ColumnDType;
  /** Shape of a value; the first length is `null` where it differs from record to record. */
  readonly shape: Shape;
}

/** The least and the largest number of each integer type. */
export const integerRanges: Readonly<Partial<Record<ColumnDType, readonly [least: bigint, most: bigint]>>> =
  Object.fromEntries(
    [8, 16, 32, 64].flatMap((bits) => [
      [`uint${bits}`, [0n, 2n ** BigInt(bits) - 1n]],
      [`int${bits}`, [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n]],
    ]),
  );

/** Whether values differ in length. */
export function isVariable({ shape }: ColumnType): boolean {
  return shape[0] === null;
}

/** Elements of a value; of its slices along the first axis where values differ in length. */
export function innerSize({ shape }: ColumnType): number {
  return shape.reduce<number>((product, length) => product * (length ?? 1), 1);
}

/** Bytes of an element as it is stored; of a text's entry where elements are texts. */
export function widthOf(dtype: ColumnDType): number {
  return dtype === "string" ? ENTRY_BYTES : dtypeFacts[dtype].bytes;
}

/** The columns that a signature names: TensorSpecs in plain objects. */
export function columnsOfSignature(api: string, signature: Nest<TensorSpec>): ColumnType[] {
  const columns: ColumnType[] = [];
  const walk = (node: Nest<TensorSpec>, path: readonly string[]): void => {
    if (node instanceof TensorSpec) columns.push(columnOf(api, node, path));
    else if (Array.isArray(node)) throw invalidArgument(api, "an outputSignature of TensorSpecs by name", "an array");
    else
      for (const [name, child] of Object.entries(node as Readonly<Record<string, Nest<TensorSpec>>>))
        walk(child, [...path, name]);
  };
  walk(signature, []);
  if (columns.some(({ path }) => path.length === 0))
    throw invalidArgument(api, "an outputSignature of TensorSpecs by name", "one TensorSpec");
  return columns;
}

function columnOf(api: string, { dtype, shape }: TensorSpec, path: readonly string[]): ColumnType {
  const field = fieldText(path);
  if (!(columnDTypes as readonly DType[]).includes(dtype))
    throw invalidArgument(api, `a dtype of ${columnDTypes.join(", ")} for ${field}`, dtype);
  if (shape === null || shape.slice(1).includes(null))
    throw invalidArgument(
      api,
      `a shape of known lengths for ${field}, of which the first may be null`,
      shapeText(shape),
    );
  return { path, dtype: dtype as ColumnDType, shape };
}

/** The columns as the structure of elements, each told by its number. */
export function structureOf(columns: readonly ColumnType[]): Nest<number> {
  type Tree = Map<string, Tree | number>;
  const root: Tree = new Map();
  for (const [number, { path }] of columns.entries()) {
    let node = root;
    for (const name of path.slice(0, -1)) {
      const next = node.get(name) ?? new Map();
      node.set(name, next);
      node = next as Tree;
    }
    node.set(path.at(-1) as string, number);
  }
  const nestOf = (tree: Tree): Nest<number> =>
    Object.fromEntries([...tree].map(([name, child]) => [name, typeof child === "number" ? child : nestOf(child)]));
  return nestOf(root);
}

/** The columns as specs of elements. */
export function specOf(columns: readonly ColumnType[]): Nest<TensorSpec> {
  return mapNest(structureOf(columns), (number) => {
    const { shape, dtype } = columns[number] as ColumnType;
    return new TensorSpec(shape, dtype);
  });
}

/** A field in messages: `"user.age"`. */
export function fieldText(path: readonly string[]): string {
  return JSON.stringify(path.join("."));
}

/** "a float32", "an int64". */
export function withArticle(dtype: ColumnDType): string {
  return `${dtype.startsWith("int") ? "an" : "a"} ${dtype}`;
}
