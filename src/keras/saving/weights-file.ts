/** `.weights.h5`: an HDF5 file with one dataset for each variable, under the path of its owner. */
import { existsSync, renameSync, rmSync } from "node:fs";
import type { Dataset, File, Group } from "h5wasm/node";
import type { DType } from "../../base/dtypes.ts";
import { describe, invalidArgument, TensorfleetError } from "../../base/errors.ts";
import { numElements, shapeText } from "../../base/shapes.ts";
import { fromValue } from "../../runtime/convert.ts";
import { tidy } from "../../runtime/scopes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { isTypedArray, type TypedArray } from "../../runtime/values.ts";
import type { Variable } from "../../runtime/variable.ts";
import { telling } from "./file-errors.ts";
import { type Saveable, savedGroups } from "./weight-paths.ts";

type Hdf5 = typeof import("h5wasm/node");

let loading: Promise<Hdf5> | undefined;

/** The HDF5 library, loaded when it is first needed. */
async function hdf5(): Promise<Hdf5> {
  loading ??= import("h5wasm/node").then(async (library) => {
    (await library.ready).activate_throwing_error_handler(); // else it prints its errors
    return library;
  });
  return loading;
}

const UNBUILT_OPTIMIZER = 2; // iteration and learning rate: what an optimizer has before its first step
const MAX_DATASET_BYTES = 2 ** 31 - 1; // h5wasm addresses its memory with 32 bits
const storable: ReadonlySet<DType> = new Set([
  "float32",
  "float64",
  "int8",
  "uint8",
  "int16",
  "uint16",
  "int32",
  "uint32",
  "int64",
  "uint64",
]);

