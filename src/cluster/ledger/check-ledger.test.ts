import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { type Event, events, History, type Mistake, type Training } from "../../../test/ledger/history.ts";
import { checkLedger } from "./check-ledger.ts";
import { ledgerText } from "./text.ts";
import { LedgerWriter, ledgerPath } from "./writer.ts";

const trainings: fc.Arbitrary<Training> = fc.record({
  shards: fc.integer({ min: 1, max: 8 }),
  batchSize: fc.integer({ min: 1, max: 12 }),
  records: fc.integer({ min: 12, max: 60 }),
  epochs: fc.integer({ min: 1, max: 3 }),
  dropRemainder: fc.boolean(),
});
const schedules = fc.array(fc.tuple(fc.constantFrom(...events), fc.nat(7)), { maxLength: 40 });
const histories = fc.record({ training: trainings, workers: fc.integer({ min: 1, max: 5 }), schedule: schedules });

/** Length of the block in which a worker says who it is. */
const BEGIN_BYTES = 72;

/** One event an attempt, then nothing. */
function inTurn(schedule: readonly (readonly [Event, number])[]): () => readonly [Event, number] {
  let next = 0;
  return () => schedule[next++] ?? ["nothing", 0];
}

it("proves every history in which each row was added once, whoever died", () => {
  fc.assert(
    fc.property(histories, ({ training, workers, schedule }) => {
      using history = new History(training, workers).run(inTurn(schedule));
      const report = checkLedger(history.folder);
      expect(report.findings).toEqual([]);
      expect(report.proven).toBe(true);
      const { epochs } = training;
      expect(report).toMatchObject({
        steps: epochs * history.numBatches,
        rows: epochs * history.rowsOfPass,
        openSteps: 0,
      });
      expect(report.torn.map(({ worker }) => worker)).toEqual([...history.torn].sort((a, b) => a - b));
      const [stream] = report.streams;
      const isAll = history.rowsOfPass === training.records;
      const unread = training.records - history.rowsOfPass;
      expect(stream).toMatchObject({ name: "fit", passes: epochs, partial: [], rowsOfPass: history.rowsOfPass });
      expect(stream?.sources[0]?.multiplicity).toEqual({ least: isAll ? 1 : 0, most: 1, unread: [unread, unread] });
    }),
    { numRuns: 120 },
  );
});

const mistakes: fc.Arbitrary<Mistake> = fc.record({
  kind: fc.constantFrom<Mistake["kind"]>(
    "loses a row",
    "adds a row twice",
    "reads another record",
    "skips a step",
    "runs a step twice",
  ),
  step: fc.nat(200),
});

it("finds every sample that was lost, doubled or another's, and names its step", () => {
  fc.assert(
    fc.property(histories, mistakes, ({ training: given, workers, schedule }, { kind, step }) => {
      // Where the last batch is dropped, another record instead may be one that the plan leaves out.
      const training = kind === "reads another record" ? { ...given, dropRemainder: false } : given;
      using counted = new History(training, workers);
      const steps = counted.numBatches * training.epochs;
      const mistake = { kind, step: kind === "skips a step" ? step % Math.max(1, steps - 1) : step % steps };
      if (steps < 2) return;
      if (counted.numBatches === 1 && mistake.step === 0) return; // a training may begin with any pass
      using history = new History(training, workers, mistake).run(inTurn(schedule));
      const report = checkLedger(history.folder);
      expect(report.proven).toBe(false);
      const { missing, duplicate } = report.counts;
      if (kind === "loses a row" || kind === "skips a step") expect(missing).toBeGreaterThan(0);
      if (kind !== "loses a row" && kind !== "skips a step") expect(duplicate).toBeGreaterThan(0);
    }),
    { numRuns: 120 },
  );
});

it("finds that the ledger of a worker is missing", () => {
  fc.assert(
    fc.property(histories, fc.nat(20), ({ training, workers, schedule }, which) => {
      using history = new History(training, workers + 1).run(inTurn(schedule));
      const worker = history.workers[which % history.workers.length] as number;
      rmSync(ledgerPath(history.folder, worker));
      if (history.workers.length === 1) return;
      expect(checkLedger(history.folder).findings.join("\n")).toContain(
        `worker ${worker} was a member of the group, and there is no ledger of it`,
      );
    }),
    { numRuns: 40 },
  );
});

it("finds that the end of a job is missing, wherever its only ledger is cut", () => {
  fc.assert(
    fc.property(trainings, fc.nat(), (training, place) => {
      using history = new History(training, 1).run(inTurn([]));
      const path = ledgerPath(history.folder, 0);
      const { size } = statSync(path);
      truncateSync(path, BEGIN_BYTES + (place % (size - BEGIN_BYTES)));
      expect(checkLedger(history.folder).proven).toBe(false);
    }),
    { numRuns: 40 },
  );
});

