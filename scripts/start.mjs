/** `npm start`: sets up what is missing, then runs the main job. What follows `--` goes to it: `npm start -- --epochs 1`. */
import { root, setUp } from "./setup.mjs";

await setUp();
// In this process, so that Ctrl-C, exit codes and output are the job's own.
process.argv = [
  process.execPath,
  `${root}bin/tensorfleet.js`,
  "run",
  `${root}examples/mnist.ts`,
  "--",
  ...process.argv.slice(2),
];
await import("../bin/tensorfleet.js");
