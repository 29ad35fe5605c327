/** Which rows of a batch are whose: functions of the number of rows and of shards alone. */

/** The first row of shard `shard` of `rows`; the shard behind the last begins at the end. */
export function firstRow(rows: number, shard: number, numShards: number): number {
  return Math.floor((rows * shard) / numShards);
}

/** How many rows each shard has. */
export function rowsOfShards(rows: number, numShards: number): number[] {
  return Array.from(
    { length: numShards },
    (_, shard) => firstRow(rows, shard + 1, numShards) - firstRow(rows, shard, numShards),
  );
}
