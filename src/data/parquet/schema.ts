/** The columns of Parquet files as columns of tensors. */
import type { ColumnDType } from "../columns/column-type.ts";
import type { ParquetLibrary, SchemaTree } from "./library.ts";

/** A column that can be read. */
export interface ParquetField {
  readonly path: readonly string[];
  readonly dtype: ColumnDType;
  /** Whether values are lists. */
  readonly isList: boolean;
  /** The part of the schema that holds the list, or the value itself. */
  readonly top: SchemaTree;
  /** From the schema's root to the value. */
  readonly leaf: readonly SchemaTree[];
}

/** A column that cannot. */
export interface UnreadableField {
  readonly path: readonly string[];
  readonly reason: string;
}

/** The columns of a schema, in its order. */
export function fieldsOf(library: ParquetLibrary, root: SchemaTree): (ParquetField | UnreadableField)[] {
  const found: (ParquetField | UnreadableField)[] = [];
  const walk = (node: SchemaTree): void => {
    const { path, element, children } = node;
    const leaf = leafOf(library, node);
    if (leaf) {
      const dtype = dtypeOf(leaf);
      if (dtype) {
        found.push({
          path,
          dtype,
          isList: leaf !== node || isRepeated(node),
          top: node,
          leaf: pathTo(library, root, leaf),
        });
      } else found.push({ path, reason: `values of type ${leaf.element.logical_type?.type ?? leaf.element.type}` });
    } else if (children.length === 0) found.push({ path, reason: "a group without columns" });
    else if (library.isListLike(node)) found.push({ path, reason: "lists of lists or of groups" });
    else if (isRepeated(node) || ["MAP", "MAP_KEY_VALUE"].includes(element.converted_type ?? ""))
      found.push({ path, reason: "maps or repeated groups" });
    else for (const child of children) walk(child);
  };
  for (const child of root.children) walk(child);
  return found.map((field) => {
    const isInGroup = "dtype" in field && field.isList && field.top.path.length > 1;
    return isInGroup ? { path: field.path, reason: "lists in groups" } : field;
  });
}

const isRepeated = ({ element }: SchemaTree): boolean => element.repetition_type === "REPEATED";

/** The values of a node that is a value or a list of values. */
function leafOf(library: ParquetLibrary, node: SchemaTree): SchemaTree | undefined {
  if (node.children.length === 0) return node.element.type === undefined ? undefined : node;
  if (!library.isListLike(node)) return undefined;
  const [repeated] = node.children;
  const value = repeated?.children.length === 1 ? repeated.children[0] : repeated;
  return value?.children.length === 0 && value.element.type !== undefined ? value : undefined;
}

function pathTo(library: ParquetLibrary, root: SchemaTree, leaf: SchemaTree): readonly SchemaTree[] {
  return library.getTreePath(root, leaf.path);
}

/** The element type of a value; `undefined` when there is none. */
function dtypeOf({ element }: SchemaTree): ColumnDType | undefined {
  const { type, converted_type: converted, logical_type: logical } = element;
  if (converted === "DECIMAL" || logical?.type === "DECIMAL") return "float64";
  if (logical?.type === "VARIANT" || logical?.type === "FILE") return undefined;
  switch (type) {
    case "BOOLEAN":
      return "bool";
    case "INT32":
      return smallInteger(element) ?? "int32";
    case "INT64":
      return isUnsigned(element, 64) ? "uint64" : "int64";
    case "INT96":
      return "int64";
    case "FLOAT":
      return "float32";
    case "DOUBLE":
      return "float64";
    case "FIXED_LEN_BYTE_ARRAY":
      return logical?.type === "FLOAT16" ? "float32" : "string";
    case "BYTE_ARRAY":
      return "string";
    default:
      return undefined;
  }
}

type Element = SchemaTree["element"];

function isUnsigned({ converted_type: converted, logical_type: logical }: Element, bits: number): boolean {
  return (
    converted === `UINT_${bits}` || (logical?.type === "INTEGER" && logical.bitWidth === bits && !logical.isSigned)
  );
}

function smallInteger(element: Element): ColumnDType | undefined {
  for (const bits of [8, 16, 32] as const) if (isUnsigned(element, bits)) return `uint${bits}`;
  const { converted_type: converted, logical_type: logical } = element;
  for (const bits of [8, 16] as const)
    if (converted === `INT_${bits}` || (logical?.type === "INTEGER" && logical.bitWidth === bits)) return `int${bits}`;
  return undefined;
}

/** The element as the library should see it: texts stay bytes, times stay numbers. */
export function rawElement(element: Element): Element {
  const { converted_type: converted, logical_type: logical, ...plain } = element;
  if (logical?.type === "DECIMAL")
    return { ...element, converted_type: "DECIMAL", scale: element.scale ?? logical.scale };
  const isKept =
    converted === "DECIMAL" || logical?.type === "FLOAT16" || isUnsigned(element, 32) || isUnsigned(element, 64);
  return isKept ? element : plain;
}
