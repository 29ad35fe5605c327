/** Watching one log: whether it got better, in the direction that its name suggests. */
import { invalidArgument } from "../../base/errors.ts";
import type { Logs } from "./callback.ts";

/** Which direction is better. */
export type MonitorMode = "auto" | "min" | "max";

const higherIsBetter = /acc|auc|precision|recall|f1|iou|r2|top_?k|_score$/;

/** Compares the values of one log. */
export class Monitor {
  readonly name: string;
  readonly #api: string;
  readonly #sign: 1 | -1;
  readonly #minDelta: number;
  #warned = false;

  constructor(api: string, name: string, mode: MonitorMode, minDelta = 0) {
    if (!["auto", "min", "max"].includes(mode)) throw invalidArgument(api, 'mode "auto", "min" or "max"', String(mode));
    this.name = name;
    this.#api = api;
    this.#sign = mode === "max" || (mode === "auto" && higherIsBetter.test(name)) ? 1 : -1;
    this.#minDelta = Math.abs(minDelta);
  }

  /** The worst value there is: what everything is better than. */
  get worst(): number {
    return this.#sign * Number.NEGATIVE_INFINITY;
  }

  /** The value in `logs`; warns once, with what there is, when it is missing. */
  valueOf(logs: Logs): number | undefined {
    const value = logs[this.name];
    if (value === undefined && !this.#warned) {
      this.#warned = true;
      console.warn(
        `${this.#api}: expected "${this.name}" among the logs, got ${Object.keys(logs).join(", ") || "none"}; is validationData missing?`,
      );
    }
    return value;
  }

  /** Whether `value` is better than `best` by more than the least change. */
  isBetter(value: number, best: number): boolean {
    return this.#sign * (value - best) > this.#minDelta;
  }
}
