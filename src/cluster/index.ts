/** What the other layers and the command get of the control plane. */
export { Agent, type JobOptions, type JobOutcome } from "./agent.ts";
export { type Fault, type FaultKind, type Phase, parseFault, phases } from "./faults.ts";
export type { Job } from "./job.ts";
export { workerVariable } from "./job.ts";
export { runningJobs, scaleJob } from "./job-folder.ts";
export { type CheckedSource, type CheckedStream, checkLedger, type LedgerReport } from "./ledger/check-ledger.ts";
export { type JobFacts, writeJobFacts } from "./ledger/job-facts.ts";
export { conclusion, ledgerText } from "./ledger/text.ts";
export type { Call, Json, Membership } from "./protocol.ts";
export { type Entry, type WorkerLink, workerLink } from "./worker-link.ts";
