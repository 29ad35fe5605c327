/** Files as a plan's source: what they were when they were opened, so that one that changes is noticed. */
import { type BigIntStats, statSync } from "node:fs";
import { basename } from "node:path";
import { TensorfleetError } from "../../base/errors.ts";
import type { Source } from "../plan.ts";

/** The files `paths` of a dataset class `api`, as they are now. */
export function fileSource(
  api: string,
  kind: string,
  paths: readonly string[],
  numRecords: number | undefined,
  more: Omit<Partial<Source>, "kind" | "paths" | "numRecords" | "bytes" | "verify"> = {},
): Source {
  const opened = paths.map((path) => ({ path, ...factsOf(path) }));
  return {
    kind,
    paths,
    numRecords,
    bytes: opened.reduce((sum, { bytes }) => sum + bytes, 0),
    verify: () => {
      for (const { path, bytes, time } of opened) {
        const now = factsOf(path);
        if (now.bytes === bytes && now.time === time) continue;
        const what =
          now.bytes === bytes ? "was written to" : `has ${now.bytes < 0 ? "gone" : `${now.bytes} bytes now`}`;
        throw new TensorfleetError(
          "invalidArgument",
          `${api}: expected ${path} to stay as it was when the dataset was made (${bytes} bytes), got one that ${what}; make the dataset anew, and leave files as they are while they are read`,
        );
      }
    },
    describeRecord: (record) => `${paths.map((path) => basename(path)).join(", ")}, record ${record}`,
    ...more,
  };
}

function factsOf(path: string): { bytes: number; time: bigint } {
  const facts: BigIntStats | undefined = statSync(path, { bigint: true, throwIfNoEntry: false });
  return facts ? { bytes: Number(facts.size), time: facts.mtimeNs } : { bytes: -1, time: 0n };
}
