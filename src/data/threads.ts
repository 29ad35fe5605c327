/** Threads that load no TensorFlow, and for which the calling one can wait without its event loop. */
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";

/** What a thread is told with what else it begins with: where to answer. */
export interface ThreadData {
  readonly port: MessagePort;
}

/**
 * Starts a thread, which does not keep the process alive; gives the port to it.
 * @param module a module that is compiled: Node 20 starts no thread from others
 * @param what it is called in the message when it ends by an error
 */
export function startThread<D extends ThreadData>(
  module: string | URL,
  name: string,
  what: string,
  told: Omit<D, "port">,
): MessagePort {
  const { port1, port2 } = new MessageChannel();
  const thread = new Worker(module, {
    workerData: { ...told, port: port2 },
    transferList: [port2],
    name,
    execArgv: [],
  });
  thread.on("error", ({ message }) => process.stderr.write(`tensorfleet: ${what} ended: ${message}\n`));
  thread.unref();
  port1.unref();
  return port1;
}
