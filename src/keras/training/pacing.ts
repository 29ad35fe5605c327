/** Gives the event loop its turn: long loops yield now and then, long steps run on another thread. */
import { setImmediate } from "node:timers/promises";

const YIELD_EVERY_MS = 20;
const LONG_STEP_MS = 20;

/** Decides, from how long steps take, where the next one runs. */
export class Pacing {
  #lastYield = performance.now();
  #stepMs = 0;

  /** Whether steps are so long that they should not hold up the event loop. */
  get isLong(): boolean {
    return this.#stepMs > LONG_STEP_MS;
  }

  /** Notes that a step began at `startMs` and is over. */
  note(startMs: number): void {
    const took = performance.now() - startMs;
    this.#stepMs = this.#stepMs === 0 ? took : 0.8 * this.#stepMs + 0.2 * took;
  }

  /** Lets timers, signals and finalizers run when it is time. */
  async yield(): Promise<void> {
    if (performance.now() - this.#lastYield < YIELD_EVERY_MS) return;
    await setImmediate();
    this.#lastYield = performance.now();
  }
}
