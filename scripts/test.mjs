/** `npm test`: sets up what is missing, then runs the tests. What follows `--` goes to vitest: `npm test -- src/base`. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pythonWithKeras } from "./python-keras.mjs";
import { root, run, setUp } from "./setup.mjs";

await setUp();
try {
  pythonWithKeras();
} catch (error) {
  console.error(String(error)); // the tests that need it fail with the same words
}
const folder = mkdtempSync(join(tmpdir(), "tensorfleet-test-"));
const report = join(folder, "report.json");
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const exitCode = await run(process.execPath, [
  `${root}node_modules/vitest/vitest.mjs`,
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${report}`,
  ...process.argv.slice(2),
]);
const { passed, failed } = counts(report, exitCode);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** A file that could not be loaded, and a crash outside any test, count as one failure each. */
function counts(/** @type {string} */ path, /** @type {number} */ exitCode) {
  const { numPassedTests, numFailedTests, testResults } = readReport(path);
  const unloaded = testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && assertionResults.every(({ status }) => status !== "failed"),
  );
  const failed = numFailedTests + unloaded.length;
  return { passed: numPassedTests, failed: failed === 0 && exitCode !== 0 ? 1 : failed };
}

/** @returns {{ numPassedTests: number, numFailedTests: number, testResults: { status: string, assertionResults: { status: string }[] }[] }} */
function readReport(/** @type {string} */ path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, testResults: [] }; // vitest ended before it could report
  }
}
