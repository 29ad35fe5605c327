/** Tells what a training will read: once, by the first worker of a job, or as the answer of `tensorfleet data plan`. */
import { type PlanFacts, planData, planLines } from "./data-plan.ts";
import { planRequest, settlePlanRequest } from "./plan-request.ts";
import type { Strategy } from "./strategy.ts";

/** What a call knows of itself. */
export type CallFacts = Omit<PlanFacts, "workers" | "shards">;

/** When only the plan is wanted: prints it, and ends the process. */
export function answerPlanRequest(strategy: Strategy, facts: () => CallFacts): void {
  const request = planRequest();
  if (!request) return;
  const plan = planData({ ...facts(), workers: request.workers, shards: strategy.numReplicasInSync });
  process.stdout.write(`${request.json ? JSON.stringify(plan, undefined, 2) : planLines(plan, "long").join("\n")}\n`);
  settlePlanRequest();
  process.exit(0);
}

const told = new Set<string>();

/** The first worker says what the workers are about to read, unless it has said so before. */
export function tellPlan({ workers, group, numReplicasInSync: shards }: Strategy, facts: () => CallFacts): void {
  if (!workers || group.shards.from > 0 || group.shards.to === 0) return;
  const text = planLines(planData({ ...facts(), workers: workers.size, shards }), "short").join("\n");
  if (!told.has(text)) console.error(text);
  told.add(text);
}
