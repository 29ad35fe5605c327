import { expect, test } from "vitest";
import { glibcOf, isAtLeast, thisMachine } from "./machine.ts";
import { pipTags, wheelFor, wheels } from "./wheels.ts";

const debian = { platform: "linux", arch: "x64", glibc: "2.36" };

test("a Linux machine with glibc gets the wheel for its processor", () => {
  expect(wheelFor(debian).project).toBe("tensorflow-cpu");
  expect(wheelFor({ ...debian, arch: "arm64" }).file).toMatch(/aarch64/);
  expect(wheelFor({ ...debian, glibc: "2.27" })).toBe(wheelFor(debian));
});

test("a Mac with Apple silicon needs no glibc", () => {
  expect(wheelFor({ platform: "darwin", arch: "arm64", glibc: undefined }).file).toMatch(/macosx/);
});

test("musl is refused, with what to use instead", () => {
  expect(() => wheelFor({ ...debian, glibc: undefined })).toThrow(
    /expected glibc 2.27 or newer, got a system without glibc \(musl, as in Alpine Linux\); use an image or system built on glibc/,
  );
});

test("an old glibc is refused, with what it is and what is needed", () => {
  expect(() => wheelFor({ ...debian, glibc: "2.17" })).toThrow(
    /expected glibc 2.27 or newer, got glibc 2.17; use a newer system/,
  );
  expect(() => wheelFor({ ...debian, glibc: "2.9" })).toThrow(/got glibc 2.9;/);
});

test("an unsupported platform is refused, with those that are supported and what to do", () => {
  const windows = () => wheelFor({ platform: "win32", arch: "x64", glibc: undefined });
  expect(windows).toThrow(
    /expected linux-x64, linux-arm64, darwin-arm64, got win32-x64; run it in the Windows Subsystem for Linux/,
  );
  expect(() => wheelFor({ ...debian, arch: "s390x" })).toThrow(/got linux-s390x; .*TENSORFLEET_LIBRARY/);
  expect(() => wheelFor({ platform: "darwin", arch: "x64", glibc: undefined })).toThrow(/Apple silicon only/);
});

test("versions are compared number by number", () => {
  expect([
    isAtLeast("2.9", "2.27"),
    isAtLeast("2.27", "2.27"),
    isAtLeast("3", "2.27"),
    isAtLeast("2.31", "2.27"),
  ]).toEqual([false, true, true, true]);
});

test("glibc's version is read from Node's report, and is unknown where the report names none", () => {
  expect(glibcOf({ header: { glibcVersionRuntime: "2.31" } })).toBe("2.31");
  expect(glibcOf({ header: {} })).toBeUndefined();
  expect(thisMachine()).toMatchObject({ platform: process.platform, arch: process.arch });
});

test("pip is told the tags that stand in the wheel's name", () => {
  expect(pipTags(wheelFor(debian))).toEqual({ pythonVersion: "311", abi: "cp311", platform: "manylinux_2_27_x86_64" });
});

test("every row pins a wheel and two libraries by sha256; only Linux x64 is called tested", () => {
  for (const [machine, wheel] of Object.entries(wheels)) {
    expect(wheel.libraries, machine).toHaveLength(2);
    for (const { sha256 } of [wheel, ...wheel.libraries]) expect(sha256, machine).toMatch(/^[0-9a-f]{64}$/);
    expect(wheel.tested, machine).toBe(machine === "linux-x64");
  }
});
