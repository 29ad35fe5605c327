/** Trainings whose bits are compared: whatever is done to a run, it must come to what the quiet run came to. */
import { root } from "../process/command.ts";
import type { Report, Workspace } from "../process/workers/workspace.ts";

/** What is trained. */
export type ModelKind = "dense" | "cnn" | "embedding" | "synchronized" | "accumulating";

/** A run of a model. */
export interface OracleRun {
  readonly model: ModelKind;
  readonly shards: number;
  readonly workers: string;
  readonly faults?: readonly string[];
  /** Steps that do not begin before a generation, by their numbers: a newcomer is waited for. */
  readonly holds?: Readonly<Record<number, number>>;
}

/** What two runs have in common when their bits are the same. */
export interface Outcome {
  readonly weights: string;
  readonly optimizer: string;
  readonly metrics: unknown;
  readonly steps: number;
  readonly printed: string;
}

interface TrainingReport extends Report {
  readonly state: { readonly weightsSha256: string; readonly optimizerSha256: string };
  readonly metrics: unknown;
  readonly steps: number;
}

// 54 samples in batches of 10, of which no number of shards divides the last, of 4.
const layersOf: Readonly<Record<ModelKind, string>> = {
  dense: `layers.Input({ shape: [6, 6, 1] }), new layers.Flatten(), new layers.Dense(16, { activation: "relu", kernelRegularizer: "l2" }), new layers.Dense(4)`,
  cnn: `layers.Input({ shape: [6, 6, 1] }), new layers.Conv2D(4, 3), new layers.BatchNormalization(), new layers.Activation("relu"), new layers.MaxPooling2D(), new layers.Dropout(0.3), new layers.Flatten(), new layers.Dense(4)`,
  embedding: `layers.Input({ shape: [5], dtype: "int32" }), new layers.Embedding(30, 6), new layers.Flatten(), new layers.Dense(4)`,
  synchronized: `layers.Input({ shape: [6, 6, 1] }), new layers.Conv2D(4, 3), new layers.BatchNormalization({ synchronized: true }), new layers.Flatten(), new layers.Dropout(0.3), new layers.Dense(4)`,
  accumulating: `layers.Input({ shape: [6, 6, 1] }), new layers.Flatten(), new layers.Dense(8, { activation: "relu" }), new layers.BatchNormalization(), new layers.Dense(4)`,
};

function scriptOf({ model, holds = {} }: OracleRun): string {
  const x =
    model === "embedding"
      ? `tf.random.uniform([54, 5], { maxval: 30, dtype: "int32" })`
      : `tf.random.normal([54, 6, 6, 1])`;
  return `import * as tf from "tensorfleet";
import { setTimeout as sleep } from "node:timers/promises";
const { workerLink } = await import(${JSON.stringify(`file://${root}.build/cluster/index.js`)});
const { layers } = tf.keras;
const holds = ${JSON.stringify(holds)};
let step = -1;
const waiting = new tf.keras.callbacks.LambdaCallback({
  onTrainBatchBegin: async () => {
    step = Number(model.optimizer.iterations.item());
    while (workerLink().currentGeneration() < (holds[step] ?? 0)) await sleep(2);
  },
});
const x = ${x};
const y = tf.random.uniform([54], { maxval: 4, dtype: "int32" });
const model = new tf.distribute.MultiWorkerMirroredStrategy().scope(() => new tf.keras.Sequential([${layersOf[model]}]));
model.compile({ optimizer: new tf.keras.optimizers.Adam({ learningRate: 0.01${model === "accumulating" ? ", gradientAccumulationSteps: 4" : ""} }), loss: new tf.keras.losses.SparseCategoricalCrossentropy({ fromLogits: true }), metrics: ["accuracy"] });
const { history } = await model.fit(x, y, { epochs: 3, batchSize: 10, verbose: 0, validationData: [x, y], callbacks: [waiting] });
console.log(JSON.stringify(history));
`;
}

/** Runs a training; what came of it, and the report. */
export async function outcomeOf(
  workspace: Workspace,
  run: OracleRun,
): Promise<{ outcome: Outcome; report: Report; stderr: string }> {
  const { shards, workers, faults = [] } = run;
  const faultArguments = faults.flatMap((fault) => ["--fault", fault]);
  const command = [
    "--seed",
    "1",
    "--threads",
    "1",
    "--shards",
    String(shards),
    "--workers",
    workers,
    ...faultArguments,
  ];
  const { exitCode, stdout, stderr, report } = await workspace.run(scriptOf(run), ...command);
  if (exitCode !== 0) throw new Error(`exit code ${exitCode}: ${stderr}`);
  const { state, metrics, steps } = report as TrainingReport;
  const outcome = {
    weights: state.weightsSha256,
    optimizer: state.optimizerSha256,
    metrics,
    steps,
    printed: stdout,
  };
  return { outcome, report, stderr };
}