/** Writes the variables of `model` and of all within to `path`, by a file beside it that is renamed when it is whole. */
export async function writeWeights(model: Saveable, path: string): Promise<void> {
  const { File } = await hdf5();
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = new File(temporary, "w");
    try {
      for (const { path: groupPath, saveable } of savedGroups(model)) writeGroup(file, groupPath, saveable);
    } finally {
      file.close();
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function writeGroup(file: File, path: string, saveable: Saveable): void {
  const group = path === "" ? file : groupAt(file, path);
  const vars = group.create_group("vars");
  if (saveable.name !== undefined) vars.create_attribute("name", saveable.name);
  saveable.ownVariables.forEach((variable, i) => {
    writeVariable(vars, String(i), variable);
  });
}

function groupAt(file: File, path: string): Group {
  let group: Group = file;
  for (const name of path.split("/"))
    group = group.keys().includes(name) ? (group.get(name) as Group) : group.create_group(name);
  return group;
}

function writeVariable(group: Group, name: string, variable: Variable): void {
  if (!storable.has(variable.dtype))
    throw new TensorfleetError(
      "unsupported",
      `model.saveWeights: expected variables of ${[...storable].join(", ")}, got ${variable.dtype} in "${variable.name}"`,
    );
  const data = variable.data() as TypedArray;
  if (data.byteLength > MAX_DATASET_BYTES)
    throw new TensorfleetError(
      "unsupported",
      `model.saveWeights: expected variables of at most ${MAX_DATASET_BYTES} bytes, got ${data.byteLength} in "${variable.name}"`,
    );
  group.create_dataset({ name, data: data as never, shape: variable.shape as number[] });
}

/** Options of {@link readWeights}. */
export interface LoadWeightsOptions {
  /** Skips layers whose number or shapes of weights differ, with a warning, instead of throwing. */
  skipMismatch?: boolean;
}

/** A variable, and where its value stands. */
type Assignment = readonly [Variable, Dataset];

/**
 * Sets the variables of `model` from the file at `path`: all of them, or, when something does not fit, none.
 * @throws when the file is none of weights, or its structure is another than the model's.
 */
export async function readWeights(
  model: Saveable,
  path: string,
  options: LoadWeightsOptions = {},
  shown: string = path,
): Promise<void> {
  if (!existsSync(path))
    throw new TensorfleetError("notFound", `model.loadWeights: expected a file, got ${path}, which does not exist`);
  const { File } = await hdf5();
  const file = open(() => new File(path, "r"), shown);
  await telling("model.loadWeights", `${shown} to be whole`, async () => readFile(model, file, options));
}

function readFile(model: Saveable, file: File, options: LoadWeightsOptions): void {
  try {
    const assignments = savedGroups(model).flatMap(({ path: groupPath, saveable }) =>
      readGroup(lookUp(file, groupPath === "" ? "vars" : `${groupPath}/vars`), groupPath, saveable, options),
    );
    const values = assignments.map(([variable, dataset]) => [variable, numbersOf(variable, dataset)] as const);
    for (const [variable, value] of values) tidy(() => variable.assign(tensorOf(value, variable)));
  } finally {
    file.close();
  }
}

function open(make: () => File, path: string): File {
  try {
    return make();
  } catch (cause) {
    throw new TensorfleetError(
      "invalidArgument",
      `model.loadWeights: expected an HDF5 file, got ${path}, which is none or is damaged`,
      { cause },
    );
  }
}

function lookUp(file: File, path: string): Group | undefined {
  let group: Group = file;
  for (const name of path.split("/")) {
    if (!group.keys().includes(name)) return undefined;
    const next = group.get(name);
    if (next === null || !("keys" in next))
      throw new TensorfleetError(
        "unsupported",
        `model.loadWeights: expected groups and datasets, got something else at ${path}`,
      );
    group = next as Group;
  }
  return group;
}

function readGroup(
  group: Group | undefined,
  path: string,
  saveable: Saveable,
  options: LoadWeightsOptions,
): Assignment[] {
  const { ownVariables } = saveable;
  const numSaved = group ? group.keys().length : 0;
  if (ownVariables.length === 0 && numSaved === 0) return [];
  if (saveable.isOptional && numSaved <= UNBUILT_OPTIMIZER && numSaved < ownVariables.length) return []; // no state to go on from
  const where = `${saveable.className}${saveable.name ? ` "${saveable.name}"` : ""} (${path || "the model itself"})`;
  if (numSaved !== ownVariables.length)
    return mismatch(`${ownVariables.length} variables for ${where}`, `${numSaved}`, options, saveable.isOptional);
  const datasets = ownVariables.map((_, i) => (group as Group).get(String(i)) as Dataset);
  const wrong = ownVariables.findIndex(
    (variable, i) => shapeText(datasets[i]?.shape ?? null) !== shapeText(variable.shape),
  );
  if (wrong >= 0)
    return mismatch(
      `shape ${shapeText(ownVariables[wrong]?.shape ?? null)} for variable ${wrong} of ${where}`,
      shapeText(datasets[wrong]?.shape ?? null),
      options,
      saveable.isOptional,
    );
  return ownVariables.map((variable, i) => [variable, datasets[i] as Dataset]);
}

function mismatch(expected: string, got: string, options: LoadWeightsOptions, warnOnly = false): Assignment[] {
  const error = invalidArgument(
    "model.loadWeights",
    expected,
    got,
    "build the model as it was when it was saved, or pass skipMismatch: true",
  );
  if (!options.skipMismatch && !warnOnly) throw error;
  console.warn(`${error.message}: skipped`);
  return [];
}

/** The numbers of a dataset. Throws when they are none, or not as many as the variable has. */
function numbersOf(variable: Variable, dataset: Dataset): TypedArray {
  const value = dataset.value;
  const data =
    typeof value === "number" ? Float64Array.of(value) : typeof value === "bigint" ? BigInt64Array.of(value) : value;
  const count = numElements(variable.shape);
  if (!isTypedArray(data) || data.length !== count)
    throw invalidArgument(
      "model.loadWeights",
      `${count} numbers for "${variable.name}"`,
      isTypedArray(data) ? `${data.length}` : describe(data),
      "the file is damaged",
    );
  return data;
}

/** A tensor of the variable's dtype. Throws when a number does not fit it. */
function tensorOf(data: TypedArray, { dtype, shape }: Variable): Tensor {
  return fromValue("model.loadWeights", data, dtype, shape as readonly number[]);
}
