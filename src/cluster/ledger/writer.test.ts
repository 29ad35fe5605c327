import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { blocksOf } from "./blocks.ts";
import { type GivenRows, itemsOf } from "./items.ts";
import { LedgerWriter, ledgerPath, type ToldRows } from "./writer.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ledger-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const told = (records: readonly number[], columns: number = 1): ToldRows => ({
  call: 1,
  step: 2,
  generation: 3,
  purpose: "test",
  place: { epoch: 4, number: 5 },
  batchRows: 100,
  begin: 10,
  end: 10 + records.length / columns,
  columns,
  records: BigInt64Array.from(records, BigInt),
});

/** What a worker's file says of rows. */
function rowsIn(path: string): GivenRows[] {
  const items = [...blocksOf(path)].flatMap((block) => itemsOf(block));
  return items.flatMap((item) => (item.type === "rows" ? item.rows : []));
}

it.each([
  ["in order", [7, 8, 9, 10], 1],
  ["small", [3, 1, 65_533, 0], 1],
  ["larger", [3, 70_000, 2 ** 31 - 2], 1],
  ["beyond 32 bits", [3, 2 ** 31, 2 ** 40, 2 ** 52], 1],
  ["of several sources, of which a row has one", [3, -1, -1, 9, 4, -1], 2],
  ["of none", [-1, -1, -1], 1],
])("keeps records that are %s", (_, records, columns) => {
  using writer = new LedgerWriter(folder, 0, () => {});
  const rows = told(records, columns);
  writer.rows(rows);
  expect(rowsIn(ledgerPath(folder, 0))).toEqual([{ ...rows, records: Float64Array.from(records) }]);
});

it("keeps rows without place and records", () => {
  using writer = new LedgerWriter(folder, 0, () => {});
  const rows = { ...told([1]), place: undefined, records: undefined, columns: 0 };
  writer.rows(rows);
  expect(rowsIn(ledgerPath(folder, 0))).toEqual([rows]);
});

it("writes what is larger than its buffer", () => {
  using writer = new LedgerWriter(folder, 0, () => {});
  const records = Array.from({ length: 200_000 }, (_, i) => (i * 7919) % 200_001);
  writer.rows({ ...told(records), batchRows: 200_000 });
  const [rows] = rowsIn(ledgerPath(folder, 0));
  expect(rows?.records?.every((record, i) => record === records[i])).toBe(true);
  expect(rows?.records).toHaveLength(200_000);
});

it("does not write into the ledger of another run", () => {
  new LedgerWriter(folder, 0, () => {})[Symbol.dispose]();
  expect(() => new LedgerWriter(folder, 0, () => {})).toThrow("EEXIST");
});

it("stops where a disk is full, tells so once, and leaves what can be read", () => {
  const script = join(folder, "writes.mts");
  const writer = fileURLToPath(new URL("./writer.ts", import.meta.url));
  writeFileSync(
    script,
    `import { LedgerWriter } from ${JSON.stringify(writer)};
const writer = new LedgerWriter(${JSON.stringify(folder)}, 0, (error) => console.log(error.code));
for (let step = 0; step < 1000; step++) writer.commit(0, step, 1);`,
  );
  const limited = `trap "" XFSZ; ulimit -f 8; exec "$0" --import tsx "$1"`; // writing beyond 8 KiB fails from here on
  const printed = execFileSync("bash", ["-c", limited, process.execPath, script], {
    cwd: fileURLToPath(new URL("../../..", import.meta.url)),
    env: { ...process.env, TSX_DISABLE_CACHE: "1" },
    encoding: "utf8",
  });
  expect(printed).toBe("EFBIG\n");
  const blocks = blocksOf(ledgerPath(folder, 0));
  let [count, next] = [0, blocks.next()];
  for (; !next.done; next = blocks.next()) count++;
  expect(count).toBeGreaterThan(100);
  expect(next.value.kind).toBe("torn");
});
