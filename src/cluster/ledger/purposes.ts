/** What a batch is read for. */
export type Purpose = "train" | "test" | "predict" | "run";

/** All of them: their places are what a ledger writes. */
export const purposes: readonly Purpose[] = ["train", "test", "predict", "run"];
