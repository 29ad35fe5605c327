/** Files of which some are objects in a store, as a plan's source. */
import { numbersFeed } from "../feeding/gate.ts";
import type { Need, Source } from "../plan.ts";
import { fileSource } from "../sources/file-source.ts";
import { isObjectName } from "./address.ts";
import type { Blocks, Replica } from "./replica.ts";

/** Where a record lies. */
interface Place {
  readonly file: number;
  readonly offset: number;
  readonly bytes: number;
}

type More = Parameters<typeof fileSource>[4];

/** The source of `paths`, whose records `placeOf` finds; files that are objects have a replica. */
export function objectSource(
  api: string,
  kind: string,
  paths: readonly string[],
  numRecords: number,
  replicas: readonly (Replica | undefined)[],
  placeOf: (record: number) => Place,
  more: More,
): Source {
  const files = paths.filter((path) => !isObjectName(path));
  const source = fileSource(api, kind, files, numRecords, more);
  if (replicas.every((replica) => replica === undefined)) return source;
  const remote = replicas.filter((replica) => replica !== undefined);
  const need = (records: readonly number[] | "all"): Need => {
    const wanted =
      records === "all"
        ? remote.map((replica): Wanted => [replica, replica.blocksOf(0, replica.bytes)])
        : wantedBy(records.map(placeOf), replicas);
    for (const [replica, blocks] of wanted) replica.request(blocks);
    return {
      areHere: () => wanted.every(([replica, blocks]) => replica.areHere(blocks)),
      wait: () => {
        for (const [replica, blocks] of wanted) replica.wait(blocks);
      },
    };
  };
  const objects = remote.filter(({ name }) => isObjectName(name));
  const bytes = source.bytes + objects.reduce((sum, replica) => sum + replica.bytes, 0);
  // Each request names the version of the object that was found first, so there is no more to verify.
  return { ...source, paths, bytes, need, feed: numbersFeed() };
}

type Wanted = readonly [Replica, Blocks];

/** The blocks of records, each once. */
function wantedBy(places: readonly Place[], replicas: readonly (Replica | undefined)[]): Wanted[] {
  const wanted = new Map<string, Wanted>();
  for (const { file, offset, bytes } of places) {
    const replica = replicas[file];
    if (!replica) continue;
    const blocks = replica.blocksOf(offset, bytes);
    wanted.set(`${file} ${blocks.first} ${blocks.last}`, [replica, blocks]);
  }
  return [...wanted.values()];
}
