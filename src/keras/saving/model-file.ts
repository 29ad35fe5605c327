/** `.keras`: a zip archive of the model's configuration and weights, the same in Python and here. */
import { existsSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { invalidArgument, TensorfleetError } from "../../base/errors.ts";
import { type KerasObject, serialize } from "../serialization.ts";
import { writeArchive } from "./archive.ts";
import { configText } from "./config-text.ts";
import { checkPath, telling } from "./file-errors.ts";
import type { Saveable } from "./weight-paths.ts";
import { writeWeights } from "./weights-file.ts";

const KERAS_VERSION = "3.15.1"; // whose format this is; Keras does not read it back
/** Names of the members that count. */
export const members = { config: "config.json", metadata: "metadata.json", weights: "model.weights.h5" } as const;

/** Options of `model.save`. */
export interface SaveOptions {
  /** Whether a file that exists is replaced; true when not given. */
  overwrite?: boolean;
}

/** @throws when `path` is none of a file, there is no folder for it, or a file that must not be replaced. */
function checkPlace(api: string, path: string, ending: string, options: SaveOptions): void {
  checkPath(api, path, ending);
  if (existsSync(path) && statSync(path).isDirectory())
    throw invalidArgument(api, "the path of a file", `the folder ${path}`);
  if (!existsSync(dirname(path)))
    throw new TensorfleetError(
      "notFound",
      `${api}: expected a folder that exists, got ${dirname(path)}; make it first`,
    );
  if (options.overwrite === false && existsSync(path))
    throw invalidArgument(api, "a new file (overwrite is false)", `${path}, which exists`);
}

/** Date and time as Keras writes them. */
function dateText(date: Date): string {
  return date.toISOString().slice(0, 19).replace("T", "@");
}

/** Writes architecture, weights and state of the optimizer to one `.keras` file. @throws when the model is not built or the path has another ending. */
export async function saveModel(
  model: Saveable & KerasObject & { readonly built: boolean },
  path: string,
  options: SaveOptions = {},
): Promise<void> {
  checkPlace("model.save", path, ".keras", options);
  if (!model.built)
    throw new TensorfleetError(
      "wrongPlace",
      `model.save: expected a model with weights, got "${model.name}", which is not built; call it on data or model.build(inputShape)`,
    );
  await telling("model.save", `${path} to be written`, () => writeModel(model, path));
}

async function writeModel(model: Saveable & KerasObject, path: string): Promise<void> {
  const folder = await mkdtemp(join(dirname(path), ".tensorfleet-save-"));
  try {
    const weights = join(folder, members.weights);
    await writeWeights(model, weights);
    await writeArchive(path, [
      {
        name: members.metadata,
        text: JSON.stringify({ keras_version: KERAS_VERSION, date_saved: dateText(new Date()) }),
      },
      { name: members.config, text: configText(serialize(model)) },
      { name: members.weights, file: weights },
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes the weights, and the optimizer's state where there is one, to a `.weights.h5` file. */
export async function saveWeights(
  model: Saveable & { readonly built: boolean },
  path: string,
  options: SaveOptions = {},
): Promise<void> {
  checkPlace("model.saveWeights", path, ".weights.h5", options);
  if (!model.built)
    throw new TensorfleetError(
      "wrongPlace",
      `model.saveWeights: expected a model with weights, got "${model.name}", which is not built`,
    );
  await telling("model.saveWeights", `${path} to be written`, () => writeWeights(model, path));
}
