/** An installer as a process: installs from the table given as an argument, as its environment says. */
import { installLibrary } from "../../../src/native/library/install.ts";
import { progressOn } from "../../../src/native/library/progress.ts";
import { machine } from "./fake-wheel.ts";

const table = JSON.parse(process.argv[2] ?? "{}");
try {
  console.log(JSON.stringify(await installLibrary({ progress: progressOn(process.stderr), machine, table })));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
