/**
 * The control thread of a worker: plain Node in a thread of its own, which never waits for the training thread. It speaks with the
 * agent, sends heartbeats, keeps the shared words current, and ends the process when the agent has gone.
 */
import { rmSync } from "node:fs";
import { Socket } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import { monotonicMs } from "./clock.ts";
import { controlWord } from "./control-words.ts";
import { phases } from "./faults.ts";
import { controlDescriptor } from "./job.ts";
import { LineReader } from "./lines.ts";
import { decodeFromAgent, encode, type FromAgent, type FromWorker, maxLineBytes, protocolVersion } from "./protocol.ts";

/** What the main thread hands over at the start. */
export interface ControlThreadData {
  readonly words: Int32Array;
  readonly heartbeatIntervalMs: number;
  readonly folder: string;
}

/** What the main thread posts: messages for the agent, or that the connection is to be cut. */
export type ToControlThread = FromWorker | { readonly type: "cut" };

const { words, heartbeatIntervalMs, folder } = workerData as ControlThreadData;
const socket = new Socket({ fd: controlDescriptor, readable: true, writable: true });
let isCut = false;

socket.setEncoding("utf8");
const reader = new LineReader(
  (line) => take(decodeFromAgent(line)),
  maxLineBytes,
  () => socket.destroy(),
);
socket.on("data", (piece: string) => reader.push(piece));
socket.on("error", () => {}); // "close" follows
socket.on("close", () => {
  if (!isCut) endWithoutAgent();
});
parentPort!.on("message", (message: ToControlThread) => {
  if (message.type !== "cut") return send(message, () => advance(controlWord.sent));
  isCut = true;
  socket.destroy();
  advance(controlWord.sent);
});
send({ type: "hello", protocol: protocolVersion });
beat(monotonicMs());

function take(message: FromAgent): void {
  if (message.type === "generation") {
    Atomics.store(words, controlWord.generation, message.membership.generation);
    Atomics.notify(words, controlWord.generation);
    send({ type: "seen", generation: message.membership.generation });
  }
  if (message.type === "stop") Atomics.store(words, controlWord.stop, 1);
  parentPort!.postMessage(message);
}

function send(message: FromWorker, whenSent: () => void = () => {}): void {
  if (socket.destroyed) whenSent();
  else socket.write(encode(message), whenSent);
}

function advance(word: number): void {
  Atomics.add(words, word, 1);
  Atomics.notify(words, word);
}

/** Sends a heartbeat with how late this thread's own timer was: a loaded machine must not look like a dead worker. */
function beat(dueMs: number): void {
  const nowMs = monotonicMs();
  const phase = phases[Atomics.load(words, controlWord.phase) - 1] ?? "none";
  send({
    type: "heartbeat",
    lateMs: Math.max(0, nowMs - dueMs),
    step: Atomics.load(words, controlWord.step),
    phase,
  });
  if (!socket.destroyed) setTimeout(beat, heartbeatIntervalMs, nowMs + heartbeatIntervalMs);
}

/** Nothing may outlive the agent. It could not clean up if it was killed, so the worker does. */
function endWithoutAgent(): void {
  rmSync(folder, { recursive: true, force: true });
  process.kill(process.pid, "SIGKILL");
}
