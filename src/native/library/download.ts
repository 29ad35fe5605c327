/** Downloads a wheel by Node itself. What came before an interruption, of the connection or of the whole process, is not fetched again. */

import { open, rm, stat } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { setTimeout } from "node:timers/promises";
import { byHand, failure, noNetwork, withoutCredentials } from "./failures.ts";
import type { OnBytes } from "./hash.ts";
import { describeNetworkError, get, type HttpSettings } from "./http.ts";
import { formatBytes } from "./progress.ts";
import type { Wheel } from "./wheels.ts";

const mostFruitlessAttempts = 5;
const retryStatuses: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** A download's settings: those of its requests, and how it reports. */
export interface DownloadSettings extends HttpSettings {
  readonly onBytes: OnBytes;
  readonly say: (line: string) => void;
  /** Pause before the second attempt; each later one waits as long again. */
  readonly retryMs?: number;
}

/** The connection failed, as opposed to the disk. */
class BrokenConnection extends Error {}

/**
 * Downloads into the file `part` until it has the wheel's size. An existing `part` is continued where the server can, else begun again.
 * @throws {TensorfleetError} `libraryUnavailable` when the server refuses, or the connection breaks again and again
 */
export async function download(url: URL, wheel: Wheel, part: string, settings: DownloadSettings): Promise<void> {
  const { say, signal, retryMs = 1_000 } = settings;
  let fruitless = 0;
  for (let haveBytes = await sizeOf(part, wheel); haveBytes < wheel.bytes; ) {
    if (haveBytes > 0) say(`continuing after the ${formatBytes(haveBytes)} that are here already`);
    const failed = await fetchRest(url, wheel, part, haveBytes, settings).then(() => undefined, breakage);
    const nowBytes = await sizeOf(part, wheel);
    if (failed) {
      fruitless = nowBytes > haveBytes ? 1 : fruitless + 1;
      const got = describeNetworkError(failed);
      if (signal?.aborted) throw signal.reason;
      if (fruitless >= mostFruitlessAttempts) throw noNetwork(withoutCredentials(url), got, wheel, failed);
      say(`the connection failed (${got}); trying again`);
      await setTimeout(retryMs * fruitless, undefined, signal ? { signal } : {});
    }
    haveBytes = nowBytes;
  }
}

function breakage(error: unknown): BrokenConnection {
  if (error instanceof BrokenConnection) return error;
  throw error;
}

async function fetchRest(
  url: URL,
  wheel: Wheel,
  part: string,
  haveBytes: number,
  settings: DownloadSettings,
): Promise<void> {
  const headers = haveBytes > 0 ? { range: `bytes=${haveBytes}-` } : {};
  const { message } = await get(url, { ...headers, "accept-encoding": "identity" }, settings).catch(broken);
  const status = message.statusCode ?? 0;
  const continues = status === 206 && message.headers["content-range"]?.startsWith(`bytes ${haveBytes}-`) === true;
  if (!continues && status !== 200) message.destroy();
  if (!continues && (status === 206 || status === 416)) return rm(part); // the server sees the part otherwise: begin again
  if (retryStatuses.has(status)) throw new BrokenConnection(`HTTP status ${status}`);
  if (!continues && status !== 200) {
    throw failure(`${wheel.file} from ${withoutCredentials(url)}`, `HTTP status ${status}`, byHand(wheel));
  }
  await writeTo(part, message, continues ? haveBytes : 0, wheel, settings.onBytes);
}

async function writeTo(
  part: string,
  message: IncomingMessage,
  haveBytes: number,
  wheel: Wheel,
  onBytes: OnBytes,
): Promise<void> {
  const file = await open(part, haveBytes > 0 ? "a" : "w");
  try {
    let doneBytes = haveBytes;
    for await (const chunk of chunksOf(message)) {
      doneBytes += chunk.length;
      if (doneBytes > wheel.bytes) throw failure(`${wheel.bytes} bytes of ${wheel.file}`, "more", byHand(wheel));
      await file.writeFile(chunk);
      onBytes(doneBytes);
    }
    if (doneBytes < wheel.bytes)
      throw new BrokenConnection(`the server ended after ${doneBytes} of ${wheel.bytes} bytes`);
  } finally {
    message.destroy();
    await file.close();
  }
}

/** The chunks of an answer; what goes wrong in reading them is the connection's fault. */
async function* chunksOf(message: IncomingMessage): AsyncIterable<Buffer> {
  const chunks = message[Symbol.asyncIterator]();
  for (;;) {
    const { value, done } = await chunks.next().catch(broken);
    if (done) return;
    yield value as Buffer;
  }
}

function broken(error: unknown): never {
  throw new BrokenConnection(describeNetworkError(error), { cause: error });
}

/** The size of a partial download; one that is larger than the wheel cannot be part of it and is removed. */
async function sizeOf(part: string, wheel: Wheel): Promise<number> {
  const bytes = await stat(part).then(
    ({ size }) => size,
    () => 0,
  );
  if (bytes <= wheel.bytes) return bytes;
  await rm(part, { force: true });
  return 0;
}
