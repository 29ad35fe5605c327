/** Tries koffi and TensorFlow in this process, telling each success at once: the next step may end the process. */

/** What a trial found so far. */
export interface Probe {
  /** koffi's version, once it is loaded. */
  readonly koffi?: string;
  /** TensorFlow's version, once its library is loaded. */
  readonly tensorflow?: string;
  readonly loadMs?: number;
  readonly residentBytes?: number;
  /** What failed: the error's message. */
  readonly problem?: string;
}

/** Loads koffi and, where TENSORFLEET_LIBRARY names it, TensorFlow's library. `tell` gets one object for each step. */
export async function probe(tell: (found: Probe) => void): Promise<void> {
  try {
    const { default: koffi } = await import("koffi");
    tell({ koffi: koffi.version });
    if (!process.env.TENSORFLEET_LIBRARY) return;
    const { native } = await import("../load.ts");
    const startMs = performance.now();
    const tensorflow = native().TF_Version();
    tell({ tensorflow, loadMs: performance.now() - startMs, residentBytes: process.memoryUsage.rss() });
  } catch (error) {
    tell({ problem: (error as Error).message });
  }
}
