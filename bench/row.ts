/** What a row of the comparison is. */

/** One side of a row: a script and its arguments. */
export interface Side {
  readonly script: string;
  readonly args: readonly string[];
  /** Workers of one thread each that run it; one process of all threads when not given. */
  readonly workers?: number;
  readonly shards?: number;
}

/** A folder of Python packages that bench/peers/setup.sh makes. */
export type Environment = "tensorflow" | "tf-keras" | "torch" | "jax" | "mpi";

/** A row. */
export interface Row {
  readonly name: string;
  readonly ours: Side;
  /** Which of the peers' environments runs it; missing for a limit of our own. */
  readonly peer?: Side & { readonly environment: Environment };
  /** What ours is compared with when that is ours too. */
  readonly baseline?: Side;
  /** Ours divided by theirs (or by the baseline) must not be above this; for rows without a peer, the value itself. */
  readonly atMost: number;
}

/** A workload of ours. */
export const ours = (script: string, ...args: (string | number)[]): Side => ({
  script: `workloads/${script}.ts`,
  args: args.map(String),
});
/** A peer's workload. */
export const theirs = (
  environment: Environment,
  script: string,
  ...args: (string | number)[]
): NonNullable<Row["peer"]> => ({
  environment,
  script: `peers/${script}.py`,
  args: args.map(String),
});
