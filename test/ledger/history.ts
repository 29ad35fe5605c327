/** Made-up histories of jobs: workers that train, die in the middle of anything, come and go, and what they write of it meanwhile. */
import { mkdtempSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LedgerData } from "../../src/cluster/ledger/items.ts";
import { writeJobFacts } from "../../src/cluster/ledger/job-facts.ts";
import { LedgerWriter, ledgerPath } from "../../src/cluster/ledger/writer.ts";

/** What is trained on. */
export interface Training {
  readonly shards: number;
  readonly batchSize: number;
  readonly records: number;
  readonly epochs: number;
  readonly dropRemainder: boolean;
}

/** What happens to a worker in a step. */
export type Event =
  | "nothing"
  | "dies before its rows"
  | "dies while it writes its rows"
  | "dies behind its rows"
  | "dies with the sum"
  | "commits alone and dies"
  | "commits and hands the sum on"
  | "another joins"
  | "leaves";

export const events: readonly Event[] = [
  "nothing",
  "dies before its rows",
  "dies while it writes its rows",
  "dies behind its rows",
  "dies with the sum",
  "commits alone and dies",
  "commits and hands the sum on",
  "another joins",
  "leaves",
];

/** What is done wrong, once. */
export interface Mistake {
  readonly kind: "loses a row" | "adds a row twice" | "reads another record" | "skips a step" | "runs a step twice";
  /** Which of the steps. */
  readonly step: number;
}

/** A part of a batch. */
interface Part {
  readonly worker: number;
  readonly begin: number;
  readonly end: number;
}

