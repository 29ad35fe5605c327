/** The index of the records of an object: the one that lies beside it in the store, or made here, for which all of it is read once. */
import { writeFileSync } from "node:fs";
import { basename } from "node:path";
import { BODY_OFFSET, derivedFile, parseDerived } from "../derived-file.ts";
import { ENTRY_BYTES } from "../records/entries.ts";
import { FileWindow } from "../records/file-window.ts";
import {
  type IndexFacts,
  type IndexSettings,
  indexOptions,
  type RecordIndex,
  scanned,
  writeEntries,
} from "../records/record-index.ts";
import { contentOf, type Replica, unpackedObject } from "./replica.ts";

/** How many bytes are asked for ahead of the one that is looked at. */
const AHEAD_BYTES = 8 << 20;
const MOST_INDEX_BYTES = 1 << 30;

/** @throws when records are damaged, and damage is not to be skipped; when the object is packed. */
export function objectIndex(replica: Replica, settings: IndexSettings): RecordIndex {
  const { api } = settings;
  unpackedObject(api, replica, settings.compressionType);
  const derived = derivedFile<IndexFacts>({
    api,
    kind: "index",
    sources: [replica.factsPath],
    ...indexOptions(settings),
    doing: `indexing ${replica.name}`,
    build: (target, progress) => {
      const stored = storedIndex(replica, settings);
      if (stored) {
        writeFileSync(target, Buffer.concat([Buffer.alloc(BODY_OFFSET), stored.body]));
        return stored.facts;
      }
      const update = (doneBytes: number): void => progress.update(doneBytes, replica.bytes);
      using file = new FileWindow(replica.path, update, (offset, bytes) => {
        replica.request(replica.blocksOf(offset, Math.min(bytes + AHEAD_BYTES, replica.bytes - offset)));
        replica.wait(replica.blocksOf(offset, bytes));
      });
      const { entries, ...found } = scanned(replica.name, file, settings, (line) => progress.say(line), update);
      writeEntries(target, entries);
      return found;
    },
  });
  const { numRecords, skipped, facts } = derived.facts;
  return {
    path: replica.name,
    numRecords,
    skipped,
    facts,
    entries: { path: derived.path, fileBytes: BODY_OFFSET + numRecords * ENTRY_BYTES, offset: BODY_OFFSET },
    content: { path: replica.path, fileBytes: replica.bytes, offset: 0 },
  };
}

/** The index that a writer put beside the object, if it is of an object of this name and length, read in this way. */
function storedIndex(replica: Replica, settings: IndexSettings): { facts: IndexFacts; body: Uint8Array } | undefined {
  const { options } = indexOptions(settings);
  if (options !== undefined) return undefined; // its name has a mark then
  const content = contentOf(settings.api, `${replica.name}.index`, MOST_INDEX_BYTES);
  const parsed = content && parseDerived<IndexFacts>(content);
  if (!parsed) return undefined;
  const [source, ...others] = parsed.sources;
  const isSame = source?.name === basename(replica.name) && source.bytes === replica.bytes && others.length === 0;
  const isOfNow = replica.mtimeNs === undefined || source?.mtimeNs === `${replica.mtimeNs}`; // stores have times of their own
  return isSame && isOfNow && parsed.body.length === parsed.facts.numRecords * ENTRY_BYTES ? parsed : undefined;
}
