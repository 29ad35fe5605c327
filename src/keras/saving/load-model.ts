/** Reads `.keras` files, of Python's Keras 3 or of `model.save`. */
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { invalidArgument, TensorfleetError } from "../../base/errors.ts";
import type { Model } from "../models/model.ts";
import type { ConfigValue, Registered } from "../object-registry.ts";
import { deserialize } from "../serialization.ts";
import { readArchive } from "./archive.ts";
import { checkEnding, members } from "./model-file.ts";
import { readWeights } from "./weights-file.ts";

/** Options of {@link loadModel}. */
export interface LoadModelOptions {
  /** Classes and functions by the names that the file uses, beside those that are registered. */
  customObjects?: Readonly<Record<string, Registered>>;
  /** Whether the model is compiled as it was when it was saved; true when not given. */
  compile?: boolean;
}

/**
 * The model in a `.keras` file, of Python's Keras 3 or of `model.save`: compiled as it was, with the state of its optimizer.
 * @throws when the file is damaged or uses classes that are not known here.
 * @see https://keras.io/api/models/model_saving_apis/model_saving_and_loading/
 * @example
 * const model = new tf.keras.Sequential([tf.keras.layers.Input({ shape: [2] }), new tf.keras.layers.Dense(1)]);
 * model.compile({ optimizer: "adam", loss: "mse" });
 * await model.save("model.keras");
 * const loaded = await tf.keras.models.loadModel("model.keras");
 * console.log(loaded.compiled, loaded.countParams()); // => true 3
 */
export async function loadModel(path: string, options: LoadModelOptions = {}): Promise<Model> {
  const api = "tf.keras.models.loadModel";
  checkEnding(api, path, ".keras");
  if (!existsSync(path))
    throw new TensorfleetError("notFound", `${api}: expected a file, got ${path}, which does not exist`);
  const found = await readArchive(api, path, (name) => Object.values(members).includes(name as never));
  const config = found.get(members.config);
  const weights = found.get(members.weights);
  if (!config || !weights)
    throw invalidArgument(
      api,
      `${members.config} and ${members.weights} in ${path}`,
      [...found.keys()].join(", ") || "neither",
    );
  const saved = parse(config.toString(), path) as Record<string, ConfigValue>;
  if (options.compile === false) delete saved.compile_config;
  const model = deserialize(saved as ConfigValue, options) as Model;
  const folder = await mkdtemp(join(tmpdir(), "tensorfleet-load-"));
  try {
    const file = join(folder, members.weights);
    await writeFile(file, weights);
    await readWeights(model, file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return model;
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TensorfleetError(
      "invalidArgument",
      `tf.keras.models.loadModel: expected JSON in ${members.config} of ${path}, got something else; the file is damaged`,
      { cause },
    );
  }
}
