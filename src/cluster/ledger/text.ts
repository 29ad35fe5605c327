/** The check of a ledger in words. */
import type { CheckedSource, CheckedStream, LedgerReport } from "./check-ledger.ts";
import { purposeTexts } from "./stream-proof.ts";

/** All of it, a line each. */
export function ledgerText(report: LedgerReport): string {
  const { streams, repeatedRows, openSteps, torn, damages, findings } = report;
  const notes = [
    ...(report.job ? [] : ["the job has not ended, or its agent was killed: the ledgers may go on"]),
    ...(repeatedRows > 0
      ? [`${counted(repeatedRows, "row")} read again by workers that took over from others: counted once`]
      : []),
    ...(openSteps > 0 ? [`${counted(openSteps, "step")} begun and not committed: the job ended there`] : []),
    ...torn.map(({ worker, bytes }) => `worker ${worker} was ended while it wrote: ${bytes} bytes are left out`),
  ];
  return [...streams.flatMap(streamLines), ...notes, ...damages, ...findings, conclusion(report)].join("\n");
}

/** The last line. */
export function conclusion({ proven, rows, steps, counts, damages }: LedgerReport): string {
  if (proven) return `proven: ${counted(rows, "row")} in ${counted(steps, "step")}, each added exactly once`;
  const { missing, duplicate, inconsistent } = counts;
  return `not proven: ${missing} missing, ${duplicate} twice, ${inconsistent} inconsistent${damages.length > 0 ? `, ${counted(damages.length, "damaged ledger")}` : ""}`;
}

function streamLines(stream: CheckedStream): string[] {
  const { call, name, purpose, steps, rows, passes, rowsOfPass, partial } = stream;
  const whole = `${counted(passes, "whole pass")}${rowsOfPass === null ? "" : ` of ${counted(rowsOfPass, "row")}`}`;
  const left = partial.length === 0 ? "" : `, ${counted(partial.length, "unfinished pass")}`;
  const all = `${counted(steps, "step")}, ${counted(rows, "row")}`;
  if (purpose === "run") return [`strategy.run: ${all}`];
  const head = `call ${call} (${name ?? "not ended"}), ${purposeTexts[purpose]}: ${all}, ${whole}${left}`;
  const unknown =
    stream.stepsWithoutRecords > 0
      ? [
          `  ${counted(stream.stepsWithoutRecords, "step")} of data whose records have no numbers: rows alone are proven`,
        ]
      : [];
  return [head, ...stream.sources.map((source) => `  ${sourceText(source, passes)}`), ...unknown];
}

function sourceText(source: CheckedSource, passes: number): string {
  const { name, first, end, skipped, multiplicity } = source;
  const damaged = skipped > 0 ? `; ${counted(skipped, "damaged record")} skipped` : "";
  if (end === null) return `${name}: how many records there are is not known${damaged}`;
  const range = first > 0 ? ` (${first} to ${end - 1})` : "";
  const records = counted(end - first, "record");
  if (!multiplicity) return `${name}: ${records}${range}, no pass was whole${damaged}`;
  const { least, most, unread } = multiplicity;
  const often = least === most ? timesText(most) : `${least} to ${most} times`;
  const [fewest, highest] = unread;
  const left =
    least === 0 && highest > 0
      ? `, ${fewest === highest ? highest : `${fewest} to ${highest}`} not at all, as the plan says`
      : "";
  return `${name}: each of ${records}${range} ${often} in ${passes === 1 ? "the pass" : "each pass"}${left}${damaged}`;
}

const timesText = (times: number): string => (times === 1 ? "exactly once" : `exactly ${times} times`);

function counted(count: number, noun: string): string {
  if (count === 1) return `1 ${noun}`;
  return `${count} ${noun.endsWith("s") ? `${noun}es` : `${noun}s`}`;
}
