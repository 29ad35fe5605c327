/** How calls that workers make together are called in messages. */

/** The method of a call: `model.fit`, `strategy.train`. */
export function methodOf(call: string): string {
  return `${call === "run" || call === "train" ? "strategy" : "model"}.${call}`;
}
