/** Fetches the library in the middle of a synchronous call: `tensorfleet install` in a process of its own, which reports on standard error. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type ErrorCode, TensorfleetError } from "../../base/errors.ts";
import type { Environment } from "./locations.ts";

/** What `tensorfleet install --json` prints: one line on standard output. */
export type InstallOutcome =
  | { readonly folder: string; readonly source: string; readonly installed: boolean }
  | { readonly error: { readonly code: ErrorCode; readonly message: string } };

/** This package's command, at the same place seen from src/, from dist/ and from a checkout's .build/. */
export const command: string = fileURLToPath(new URL("../../../bin/tensorfleet.js", import.meta.url));

/**
 * Installs the library and returns its folder.
 * @throws {TensorfleetError} what the installation threw in its process
 */
export function installInChild(environment: Environment): string {
  const { stdout, status, signal, error } = spawnSync(process.execPath, [command, "install", "--json"], {
    encoding: "utf8",
    env: { ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const outcome = parseOutcome(stdout ?? "");
  if (outcome && "folder" in outcome) return outcome.folder;
  if (outcome) throw new TensorfleetError(outcome.error.code, outcome.error.message);
  const got = error?.message ?? (signal ? `its end by ${signal}` : `exit code ${status}`);
  const message = `native: expected "tensorfleet install" to install TensorFlow's C library, got ${got}; run it yourself to see why`;
  throw new TensorfleetError("libraryUnavailable", message, { cause: error });
}

function parseOutcome(output: string): InstallOutcome | undefined {
  try {
    return JSON.parse(output) as InstallOutcome;
  } catch {
    return undefined; // it ended before it could say anything
  }
}
