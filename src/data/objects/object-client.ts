/** The main thread's side of the thread that speaks to object stores. It waits for answers without the event loop. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { TensorfleetError } from "../../base/errors.ts";
import { startThread } from "../threads.ts";
import type { Answer, ObjectThreadData, Request } from "./requests.ts";

/** Node starts no thread from a source that is not compiled: a checkout's own code has it among what its commands run. */
const threadModule = [
  new URL("./object-thread.js", import.meta.url),
  new URL("../../../.build/data/objects/object-thread.js", import.meta.url),
].find((url) => existsSync(fileURLToPath(url)));
/** An answer comes within the thread's own time limit; this is for a thread that has died. */
const PATIENCE_MS = 600_000;

/** Asks, and gets answers in any order. */
class ObjectClient {
  readonly #port: MessagePort;
  readonly #answers = new Int32Array(new SharedArrayBuffer(4));
  readonly #arrived = new Map<number, Answer>();
  #numTickets = 0;

  constructor() {
    if (!threadModule)
      throw new TensorfleetError(
        "notFound",
        "object stores: expected the compiled module of their thread, got none; run tensorfleet once in this checkout",
      );
    const told = { answers: this.#answers };
    this.#port = startThread<ObjectThreadData>(
      threadModule,
      "tensorfleet objects",
      "the thread of object stores",
      told,
    );
  }

  /** Asks, and goes on. */
  ask(request: Request): number {
    const ticket = this.#numTickets++;
    this.#port.postMessage({ ticket, request });
    return ticket;
  }

  /** The answer, if it is there. It is given once. */
  poll(ticket: number): Answer | undefined {
    for (let got = receiveMessageOnPort(this.#port); got; got = receiveMessageOnPort(this.#port)) {
      const { ticket: of, answer } = got.message as { ticket: number; answer: Answer };
      this.#arrived.set(of, answer);
    }
    const answer = this.#arrived.get(ticket);
    this.#arrived.delete(ticket);
    return answer;
  }

  /** Waits for the answer. */
  wait(ticket: number): Answer {
    for (;;) {
      const before = Atomics.load(this.#answers, 0);
      const answer = this.poll(ticket);
      if (answer) return answer;
      if (Atomics.wait(this.#answers, 0, before, PATIENCE_MS) === "timed-out")
        return { kind: "failure", message: `no answer within ${PATIENCE_MS / 1000} s` };
    }
  }
}

let client: ObjectClient | undefined;

/** The process's one client. Its thread begins with the first object. */
export function objectClient(): ObjectClient {
  client ??= new ObjectClient();
  return client;
}
