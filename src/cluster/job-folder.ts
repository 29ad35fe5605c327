/**
 * The private folder of a running job (mode 0700) with the socket through which `tensorfleet scale` finds and tells it. Its name says
 * whose it is and which process made it; a folder whose process has gone is removed by whoever comes across it.
 */
import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { createConnection, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TensorfleetError } from "../base/errors.ts";
import { LineReader } from "./lines.ts";

const maxRequestCharacters = 1000;
const answerTimeoutMs = 5000;
const socketName = "scale";

const owner = (): number => process.getuid?.() ?? 0;
const prefix = (): string => `tensorfleet-${owner()}-`;

/** Takes the number of workers that is asked for; gives what to answer. Throws when it cannot be. */
export type Scale = (numWorkers: number) => string;

/** The folder of this process's job. */
export class JobFolder implements Disposable {
  readonly path: string = join(tmpdir(), `${prefix()}${process.pid}`);
  readonly #server: Server;

  constructor(scale: Scale) {
    rmSync(this.path, { recursive: true, force: true }); // of a process that had this number and was killed
    mkdirSync(this.path, { mode: 0o700 });
    this.#server = createServer((socket) => {
      const reader = new LineReader((line) => socket.end(`${answer(scale, line)}\n`), maxRequestCharacters);
      socket.setEncoding("utf8");
      socket.on("data", (piece: string) => reader.push(piece));
      socket.on("error", () => socket.destroy());
    });
    this.#server.on("error", () => {}); // a job runs without being told to scale
    this.#server.listen(join(this.path, socketName)).unref();
  }

  [Symbol.dispose](): void {
    this.#server.close();
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** An answer's line: whether it was done, and words. */
interface Answer {
  readonly isDone: boolean;
  readonly message: string;
}

function answer(scale: Scale, line: string): string {
  let answered: Answer;
  try {
    answered = { isDone: true, message: scale((JSON.parse(line) as { workers: number }).workers) };
  } catch (error) {
    answered = { isDone: false, message: (error as Error).message };
  }
  return JSON.stringify(answered);
}

/** Process ids of the jobs of this user that run on this host. */
export function runningJobs(): readonly number[] {
  const folders = readdirSync(tmpdir()).filter((name) => name.startsWith(prefix()) && isOwn(join(tmpdir(), name)));
  return folders.flatMap((name) => {
    const pid = Number(name.slice(prefix().length));
    if (isRunning(pid)) return [pid];
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
    return [];
  });
}

/** Asks the job of the process `pid` for a number of workers; resolves to its answer. Throws when it refuses or does not answer. */
export async function scaleJob(pid: number, workers: number): Promise<string> {
  const path = join(tmpdir(), `${prefix()}${pid}`, socketName);
  if (!existsSync(path))
    throw new TensorfleetError("notFound", `tensorfleet scale: no job of process ${pid} runs here`);
  const line = await new Promise<string>((resolve, reject) => {
    const socket = createConnection(path, () => socket.write(`${JSON.stringify({ workers })}\n`));
    const reader = new LineReader(resolve, maxRequestCharacters);
    socket.setEncoding("utf8").on("data", (piece: string) => reader.push(piece));
    socket.setTimeout(answerTimeoutMs, () => socket.destroy(new Error("no answer in time")));
    socket.on("error", (cause) =>
      reject(new TensorfleetError("aborted", `tensorfleet scale: ${cause.message}`, { cause })),
    );
    socket.on("close", () =>
      reject(new TensorfleetError("aborted", "tensorfleet scale: the job ended without an answer")),
    );
  });
  const { isDone, message } = JSON.parse(line) as Answer;
  if (!isDone) throw new TensorfleetError("refused", message);
  return message;
}

function isOwn(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isDirectory() === true && stat.uid === owner();
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
