/** `tensorfleet doctor`: explains the machine and the library, and what to do about each problem. */
import type { Command } from "commander";
import type { Finding } from "../doctor/diagnose.ts";

interface DoctorOptions {
  readonly json?: boolean;
  readonly verify?: boolean;
  readonly probe?: boolean;
}

const aboutColumns = 15;
const levelColumns = 9;

/** Adds `doctor` to the program. */
export function registerDoctor(program: Command): void {
  const command = program
    .command("doctor")
    .description("explain this machine, TensorFlow's library and what to do about each problem")
    .option("--json", "print facts and findings as JSON")
    .option("--verify", "compare the library's hashes too, which reads all of it")
    .action(runDoctor);
  // Part of the command itself: its second process, in which koffi and TensorFlow may crash.
  command.addOption(command.createOption("--probe").hideHelp());
}

async function runDoctor(options: DoctorOptions): Promise<void> {
  if (options.probe) {
    const { probe } = await import("../../native/library/probe.ts");
    return probe((found) => process.stdout.write(`${JSON.stringify(found)}\n`));
  }
  const { gatherFacts } = await import("../doctor/facts.ts");
  const { diagnose } = await import("../doctor/diagnose.ts");
  const facts = await gatherFacts({ verify: options.verify ?? false });
  const findings = diagnose(facts);
  process.stdout.write(options.json ? `${JSON.stringify({ facts, findings }, undefined, 2)}\n` : report(findings));
  if (findings.some(({ level }) => level === "error")) process.exitCode = 1;
}

/** The findings as a table, each with what to do below it. */
export function report(findings: readonly Finding[]): string {
  const indent = " ".repeat(levelColumns + aboutColumns);
  const lines = findings.flatMap(({ level, about, message, advice }) => [
    `${level.padEnd(levelColumns)}${about.padEnd(aboutColumns)}${message}`,
    ...(advice ? [`${indent}-> ${advice}`] : []),
  ]);
  return `${lines.join("\n")}\n\n${conclusion(findings)}\n`;
}

function conclusion(findings: readonly Finding[]): string {
  const count = (level: Finding["level"]) => findings.filter((finding) => finding.level === level).length;
  const [errors, warnings] = [count("error"), count("warning")];
  if (errors > 0) return `${errors === 1 ? "one problem prevents" : `${errors} problems prevent`} working here`;
  return `nothing prevents working here${warnings > 0 ? ", with what the warnings say" : ""}`;
}
