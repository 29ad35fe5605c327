/** Calls several callbacks in turn. Those that do not override a method of every batch cost nothing there. */

import { Callback, type Logs, type TrainingParams } from "./callback.ts";
import type { CallbackModel } from "./callback-model.ts";
import type { Hook } from "./hooks.ts";

/** The callbacks of one training. */
export class CallbackList {
  readonly callbacks: readonly Callback[];
  readonly #listeners = new Map<Hook, Callback[]>();

  constructor(callbacks: readonly Callback[], model: CallbackModel, params: TrainingParams) {
    this.callbacks = callbacks;
    for (const callback of callbacks) callback.setModel(model);
    this.setParams(params);
  }

  /** Tells all what was asked for. */
  setParams(params: TrainingParams): void {
    for (const callback of this.callbacks) callback.setParams(params);
  }

  /** Those that override `hook`. */
  listeners(hook: Hook): readonly Callback[] {
    const known = this.#listeners.get(hook);
    if (known) return known;
    const found = this.callbacks.filter((callback) => callback[hook] !== Callback.prototype[hook]);
    this.#listeners.set(hook, found);
    return found;
  }

  /** Calls `hook` of each, waiting where it gives a promise. */
  async notify(hook: Hook, ...args: [logs?: Logs] | [index: number, logs?: Logs]): Promise<void> {
    for (const callback of this.listeners(hook)) {
      const result = (callback[hook] as (...args: unknown[]) => void | Promise<void>).apply(callback, args);
      if (result instanceof Promise) await result;
    }
  }
}
