/**
 * A process that reads damaged files: `FORMAT FIRST COUNT FOLDER`. Prints a line of JSON for each finding; the file `case` in the folder says
 * which case is being read, should one end the process.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { campaign } from "./campaign.ts";

const [format = "", first, count, folder = ""] = process.argv.slice(2);
const write = process.stderr.write.bind(process.stderr);
process.stderr.write = ((text: string) => text.startsWith("tensorfleet: ") || write(text)) as typeof write; // what is left out
const findings = campaign(format, folder, Number(first), Number(count), (seed) =>
  writeFileSync(join(folder, "case"), `${seed}`),
);
for (const finding of findings) console.log(JSON.stringify(finding));
