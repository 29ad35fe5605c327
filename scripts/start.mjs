/** `npm start`: sets up what is missing, then runs the main job. What follows `--` goes to it: `npm start -- --epochs 1`. */
import { root, setUp } from "./setup.mjs";

const ofTheCommand = ["--seed", "--threads"]; // options of `tensorfleet run`; all others are the job's own

await setUp();
const given = process.argv.slice(2);
const isOfTheCommand = given.map((_, i) => [given[i], given[i - 1]].some((text) => ofTheCommand.includes(text ?? "")));
// In this process, so that Ctrl-C, exit codes and output are the job's own.
process.argv = [
  process.execPath,
  `${root}bin/tensorfleet.js`,
  "run",
  `${root}examples/mnist.ts`,
  ...given.filter((_, i) => isOfTheCommand[i]),
  "--",
  ...given.filter((_, i) => !isOfTheCommand[i]),
];
await import("../bin/tensorfleet.js");
