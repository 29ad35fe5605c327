/** What was found in CSV files, for people to check. */
import type { Tensor } from "../../runtime/tensor.ts";
import { counted, tableText } from "../table-text.ts";
import type { Schema } from "./schema.ts";

const LONGEST_EXAMPLE = 20;

/** A table of the columns, and what looks wrong with them. */
export function schemaText(
  api: string,
  schema: Schema,
  numRecords: number,
  paths: readonly string[],
  label?: string,
): string {
  const { columns, defaults, found, numRead } = schema;
  const place = paths.length === 1 ? paths[0] : `${paths.length} files`;
  const rows = columns.map(({ name, type, isRequired }, i) => [
    name === label ? `${name} (label)` : name,
    type,
    isRequired ? "required" : defaultText(defaults[i] as Tensor),
    `${found[i]?.numMissing ?? 0}`,
    (found[i]?.examples ?? []).map(shortened).join(", "),
  ]);
  const advice = found.flatMap(({ oddTexts }, i) =>
    oddTexts.length === 0 || columns[i]?.type !== "string"
      ? []
      : `  ${columns[i]?.name}: numbers but for ${oddTexts.map((text) => JSON.stringify(text)).join(", ")}; if that means a missing value, pass naValue: ${JSON.stringify(oddTexts[0])}`,
  );
  const head = `${api}: ${counted(columns.length, "column")} of ${counted(numRecords, "record")} in ${place}, dtypes from ${counted(numRead, "record")}`;
  return [head, tableText(["column", "dtype", "default", "missing", "examples"], rows), ...advice].join("\n");
}

function defaultText(value: Tensor): string {
  const item = value.data()[0];
  return typeof item === "string" ? JSON.stringify(item) : String(item);
}

function shortened(text: string): string {
  const line = JSON.stringify(text).slice(1, -1);
  return line.length > LONGEST_EXAMPLE ? `${line.slice(0, LONGEST_EXAMPLE)}...` : line;
}
