/** Runs examples one after the other in a child process and writes what each printed, a line of JSON at a time. */
import { appendFileSync } from "node:fs";
import { format } from "node:util";

/** What became of an example: written once when it starts and again when it ends. */
export interface ExampleRecord {
  name: string;
  ended: boolean;
  /** What each console.log of it printed, by the call's number. */
  printed: Record<number, string[]>;
  error?: string;
}

/** The function that stands for console.log within an example. */
export type Log = (call: number, ...values: unknown[]) => void;

/** Runs one example; a failure is recorded and the next one goes on. */
export async function runExample(name: string, body: (log: Log) => Promise<void>): Promise<void> {
  const record: ExampleRecord = { name, ended: false, printed: {} };
  write(record);
  try {
    await body((call, ...values) => {
      record.printed[call] ??= [];
      record.printed[call].push(format(...values));
    });
  } catch (error) {
    record.error = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  record.ended = true;
  write(record);
}

function write(record: ExampleRecord): void {
  appendFileSync(process.argv[2]!, `${JSON.stringify(record)}\n`);
}
