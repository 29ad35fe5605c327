import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { campaign } from "./campaign.ts";
import { formats } from "./formats.ts";

const folder = mkdtempSync(join(tmpdir(), "tensorfleet-fuzz-"));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => void vi.spyOn(process.stderr, "write").mockImplementation(() => true)); // records that are left out are told of

const CASES = 25;

describe("damaged files are data or errors that name them:", () => {
  it.each(Object.keys(formats))("%s", (format) => {
    expect(campaign(format, folder, 0, CASES)).toEqual([]);
  });
});
