/** Reads `.keras` files, of Python's Keras 3 or of `model.save`. */
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, invalidArgument, TensorfleetError } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { Model } from "../models/model.ts";
import type { Registered } from "../object-registry.ts";
import { deserialize, isSerializedObject } from "../serialization.ts";
import { readArchive } from "./archive.ts";
import { checkPath, telling } from "./file-errors.ts";
import { members } from "./model-file.ts";
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
  checkOptions(api, options, { customObjects: true, compile: true });
  checkPath(api, path, ".keras");
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
  const expected = `a model's configuration in ${members.config} of ${path}`;
  const model = await telling(api, expected, async () => {
    const saved = parse(config.toString(), path);
    if (!isSerializedObject(saved)) throw invalidArgument(api, expected, describe(saved), "the file is damaged");
    const { compile_config: _, ...plain } = saved;
    const made = deserialize(options.compile === false ? plain : saved, options);
    if (!(made instanceof Model)) throw invalidArgument(api, expected, describe(made));
    return made;
  });
  const folder = await mkdtemp(join(tmpdir(), "tensorfleet-load-"));
  try {
    const file = join(folder, members.weights);
    await writeFile(file, weights);
    await readWeights(model, file, {}, `${members.weights} of ${path}`);
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
