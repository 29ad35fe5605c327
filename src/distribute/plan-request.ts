/** `tensorfleet data plan`: a script runs as far as its first training, which says what it would read, and does not train. */

/** Name of the variable that asks for it. */
const variable = "TENSORFLEET_DATA_PLAN";

/** What is asked for. */
export interface PlanRequest {
  readonly workers: number;
  /** As many as workers, or as the script says, when not given. */
  readonly shards?: number | undefined;
  readonly json?: boolean | undefined;
}

/** Asks the script that runs in this process next. */
export function requestPlan(request: PlanRequest): void {
  process.env[variable] = JSON.stringify(request);
}

/** It has been answered. */
export function settlePlanRequest(): void {
  delete process.env[variable];
}

/** What is asked of this process. */
export function planRequest(): PlanRequest | undefined {
  const text = process.env[variable];
  return text ? (JSON.parse(text) as PlanRequest) : undefined;
}
