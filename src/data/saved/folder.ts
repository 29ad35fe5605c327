/** The folder in which a dataset is kept: a TFRecord file of its elements, and a description. It is there whole or not at all. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { invalidArgument, TensorfleetError } from "../../base/errors.ts";
import type { ElementSpec } from "../element.ts";
import type { CompressionType } from "../records/record-index.ts";
import { TFRecordWriter } from "../records/writer.ts";
import { type SpecJson, specFromJson, specToJson } from "./spec-json.ts";

/** What the description says. */
export interface Description {
  readonly spec: ElementSpec;
  readonly numElements: number;
  readonly compressionType: CompressionType;
  /** Names of the files within the folder. */
  readonly files: readonly string[];
}

const DESCRIPTION = "dataset.json";
const FORMAT = 1;

/** A folder under construction. */
export class NewFolder implements Disposable {
  readonly #path: string;
  readonly #partial: string;
  readonly #writer: TFRecordWriter;
  readonly #compressionType: CompressionType;
  #numElements = 0;

  /** @throws when there is something at `path` that is no saved dataset. */
  constructor(api: string, path: string, compressionType: CompressionType) {
    if (existsSync(path) && !existsSync(join(path, DESCRIPTION)))
      throw invalidArgument(api, "a new path, or that of a saved dataset", `${path}, which holds something else`);
    this.#path = path;
    this.#partial = `${path}.partial-${process.pid}`;
    this.#compressionType = compressionType;
    mkdirSync(this.#partial, { recursive: true });
    this.#writer = new TFRecordWriter(join(this.#partial, "elements.tfrecord"), { compressionType });
  }

  write(record: Uint8Array): void {
    this.#writer.write(record);
    this.#numElements++;
  }

  /** Puts the folder in its place; what was saved there before is gone then. @throws when there is no element. */
  finish(api: string, spec: ElementSpec): void {
    if (this.#numElements === 0) throw invalidArgument(api, "a dataset with elements", "one without");
    this.#writer.close();
    const files = this.#writer.paths.map((path) => basename(path));
    const [numElements, compressionType] = [this.#numElements, this.#compressionType];
    const description = { format: FORMAT, numElements, compressionType, files, spec: specToJson(spec) };
    writeFileSync(join(this.#partial, DESCRIPTION), `${JSON.stringify(description, undefined, 2)}\n`);
    rmSync(this.#path, { recursive: true, force: true });
    renameSync(this.#partial, this.#path);
  }

  /** Removes what was not finished. */
  [Symbol.dispose](): void {
    this.#writer.close();
    rmSync(this.#partial, { recursive: true, force: true });
  }
}

/** What the folder `path` says of itself. @throws when there is none, or it is damaged. */
export function readDescription(api: string, path: string): Description {
  const file = join(path, DESCRIPTION);
  if (!existsSync(file))
    throw invalidArgument(api, "the folder of a saved dataset", `${path}, which has no ${DESCRIPTION}`);
  const { format, numElements, files, spec, compressionType } = parsed(api, file);
  const known = format === FORMAT ? specFromJson(spec) : undefined;
  if (!known || !Number.isSafeInteger(numElements) || !Array.isArray(files))
    throw invalidArgument(api, `a description of format ${FORMAT} in ${file}`, "another");
  return { spec: known, numElements: numElements as number, files, compressionType: compressionType ?? "" };
}

interface Parsed {
  readonly format?: number;
  readonly numElements?: number;
  readonly files?: readonly string[];
  readonly spec?: SpecJson;
  readonly compressionType?: CompressionType;
}

function parsed(api: string, file: string): Parsed {
  try {
    return Object(JSON.parse(readFileSync(file, "utf8"))) as Parsed;
  } catch (cause) {
    throw new TensorfleetError("invalidArgument", `${api}: expected JSON in ${file}, got something else`, { cause });
  }
}
