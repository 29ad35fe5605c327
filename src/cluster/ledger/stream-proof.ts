/** What one call reads for one purpose, pass after pass: batches must follow one another, and whole passes must read what the plan says. */
import { type Findings, workersText } from "./findings.ts";
import type { LedgerData } from "./items.ts";
import { RecordCounts } from "./record-counts.ts";
import type { ProvenStep } from "./step-proof.ts";

interface Pass {
  readonly epoch: number;
  /** Number of the batch that comes next. */
  next: number;
  rows: number;
}

/** A part of a pass at whose end the call has stopped. */
export interface PartialPass {
  readonly epoch: number;
  readonly batches: number;
}

/** Purposes in words. */
export const purposeTexts: Readonly<Record<LedgerData["purpose"], string>> = {
  train: "training",
  test: "evaluation",
  predict: "prediction",
  run: "run",
};

/** Follows it. */
export class StreamProof {
  readonly call: number;
  readonly purpose: LedgerData["purpose"];
  readonly sources: readonly RecordCounts[];
  readonly #data: LedgerData | undefined;
  readonly #findings: Findings;
  #pass: Pass | undefined;
  #lastEpoch: number | undefined;
  steps = 0;
  rows = 0;
  repeatedRows = 0;
  passes = 0;
  /** Passes that were left before their end: evaluations of so many steps, a training that was stopped. */
  readonly partial: PartialPass[] = [];
  /** Steps of which it is not known which records they have read. */
  stepsWithoutRecords = 0;

  constructor(call: number, purpose: LedgerData["purpose"], data: LedgerData | undefined, findings: Findings) {
    this.call = call;
    this.purpose = purpose;
    this.#data = data;
    this.#findings = findings;
    this.sources = (data?.sources ?? []).map((source) => new RecordCounts(source, findings));
  }

  /** Rows of one pass, where the plan tells. */
  get rowsOfPass(): number | null {
    return this.#data?.rows ?? null;
  }

  #where(epoch: number): string {
    return `call ${this.call}, ${purposeTexts[this.purpose]}, pass ${epoch}`;
  }

  /** A committed step comes, in the order of steps. */
  add(step: ProvenStep): void {
    this.steps++;
    this.rows += step.batchRows;
    this.repeatedRows += step.repeatedRows;
    if (!step.place) return;
    const pass = this.#passOf(step);
    pass.next = step.place.number + 1;
    pass.rows += step.batchRows;
    this.#count(step, pass);
    if (pass.next === this.#data?.batches) this.#endPass();
  }

  /** Steps come in the order of the data: the place of each follows from the one before. */
  #passOf({ step, place = { epoch: 0, number: 0 } }: ProvenStep): Pass {
    const { epoch, number } = place;
    const open = this.#pass;
    if (open && open.epoch === epoch && number !== 0) {
      this.#checkNext(open, number, step);
      return open;
    }
    if (open) this.#endPass();
    this.#checkEpoch(epoch, step);
    const pass: Pass = { epoch, next: 0, rows: 0 };
    this.#pass = pass;
    this.#checkNext(pass, number, step);
    return pass;
  }

  /** A training reads pass after pass; what evaluates may read the same one again. */
  #checkEpoch(epoch: number, step: number): void {
    const last = this.#lastEpoch;
    this.#lastEpoch = epoch;
    if (this.purpose !== "train" || last === undefined || epoch === last + 1) return;
    const where = `${this.#where(epoch)}, step ${step}`;
    if (epoch <= last) this.#findings.add("duplicate", `${where}: the pass was read before`);
    else this.#findings.add("missing", `${where}: pass ${last} came before it, and none between`, epoch - last - 1);
  }

  #checkNext({ epoch, next }: Pass, number: number, step: number): void {
    if (number === next) return;
    const where = `${this.#where(epoch)}, step ${step}`;
    if (number < next) this.#findings.add("duplicate", `${where}: batch ${number} was read before`);
    else if (number === next + 1)
      this.#findings.add("missing", `${where}: batch ${next} of the pass was read in no committed step`);
    else
      this.#findings.add(
        "missing",
        `${where}: batches ${next} to ${number - 1} of the pass were read in no committed step`,
        number - next,
      );
  }

  #count({ step, columns, records, rows }: ProvenStep, { epoch }: Pass): void {
    if (!records || columns !== this.sources.length) {
      this.stepsWithoutRecords++;
      if (records)
        this.#findings.add(
          "inconsistent",
          `${this.#where(epoch)}, step ${step}: ${workersText(rows.map(({ worker }) => worker))} told of ${columns} sources, the data have ${this.sources.length}`,
        );
      return;
    }
    const where = this.#where(epoch);
    for (let i = 0; i < records.length; i++) {
      const record = records[i] as number;
      if (record >= 0) (this.sources[i % columns] as RecordCounts).add(record, step, where);
    }
  }

  #endPass(): void {
    const pass = this.#pass;
    if (!pass) return;
    this.#pass = undefined;
    const { batches, rows } = this.#data ?? {};
    const isWhole = batches === null || batches === undefined || pass.next === batches;
    const where = this.#where(pass.epoch);
    if (!isWhole) this.partial.push({ epoch: pass.epoch, batches: pass.next });
    else this.passes++;
    if (isWhole && typeof rows === "number" && pass.rows !== rows)
      this.#findings.add(
        pass.rows < rows ? "missing" : "duplicate",
        `${where}: expected ${rows} rows, got ${pass.rows}`,
        Math.abs(rows - pass.rows),
      );
    for (const source of this.sources) source.endPass({ where, isWhole: isWhole && typeof batches === "number" });
  }

  /** No step follows. Of a training, no pass but the last may have been left. */
  end(): void {
    this.#endPass();
    if (this.purpose !== "train") return;
    const last = this.#lastEpoch ?? 0;
    for (const { epoch, batches } of this.partial)
      if (epoch < last)
        this.#findings.add(
          "missing",
          `${this.#where(epoch)}: ended behind ${batches} of ${this.#data?.batches} batches, and pass ${last} followed`,
        );
  }
}
