/** The rows of the comparison: our workload, the peer's, and the ratio that is to be reached (ours / theirs, at most). */
import { dataRows } from "./data-rows.ts";
import { ours, type Row, type Side, theirs } from "./row.ts";

const MEGABYTE = 1 << 20;

/** Two processes of one thread each sum `bytes` on this machine. MPI stores sums through shared memory, as we do; Gloo sends them. */
function allReduceRows(): Row[] {
  const steps = (bytes: number): number => (bytes < MEGABYTE ? 2000 : bytes < 32 * MEGABYTE ? 40 : 10);
  const row = (bytes: number, environment: "mpi" | "torch", kind: string, atMost: number): Row => ({
    name: `all-reduce ${bytes / MEGABYTE} MB / ${kind}`,
    ours: ours("all-reduce", bytes, steps(bytes)),
    peer: theirs(environment, "all_reduce", kind, bytes, steps(bytes)),
    atMost,
  });
  return [
    { name: "all-reduce 64 B, us", ours: ours("all-reduce", 64, 5000), atMost: 20 },
    row(MEGABYTE / 4, "mpi", "mpi", 1.5),
    row(4 * MEGABYTE, "mpi", "mpi", 1.5),
    row(8 * MEGABYTE, "mpi", "mpi", 1),
    row(16 * MEGABYTE, "mpi", "mpi", 1),
    row(64 * MEGABYTE, "mpi", "mpi", 1),
    row(4 * MEGABYTE, "torch", "gloo", 1 / 2.5),
    row(16 * MEGABYTE, "torch", "gloo", 1 / 2.5),
    row(64 * MEGABYTE, "torch", "gloo", 1 / 2.5),
  ];
}

const fitOn = (workers: number, shards: number, ...args: (string | number)[]): Side => ({
  ...ours("workers-fit", ...args),
  workers,
  shards,
});

/** Two workers of one thread each train; the batch is that of both together. */
function workersRows(): Row[] {
  const versus = (name: string, args: (string | number)[], peer: NonNullable<Row["peer"]>, factor: number): Row => ({
    name,
    ours: fitOn(2, 2, ...args),
    peer,
    atMost: 1 / factor,
  });
  const speedUp = (name: string, half: (string | number)[], whole: (string | number)[], least: number): Row => ({
    name: `${name}: step of two workers / of one with half the batch`,
    ours: fitOn(2, 2, ...whole),
    baseline: fitOn(1, 1, ...half),
    atMost: 2 / least,
  });
  const mirrored = (args: (string | number)[]): NonNullable<Row["peer"]> =>
    theirs("tf-keras", "workers_mirrored", 2, ...args);
  const small = ["mlp", 256, 256, 100];
  const large = ["mlp", 2048, 256, 20];
  const cnn = ["cnn", 256, 20];
  return [
    versus("two workers, mlp 256 fit / torch DDP", small, theirs("torch", "workers_ddp", 2, ...small), 2.5),
    versus("two workers, mlp 2048 fit / torch DDP", large, theirs("torch", "workers_ddp", 2, ...large), 2),
    versus("two workers, cnn fit / torch DDP", cnn, theirs("torch", "workers_ddp", 2, ...cnn), 2),
    versus("two workers, mlp 256 fit / MultiWorkerMirroredStrategy", small, mirrored(small), 8),
    versus("two workers, mlp 2048 fit / MultiWorkerMirroredStrategy", large, mirrored(large), 1),
    versus("two workers, cnn fit / MultiWorkerMirroredStrategy", cnn, mirrored(cnn), 1),
    speedUp("mlp 256", ["mlp", 256, 128, 100], small, 1.7),
    speedUp("mlp 2048", ["mlp", 2048, 128, 20], large, 1.45),
    speedUp("cnn", ["cnn", 128, 20], cnn, 1.8),
    {
      name: "cnn, two workers, batch 1024: 8 shards / 2 shards",
      ours: fitOn(2, 8, "cnn", 1024, 6),
      baseline: fitOn(2, 2, "cnn", 1024, 6),
      atMost: 1.25,
    },
    {
      name: "mlp 256, two workers, batch 256: 8 shards / 2 shards",
      ours: fitOn(2, 8, ...small),
      baseline: fitOn(2, 2, ...small),
      atMost: 1.6,
    },
    {
      name: "cnn: one worker with an agent / a script alone",
      ours: fitOn(1, 1, "cnn", 128, 20),
      baseline: { ...ours("workers-fit", "cnn", 128, 20), workers: 0 },
      atMost: 1.03,
    },
  ];
}

/** All rows, in the order of the report. */
export const rows: readonly Row[] = [
  {
    name: "eager 2x2 matmul / Python TensorFlow",
    ours: ours("eager-op", 20000),
    peer: theirs("tensorflow", "eager_op", 20000),
    atMost: 0.6,
  },
  {
    name: "mlp 784-128-10 batch 64 fit / Keras fit",
    ours: ours("fit", "mlp", 128, 64, 200),
    peer: theirs("tensorflow", "keras_fit", "mlp", 128, 64, 200),
    atMost: 1 / 3,
  },
  {
    name: "mlp 784-128-10 batch 64 fit / Python tf.function",
    ours: ours("fit", "mlp", 128, 64, 200),
    peer: theirs("tensorflow", "tf_function", 128, 64, 500),
    atMost: 1,
  },
  {
    name: "mlp 784-1024-10 batch 256 fit / Keras fit",
    ours: ours("fit", "mlp", 1024, 256, 50),
    peer: theirs("tensorflow", "keras_fit", "mlp", 1024, 256, 50),
    atMost: 1 / 1.15,
  },
  {
    name: "mlp 784-1024-10 batch 256 fit / torch",
    ours: ours("fit", "mlp", 1024, 256, 50),
    peer: theirs("torch", "torch_step", "mlp", 1024, 256, 50),
    atMost: 1 / 1.3,
  },
  {
    name: "cnn batch 128 fit / Keras fit",
    ours: ours("fit", "cnn", 128, 30),
    peer: theirs("tensorflow", "keras_fit", "cnn", 128, 30),
    atMost: 1,
  },
  {
    name: "cnn batch 128 fit / torch",
    ours: ours("fit", "cnn", 128, 30),
    peer: theirs("torch", "torch_step", "cnn", 128, 30),
    atMost: 1,
  },
  {
    name: "mlp 784-128-10 batch 64 jit loop / JAX",
    ours: ours("custom-loop", 128, 64, 500, "jit"),
    peer: theirs("jax", "jax_step", 128, 64, 500),
    atMost: 1.1,
  },
  {
    name: "mlp 784-1024-10 batch 256 jit loop / JAX",
    ours: ours("custom-loop", 1024, 256, 50, "jit"),
    peer: theirs("jax", "jax_step", 1024, 256, 50),
    atMost: 1.1,
  },
  { name: "process start to first step, ms", ours: ours("first-step"), atMost: 1500 },
  ...dataRows,
  ...allReduceRows(),
  ...workersRows(),
];