it("finds every byte that was changed", () => {
  fc.assert(
    fc.property(histories, fc.nat(), fc.integer({ min: 1, max: 255 }), ({ training, workers }, place, change) => {
      using history = new History(training, workers).run(inTurn([]));
      const path = ledgerPath(history.folder, place % workers);
      const bytes = statSync(path, { throwIfNoEntry: false }) && readFileSync(path);
      if (!bytes) return;
      const at = place % bytes.length;
      bytes[at] = (bytes[at] as number) ^ change;
      writeFileSync(path, bytes);
      const report = checkLedger(history.folder);
      expect(report.proven).toBe(false);
      expect(report.damages.join("\n")).toContain("damaged at byte");
    }),
    { numRuns: 40 },
  );
});

const small: Training = { shards: 2, batchSize: 4, records: 10, epochs: 2, dropRemainder: false };

it("says what was proven", () => {
  using history = new History(small, 2).run(
    inTurn([
      ["nothing", 0],
      ["dies behind its rows", 1],
    ]),
  );
  expect(ledgerText(checkLedger(history.folder))).toBe(
    [
      "call 0 (fit), training: 6 steps, 20 rows, 2 whole passes of 10 rows",
      "  some.records: each of 10 records exactly once in each pass",
      "2 rows read again by workers that took over from others: counted once",
      "proven: 20 rows in 6 steps, each added exactly once",
    ].join("\n"),
  );
});

it("says which records a dropped last batch leaves out", () => {
  using history = new History({ ...small, dropRemainder: true }, 1).run(inTurn([]));
  expect(ledgerText(checkLedger(history.folder))).toContain(
    "  some.records: each of 10 records 0 to 1 times in each pass, 2 not at all, as the plan says\n",
  );
});

it("says which row is missing, which was added twice, and by whom", () => {
  using lost = new History(small, 2, { kind: "loses a row", step: 1 }).run(inTurn([]));
  expect(checkLedger(lost.folder).findings).toContain("missing: step 1, generation 1: no worker has added row 0 of 4");
  using doubled = new History(small, 2, { kind: "adds a row twice", step: 1 }).run(inTurn([]));
  expect(checkLedger(doubled.folder).findings).toContain(
    "duplicate: step 1, generation 1: row 2 added twice, by workers 0 and 1",
  );
});

it("says which records are missing and doubled", () => {
  using history = new History({ ...small, epochs: 1 }, 1, { kind: "reads another record", step: 0 }).run(inTurn([]));
  const { findings, counts } = checkLedger(history.folder);
  expect(counts).toEqual({ missing: 1, duplicate: 1, inconsistent: 0 });
  expect(findings.join("\n")).toMatch(
    /^duplicate: call 0, training, pass 0: record \d of some\.records read in step \d and again in step \d\nmissing: call 0, training, pass 0: expected record \d of some\.records once, got fewer$/,
  );
});

it("takes the ledger of a job that was killed for what it is", () => {
  using history = new History(small, 1).run(inTurn([]));
  const path = ledgerPath(history.folder, 0);
  truncateSync(path, statSync(path).size - 60);
  rmSync(join(history.folder, "job.json"));
  const report = checkLedger(history.folder);
  expect(report).toMatchObject({ proven: true, job: null, torn: [{ worker: 0 }] });
  expect(report.streams[0]).toMatchObject({ name: null, steps: 6 });
  expect(ledgerText(report)).toContain("the job has not ended, or its agent was killed: the ledgers may go on\n");
});

it("takes calls for what they are although each counts its steps from 0, as those of several strategies do", () => {
  const folder = mkdtempSync(join(tmpdir(), "ledger-"));
  using writer = new LedgerWriter(folder, 0, (error) => {
    throw error;
  });
  for (const call of [0, 1]) {
    for (const number of [0, 1]) {
      const place = { epoch: 0, number };
      const rows = {
        call,
        step: number,
        generation: 1,
        batchRows: 3,
        begin: 0,
        end: 3,
        columns: 0,
        records: undefined,
      };
      writer.rows({ ...rows, purpose: "train", place });
      writer.commit(call, number, 1);
    }
    writer.end(call, "fit");
  }
  const report = checkLedger(folder);
  expect(report).toMatchObject({ proven: true, steps: 4, rows: 12 });
  expect(report.streams).toMatchObject([{ stepsWithoutRecords: 2 }, { stepsWithoutRecords: 2 }]);
  rmSync(folder, { recursive: true });
});

it("asks for a folder that holds ledgers", () => {
  expect(() => checkLedger("/nowhere")).toThrow(
    "ledger: expected a folder with ledgers of workers, got /nowhere, which is no folder; tensorfleet run --ledger FOLDER writes them",
  );
});
