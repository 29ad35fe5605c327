import { describe, expect, test } from "vitest";
import { formatBytes, progressOn } from "./progress.ts";

/** An output that remembers, with a clock that stands until it is moved. */
function fake(isTTY: boolean, columns = 80) {
  const clock = { ms: 0 };
  let text = "";
  const output = { isTTY, columns, write: (part: string) => (text += part) };
  return { progress: progressOn(output, () => clock.ms), clock, text: () => text };
}

describe("without a terminal", () => {
  test("a step is told in plain lines, a tenth or more each", () => {
    const { progress, clock, text } = fake(false);
    progress.say("fetching a wheel");
    for (const bytes of [50, 100, 120, 400, 1000]) {
      clock.ms += 1_000;
      progress.update("fetching", bytes * 1e6, 1000e6);
    }
    expect(text()).toBe(
      "fetching a wheel\n" +
        "fetching: 100.0 MB of 1.00 GB (10 %)\nfetching: 400.0 MB of 1.00 GB (40 %)\nfetching: 1.00 GB of 1.00 GB (100 %)\n",
    );
  });

  test("a quick step is one line", () => {
    const { progress, text } = fake(false);
    for (let bytes = 0; bytes <= 100; bytes += 5) progress.update("unpacking", bytes, 100);
    expect(text()).toBe("unpacking: 100 B of 100 B (100 %)\n");
  });
});

describe("on a terminal", () => {
  test("a step is one line drawn again and again, with bytes and their rate", () => {
    const { progress, clock, text } = fake(true);
    progress.update("fetching", 0, 100e6);
    clock.ms = 1_000;
    progress.update("fetching", 50e6, 100e6);
    clock.ms = 2_000;
    progress.update("fetching", 100e6, 100e6);
    const lines = text().split("\r\x1b[K");
    expect(lines[2]).toBe(`fetching [${"=".repeat(12)}${" ".repeat(12)}] 50.0 MB of 100.0 MB  50.0 MB/s`);
    expect(lines[3]).toBe(`fetching [${"=".repeat(24)}] 100.0 MB of 100.0 MB  50.0 MB/s\n`);
  });

  test("it is drawn ten times a second at most", () => {
    const { progress, clock, text } = fake(true);
    for (let bytes = 1; bytes < 100; bytes += 1) {
      clock.ms += 10;
      progress.update("fetching", bytes, 100);
    }
    expect(text().split("\r").length - 1).toBe(10);
  });

  test("a word in between gets a line of its own", () => {
    const { progress, text } = fake(true);
    progress.update("fetching", 1, 100);
    progress.say("the connection failed");
    progress.update("fetching", 1, 100);
    expect(text()).toMatch(/1 B of 100 B\nthe connection failed\n\r.*1 B of 100 B$/);
  });

  test("it never wraps", () => {
    const { progress, text } = fake(true, 20);
    progress.update("fetching", 1, 100);
    expect(text().replace("\r\x1b[K", "")).toHaveLength(19);
  });
});

test("sizes are written in decimal units", () => {
  expect([12, 1_200, 273_829_956, 1_853_308_936].map(formatBytes)).toEqual(["12 B", "1.2 kB", "273.8 MB", "1.85 GB"]);
});