/** Writes one job's ledgers. */
export class History implements Disposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), "ledger-"));
  readonly training: Training;
  readonly #writers = new Map<number, LedgerWriter>();
  #members: number[];
  #nextWorker: number;
  #generation = 1;
  #step = 0;
  #mistake: Mistake | undefined;
  readonly torn: Set<number> = new Set();

  constructor(training: Training, workers: number, mistake?: Mistake) {
    this.training = training;
    this.#mistake = mistake;
    this.#members = Array.from({ length: workers }, (_, worker) => worker);
    this.#nextWorker = workers;
  }

  get numBatches(): number {
    const { records, batchSize, dropRemainder } = this.training;
    return dropRemainder ? Math.floor(records / batchSize) : Math.ceil(records / batchSize);
  }

  get rowsOfPass(): number {
    return Math.min(this.training.records, this.numBatches * this.training.batchSize);
  }

  /** Workers that have written. */
  get workers(): readonly number[] {
    return [...this.#writers.keys()];
  }

  /** Trains to the end; `happen` tells what happens in each attempt at a step, and to which of the members. */
  run(happen: () => readonly [Event, number]): this {
    for (let epoch = 0; epoch < this.training.epochs; epoch++)
      for (let number = 0; number < this.numBatches; number++) this.#batch(epoch, number, happen);
    for (const worker of this.#members) this.#writer(worker).end(0, "fit");
    for (const writer of this.#writers.values()) writer[Symbol.dispose]();
    const members = [...this.#writers.keys()];
    writeJobFacts(this.folder, { schema: 1, script: "train.ts", seed: 1, members, exitCode: 0 });
    return this;
  }

  #batch(epoch: number, number: number, happen: () => readonly [Event, number]): void {
    const isNow = this.#mistake?.step === epoch * this.numBatches + number;
    const mistake = isNow ? this.#mistake : undefined;
    if (mistake?.kind === "skips a step") return;
    const rows = Math.min(this.training.batchSize, this.training.records - number * this.training.batchSize);
    const records = this.#order(epoch)
      .slice(number * this.training.batchSize)
      .slice(0, rows);
    if (mistake?.kind === "reads another record") records[0] = ((records[0] as number) + 1) % this.training.records;
    const times = mistake?.kind === "runs a step twice" ? 2 : 1;
    for (let i = 0; i < times; i++) {
      while (!this.#attempt(epoch, number, records, mistake, happen()));
      this.#step++;
    }
  }

  /** A permutation of the records. */
  #order(epoch: number): number[] {
    const keyOf = (record: number): number => Math.imul(record + 1, 2654435761 + 2 * epoch) >>> 0;
    return Array.from({ length: this.training.records }, (_, i) => i).sort((a, b) => keyOf(a) - keyOf(b));
  }

  /** Works on a step in the present generation; whether it is committed by all that live. */
  #attempt(
    epoch: number,
    number: number,
    records: readonly number[],
    mistake: Mistake | undefined,
    [event, which]: readonly [Event, number],
  ): boolean {
    const isAlone = this.#members.length === 1;
    const happens = isAlone && event !== "another joins" ? "nothing" : event;
    const victim = this.#members[which % this.#members.length] as number;
    if (happens === "another joins") this.#regroup([...this.#members, this.#nextWorker++]);
    if (happens === "leaves") this.#regroup(this.#members.filter((worker) => worker !== victim));
    const parts = this.#parts(records.length);
    const isAborted = happens.startsWith("dies") && happens !== "dies with the sum";
    if (isAborted) {
      for (const part of parts) this.#mayGive(part, epoch, number, records, happens, victim);
      this.#die(victim);
      return false;
    }
    for (const part of mistaken(parts, mistake)) this.#give(part, epoch, number, records);
    return this.#commit(happens, victim);
  }

  /** Members tell of their rows until one of them dies. */
  #mayGive(part: Part, epoch: number, number: number, records: readonly number[], event: Event, victim: number): void {
    if (part.worker === victim && event === "dies before its rows") return;
    this.#give(part, epoch, number, records);
    if (part.worker === victim && event === "dies while it writes its rows" && part.begin < part.end)
      this.#tear(victim);
  }

  #tear(worker: number): void {
    const path = ledgerPath(this.folder, worker);
    truncateSync(path, statSync(path).size - 5);
    this.torn.add(worker);
  }

  #commit(event: Event, victim: number): boolean {
    const others = this.#members.filter((worker) => worker !== victim);
    if (event === "commits alone and dies" || event === "commits and hands the sum on") {
      this.#writer(victim).commit(0, this.#step, this.#generation);
      this.#regroup(event === "commits alone and dies" ? others : [...this.#members, this.#nextWorker++]);
      if (event === "commits alone and dies") return false;
    }
    const left = event === "dies with the sum" || event === "commits and hands the sum on" ? others : this.#members;
    for (const worker of left) this.#writer(worker).commit(0, this.#step, this.#generation);
    if (event === "dies with the sum") this.#die(victim);
    return true;
  }

  #die(victim: number): void {
    this.#regroup(this.#members.filter((worker) => worker !== victim));
  }

  #regroup(members: number[]): void {
    this.#members = members;
    this.#generation++;
  }

  #parts(rows: number): Part[] {
    const { shards } = this.training;
    const { length } = this.#members;
    const rowOf = (member: number): number => Math.floor((rows * Math.floor((shards * member) / length)) / shards);
    return this.#members.map((worker, i) => ({ worker, begin: rowOf(i), end: rowOf(i + 1) }));
  }

  #give({ worker, begin, end }: Part, epoch: number, number: number, records: readonly number[]): void {
    if (begin >= end) return;
    const writer = this.#writer(worker);
    writer.data(0, "train", () => this.data);
    writer.rows({
      call: 0,
      step: this.#step,
      generation: this.#generation,
      purpose: "train",
      place: { epoch, number },
      batchRows: records.length,
      begin,
      end,
      columns: 1,
      records: BigInt64Array.from(records.slice(begin, end), BigInt),
    });
  }

  get data(): Omit<LedgerData, "call" | "purpose"> {
    const { records } = this.training;
    const isAll = this.rowsOfPass === records;
    return {
      batches: this.numBatches,
      rows: this.rowsOfPass,
      sources: [
        {
          kind: "test",
          paths: ["/data/some.records"],
          first: 0,
          end: records,
          skipped: 0,
          reads: { total: this.rowsOfPass, least: isAll ? 1 : 0, most: 1 },
        },
      ],
    };
  }

  #writer(worker: number): LedgerWriter {
    const known = this.#writers.get(worker);
    if (known) return known;
    const writer = new LedgerWriter(this.folder, worker, (error) => {
      throw error;
    });
    this.#writers.set(worker, writer);
    return writer;
  }

  [Symbol.dispose](): void {
    for (const writer of this.#writers.values()) writer[Symbol.dispose]();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** One row less or more in one worker's part. */
function mistaken(parts: readonly Part[], mistake: Mistake | undefined): readonly Part[] {
  const at = parts.findIndex(({ begin, end }) => begin < end);
  const [part, rows] = [parts[at] as Part, parts.at(-1)?.end ?? 0];
  const { worker, begin, end } = part;
  if (mistake?.kind === "loses a row") return parts.with(at, { worker, begin: begin + 1, end });
  if (mistake?.kind !== "adds a row twice") return parts;
  return end < rows ? parts.with(at, { worker, begin, end: end + 1 }) : [...parts, { worker, begin: end - 1, end }];
}
