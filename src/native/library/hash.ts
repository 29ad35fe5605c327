/** sha256 of what flows by, and of files. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

/** Called with the number of bytes done so far. */
export type OnBytes = (doneBytes: number) => void;

/** Passes chunks on and hashes them: a step of a pipeline. `digest` gives hexadecimal digits once all went by. */
export class HashingPass {
  readonly #hash = createHash("sha256");
  readonly #onBytes: OnBytes | undefined;
  #doneBytes = 0;

  constructor(onBytes?: OnBytes) {
    this.#onBytes = onBytes;
  }

  async *pass(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
    for await (const chunk of chunks) {
      this.#hash.update(chunk);
      this.#doneBytes += chunk.length;
      this.#onBytes?.(this.#doneBytes);
      yield chunk;
    }
  }

  digest(): string {
    return this.#hash.digest("hex");
  }
}

/** The sha256 of a file in hexadecimal digits. */
export async function hashFile(path: string, onBytes?: OnBytes, signal?: AbortSignal): Promise<string> {
  const hashing = new HashingPass(onBytes);
  const chunks = createReadStream(path, { highWaterMark: 1 << 20, ...(signal && { signal }) });
  for await (const _ of hashing.pass(chunks));
  return hashing.digest();
}
