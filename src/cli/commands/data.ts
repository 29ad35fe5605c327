/** `tensorfleet data plan SCRIPT`: what a script's first training would read, without training. */
import type { Command } from "commander";
import { planRequest, requestPlan } from "../../distribute/plan-request.ts";
import { integerAtLeast } from "../numbers.ts";

const api = "tensorfleet data plan";

interface PlanOptions {
  readonly workers: number;
  readonly shards?: number;
  readonly json?: true;
}

/** Adds `data` to the program. */
export function registerData(program: Command): void {
  const data = program.command("data").description("tell what scripts read");
  data
    .command("plan")
    .description("run a script as far as its first training, and say who would read what, instead of training")
    .argument("<script>", "the file to run")
    .argument("[arguments...]", "what follows -- is handed to the script as process.argv.slice(2)")
    .option("--workers <number>", "how many workers there would be", integerAtLeast(1), 1)
    .option("--shards <number>", "logical shards of a batch; as many as workers when not given", integerAtLeast(1))
    .option("--json", "print the plan as JSON")
    .action(plan);
}

async function plan(
  script: string,
  scriptArguments: string[],
  { workers, shards, json }: PlanOptions,
  command: Command,
): Promise<void> {
  const { checkScript, runHere } = await import("./run.ts");
  checkScript(api, script, command);
  requestPlan({ workers, shards, json });
  process.on("exit", () => {
    if (planRequest() === undefined || process.exitCode) return;
    console.error(
      `${api}: expected a script that trains, got ${script}, which ended without model.fit or strategy.train`,
    );
    process.exitCode = 1;
  });
  await runHere(script, scriptArguments, {});
}
