import { expect, test } from "vitest";
import { isReadByBlocks, networkFileSystem } from "./network-files.ts";

test("file systems of other machines are known by their numbers, and those of this one are not among them", () => {
  expect([0x6969, 0xff534d42, 0xff534d42 | 0, 0x65735546].map(networkFileSystem)).toEqual([
    "NFS",
    "CIFS",
    "CIFS",
    "FUSE",
  ]);
  expect([0xef53, 0x9123683e, 0x01021994, 0x794c7630].map(networkFileSystem)).toEqual(Array(4).fill(undefined)); // ext4, btrfs, tmpfs, overlay
});

test("files are mapped but for those of network file systems, or as the environment says", () => {
  const decide = (type: number, said?: string): boolean =>
    isReadByBlocks("/data/x", { TENSORFLEET_MAP_FILES: said }, () => type);
  expect([
    decide(0xef53),
    decide(0x6969),
    decide(0x6969, ""),
    decide(0xef53, "never"),
    decide(0x6969, "always"),
  ]).toEqual([false, true, true, true, false]);
  expect(() => decide(0, "no")).toThrow('TENSORFLEET_MAP_FILES: expected "never" or "always", got "no"');
  expect(isReadByBlocks("/nothing/here", {})).toBe(false);
});
