/** One pass over a dataset, step by step: the loop that training and evaluation share. */
import { flatten, type Nest } from "../../base/nests.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { CallbackList } from "../callbacks/callback-list.ts";
import type { ProgbarLogger } from "../callbacks/progbar-logger.ts";
import type { BatchData } from "./array-data.ts";
import { type Batch, toBatch } from "./batches.ts";
import type { Interruption } from "./interruption.ts";
import { Pacing, readBatch } from "./pacing.ts";
import type { PassData } from "./pass-data.ts";
import type { Trainer } from "./trainer.ts";

/** A pass. */
export interface Pass {
  readonly api: string;
  readonly kind: "train" | "test";
  readonly trainer: Trainer;
  readonly data: PassData;
  /** Where to stop when the data have not ended. */
  readonly maxSteps: number;
  readonly callbacks: CallbackList;
  readonly progress: ProgbarLogger | undefined;
  readonly interruption: Interruption;
  /** What is done to each batch before its step: class weights. The batch that it gives is disposed too. */
  readonly prepare?: ((batch: Batch) => Batch) | undefined;
  shouldStop(): boolean;
  /** The number of the first step: those before have been done by others. */
  readonly startStep?: number | undefined;
  /** Told before each step which one it is. */
  onStep?(step: number): void;
}

const hooks = {
  train: ["onTrainBatchBegin", "onTrainBatchEnd"],
  test: ["onTestBatchBegin", "onTestBatchEnd"],
} as const;

/** Runs steps until the data end, `maxSteps` are done or something stops it; gives their number. @throws when interrupted. */
export async function runPass(pass: Pass): Promise<number> {
  const { callbacks, interruption, kind } = pass;
  const [begin, end] = hooks[kind];
  const [pacing, reading] = [new Pacing(), new Pacing()];
  const { data } = pass;
  const next = data.steps ? () => nextSharded(pass, data, reading) : () => nextWhole(pass, data, reading, pacing);
  let steps = pass.startStep ?? 0;
  while (steps < pass.maxSteps) {
    interruption.check(`after ${steps} steps`);
    const step = await next();
    if (step === undefined) break;
    pass.onStep?.(steps);
    if (callbacks.listeners(begin).length > 0) await callbacks.notify(begin, steps);
    await step();
    if (callbacks.listeners(end).length > 0) await callbacks.notify(end, steps, pass.trainer.logs());
    pass.progress?.step();
    steps++;
    if (pass.shouldStop()) break;
    await pacing.yield();
  }
  return steps;
}

type Step = () => Promise<void>;

/** Reads a batch; gives the step on it. */
async function nextWhole(
  pass: Pass,
  { iterator }: Extract<PassData, { steps?: undefined }>,
  reading: Pacing,
  pacing: Pacing,
): Promise<Step | undefined> {
  const element = await readBatch(iterator, reading);
  return element === undefined ? undefined : () => runWhole(pass, element, pacing);
}

async function runWhole(pass: Pass, element: Nest<Tensor>, pacing: Pacing): Promise<void> {
  const { trainer, kind, api } = pass;
  const given = toBatch(element);
  const batch = pass.prepare ? pass.prepare(given) : given;
  try {
    const loss = await pacing.run(
      () => trainer.step(kind, batch, api),
      () => trainer.stepAsync(kind, batch, api),
    );
    loss.dispose();
  } finally {
    for (const tensor of flatten(element)) tensor.dispose();
    if (batch !== given) for (const tensor of flatten(batch.sampleWeight)) tensor.dispose();
  }
}

const unchanged = (batch: Batch): Batch => batch;

/** Finds a batch, of which the step reads the rows of its shards. */
async function nextSharded(
  { kind, api, prepare = unchanged }: Pass,
  { iterator, steps }: Extract<PassData, { steps: object }>,
  reading: Pacing,
): Promise<Step | undefined> {
  const rows = await readBatch(iterator, reading);
  if (rows === undefined) return undefined;
  return async () => {
    try {
      await steps.run(kind, api, rows, prepare);
    } finally {
      rows.dispose();
    }
  };
}

/** Number of batches of an epoch; `null` when unknown or endless. */
export function numBatches(data: BatchData): number | null {
  const cardinality = data.cardinality();
  return cardinality < 0 ? null : cardinality;
}
