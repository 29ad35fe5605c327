/** Checks the ledgers of a job: whether every sample was added exactly once, whatever happened to its workers. It loads no TensorFlow. */
import { readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { invalidArgument } from "../../base/errors.ts";
import { type FindingKind, Findings, workersText } from "./findings.ts";
import type { LedgerData, LedgerSource } from "./items.ts";
import { type JobFacts, readJobFacts } from "./job-facts.ts";
import { type CallItems, type MergedStep, mergedSteps } from "./merged-steps.ts";
import type { Purpose } from "./purposes.ts";
import { LedgerReader } from "./reader.ts";
import type { Multiplicity } from "./record-counts.ts";
import { provenStep } from "./step-proof.ts";
import { type PartialPass, StreamProof } from "./stream-proof.ts";
import { workerOf } from "./writer.ts";

/** How a source was read. */
export interface CheckedSource extends LedgerSource {
  readonly name: string;
  /** How often its records were read in each whole pass; `null` when there was none, or their number is not known. */
  readonly multiplicity: Multiplicity | null;
}

/** What one call has read for one purpose. */
export interface CheckedStream {
  readonly call: number;
  /** "fit", "evaluate", ...; `null` when the call has not ended. */
  readonly name: string | null;
  readonly purpose: Purpose;
  readonly steps: number;
  readonly rows: number;
  /** Whole passes over the data, and the rows of each; `null` when only reading tells. */
  readonly passes: number;
  readonly rowsOfPass: number | null;
  readonly partial: readonly PartialPass[];
  readonly repeatedRows: number;
  readonly stepsWithoutRecords: number;
  readonly sources: readonly CheckedSource[];
}

/** What a check comes to. */
export interface LedgerReport {
  /** The job; `null` when it has not ended, or its agent was killed. */
  readonly job: JobFacts | null;
  /** Whether each row of each committed step was added exactly once, and whole passes have read what the plan says. */
  readonly proven: boolean;
  readonly workers: readonly number[];
  readonly steps: number;
  readonly rows: number;
  /** Rows that were read again by a worker that took over; they count once. */
  readonly repeatedRows: number;
  /** Steps that were begun and never committed: there the job ended. */
  readonly openSteps: number;
  /** Workers that were ended while they wrote, and the bytes that are no whole block. */
  readonly torn: readonly { readonly worker: number; readonly bytes: number }[];
  /** Ledgers of which a part cannot be read. */
  readonly damages: readonly string[];
  readonly streams: readonly CheckedStream[];
  readonly counts: Readonly<Record<FindingKind, number>>;
  /** The first of what was found. */
  readonly findings: readonly string[];
}

/**
 * Joins the ledgers of all workers in `folder`.
 * @throws when there is none, or one cannot be read.
 */
export function checkLedger(folder: string): LedgerReport {
  const readers = readersOf(folder);
  try {
    return new Check(readers, readJobFacts(folder)).run();
  } finally {
    for (const reader of readers) reader.close();
  }
}

function readersOf(folder: string): LedgerReader[] {
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const names = isFolder ? readdirSync(folder) : [];
  const readers = names.flatMap((name) => {
    const worker = workerOf(name);
    return worker === undefined ? [] : [new LedgerReader(join(folder, name), worker)];
  });
  if (readers.length === 0)
    throw invalidArgument(
      "ledger",
      "a folder with ledgers of workers",
      isFolder ? `${folder}, which has none` : `${folder}, which is no folder`,
      "tensorfleet run --ledger FOLDER writes them",
    );
  return readers.sort((a, b) => a.worker - b.worker);
}

interface CallEnd {
  readonly name: string;
  readonly last: number;
}

class Check implements CallItems {
  readonly #readers: readonly LedgerReader[];
  readonly #job: JobFacts | undefined;
  readonly #findings = new Findings();
  readonly #data = new Map<string, { readonly data: LedgerData; readonly worker: number }>();
  readonly #ends = new Map<number, CallEnd>();
  readonly #streams = new Map<string, StreamProof>();
  /** Steps that have come and have no commit, with what is known of them. */
  #open: MergedStep[] = [];
  /** The last committed step of each call. */
  readonly #committed = new Map<number, number>();

  constructor(readers: readonly LedgerReader[], job: JobFacts | undefined) {
    this.#readers = readers;
    this.#job = job;
  }

  run(): LedgerReport {
    if (this.#job) this.#checkMembers(this.#job);
    for (const step of mergedSteps(this.#readers, this)) this.#step(step);
    if (this.#streams.size === 0) this.#findings.add("inconsistent", "no ledger has a step that was committed");
    for (const stream of this.#streams.values()) stream.end();
    for (const [call, end] of this.#ends) this.#checkEnd(call, end);
    if (this.#job?.exitCode === 0) this.#checkCalls();
    return this.#report();
  }

  data(data: LedgerData, worker: number): void {
    const key = `${data.call} ${data.purpose}`;
    const known = this.#data.get(key);
    if (!known) this.#data.set(key, { data, worker });
    else if (JSON.stringify(known.data) !== JSON.stringify(data))
      this.#findings.add(
        "inconsistent",
        `call ${data.call}: ${workersText([known.worker, worker])} read different data`,
      );
  }

  ended(call: number, name: string, last: number): void {
    this.#ends.set(call, { name, last: Math.max(last, this.#ends.get(call)?.last ?? -1) });
  }

  outOfOrder(step: number, worker: number): void {
    this.#findings.add("inconsistent", `step ${step}: worker ${worker} has written it behind a later one`);
  }

  #step(step: MergedStep): void {
    if (step.commits.length === 0) {
      this.#open.push(step);
      return;
    }
    this.#lost(step.step);
    this.#checkNext(step);
    const proven = provenStep(step, this.#findings);
    if (proven) this.#streamOf(proven.call, proven.purpose).add(proven);
  }

  /** Within a call, step follows step. */
  #checkNext({ call, step }: MergedStep): void {
    const last = this.#committed.get(call);
    this.#committed.set(call, step);
    if (last === undefined || step <= last + 1) return;
    const between = step === last + 2 ? `step ${last + 1} is` : `steps ${last + 1} to ${step - 1} are`;
    this.#findings.add("missing", `call ${call}: ${between} in no ledger`, step - last - 1);
  }

  /** Steps without a commit before one that has it. */
  #lost(before: number): void {
    for (const { step, rows } of this.#open)
      this.#findings.add(
        "missing",
        `step ${step}: ${workersText(rows.map(({ worker }) => worker))} worked on it, nobody has committed it, and step ${before} followed`,
        rows[0]?.batchRows ?? 1,
      );
    this.#open = [];
  }

  #streamOf(call: number, purpose: Purpose): StreamProof {
    const key = purpose === "run" ? purpose : `${call} ${purpose}`; // each run of strategy.run is a call of its own
    const known = this.#streams.get(key);
    if (known) return known;
    const stream = new StreamProof(call, purpose, this.#data.get(key)?.data, this.#findings);
    this.#streams.set(key, stream);
    return stream;
  }

  #checkEnd(call: number, { last }: CallEnd): void {
    const committed = this.#committed.get(call) ?? -1;
    for (const { step, rows } of this.#open)
      if (rows[0]?.call === call)
        this.#findings.add(
          "missing",
          `step ${step}: the call has ended, and nobody has committed it`,
          rows[0].batchRows,
        );
    if (committed < last)
      this.#findings.add("missing", `call ${call}: ended with step ${last}, of which no ledger has a commit`);
  }

  #checkMembers({ members }: JobFacts): void {
    for (const member of members)
      if (!this.#readers.some(({ worker }) => worker === member))
        this.#findings.add("inconsistent", `worker ${member} was a member of the group, and there is no ledger of it`);
  }

  /** Of a job that ended well every call has ended. */
  #checkCalls(): void {
    for (const call of this.#committed.keys())
      if (!this.#ends.has(call))
        this.#findings.add("missing", `call ${call}: the job ended well, and no ledger has the end of this call`);
  }

  #report(): LedgerReport {
    const streams = [...this.#streams.values()];
    const damages = this.#readers.flatMap(({ path, end }) =>
      end?.kind === "damaged" ? [`${basename(path)}: damaged at byte ${end.offset}; what follows is not read`] : [],
    );
    const sum = (of: (stream: StreamProof) => number): number => streams.reduce((all, stream) => all + of(stream), 0);
    return {
      job: this.#job ?? null,
      proven: this.#findings.isEmpty && damages.length === 0,
      workers: this.#readers.map(({ worker }) => worker),
      steps: sum(({ steps }) => steps),
      rows: sum(({ rows }) => rows),
      repeatedRows: sum(({ repeatedRows }) => repeatedRows),
      openSteps: this.#open.length,
      torn: this.#readers.flatMap(({ worker, end }) => (end?.kind === "torn" ? [{ worker, bytes: end.bytes }] : [])),
      streams: streams.map((stream) => this.#checked(stream)),
      counts: this.#findings.counts,
      damages,
      findings: this.#findings.told.map(({ kind, text }) => `${kind}: ${text}`),
    };
  }

  #checked(stream: StreamProof): CheckedStream {
    const { call, purpose, steps, rows, passes, rowsOfPass, partial, repeatedRows, stepsWithoutRecords } = stream;
    const sources = stream.sources.map(({ name, source, multiplicity }) => ({
      ...source,
      name,
      multiplicity: multiplicity ?? null,
    }));
    const name = this.#ends.get(call)?.name ?? null;
    return {
      call,
      name,
      purpose,
      steps,
      rows,
      passes,
      rowsOfPass,
      partial,
      repeatedRows,
      stepsWithoutRecords,
      sources,
    };
  }
}
