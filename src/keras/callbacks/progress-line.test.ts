// The expected lines are what Keras's Progbar printed for the same times and values.
import { describe, expect, test } from "vitest";
import { type Progress, progressLine, summaryLine, valueText } from "./progress-line.ts";

const bold = (text: string): string => `\x1b[1m${text}\x1b[0m`;
const green = (length: number): string => `\x1b[32m${"━".repeat(length)}\x1b[0m`;
const gray = (length: number): string => `\x1b[37m${"━".repeat(length)}\x1b[0m`;
const progress = (changes: Partial<Progress>): Progress => ({
  done: 12,
  total: 235,
  elapsedMs: 3200,
  stepMs: 200,
  logs: {},
  isOver: false,
  ...changes,
});

describe("the line that is drawn anew", () => {
  test("shows steps, a bar, the time that is left, the time of a step and the logs", () => {
    const logs = { accuracy: 0.75, loss: 0.0001234 };
    expect(progressLine(progress({ logs }), 120)).toBe(
      `${bold(" 12/235")} ${green(1)}${gray(19)} ${bold("44s")} 200ms/step - accuracy: 0.7500 - loss: 1.2340e-04`,
    );
  });

  test("has an empty bar at first", () => {
    const line = progressLine(progress({ done: 1, elapsedMs: 1000, stepMs: 1000, logs: { loss: 2.25 } }), 120);
    expect(line).toBe(`${bold("  1/235")} ${gray(20)} ${bold("3:54")} 1s/step - loss: 2.2500`);
  });

  test("shows the time that it took when it is over", () => {
    const over = progress({ done: 235, elapsedMs: 50_000, stepMs: 209.4, isOver: true, logs: { loss: 0 } });
    expect(progressLine(over, 120)).toBe(
      `${bold("235/235")} ${green(20)} ${bold("50s")} 209ms/step - loss: 0.0000e+00`,
    );
  });

  test("shows hours", () => {
    const line = progressLine(progress({ done: 2, total: 1000, stepMs: 11_900 }), 120);
    expect(line).toBe(`${bold("   2/1000")} ${gray(20)} ${bold("3:17:56")} 12s/step`);
  });

  test("has no bar while the number of steps is not known", () => {
    const line = progressLine(
      progress({ done: 7, total: null, elapsedMs: 1100, stepMs: 157, logs: { loss: Number.NaN } }),
      120,
    );
    expect(line).toBe(`${bold("      7/Unknown")} ${bold("1s")} 157ms/step - loss: nan`);
  });

  test("fits the terminal", () => {
    const line = progressLine(progress({ logs: { accuracy: 0.75, loss: 0.5, other: 1 } }), 60);
    const escapes = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, "g");
    expect(line.replace(escapes, "")).toHaveLength(59);
    expect(line).toContain("200ms/step - accuracy");
  });
});

describe("the line of an epoch that is over", () => {
  test("shows steps, time and logs", () => {
    const logs = { loss: Number.POSITIVE_INFINITY };
    expect(summaryLine(progress({ done: 4, total: 4, elapsedMs: 0.8, stepMs: 0.2, logs }))).toBe(
      "4/4 - 0s - 200us/step - loss: inf",
    );
  });

  test("counts the steps where their number was not known before", () => {
    expect(summaryLine(progress({ done: 12, total: null }))).toBe("12/12 - 3s - 200ms/step");
  });
});

test.each([
  [0.912, "0.9120"],
  [0.001, "1.0000e-03"],
  [-0.5, "-0.5000"],
  [1e-12, "1.0000e-12"],
  [3e-120, "3.0000e-120"],
  [12345.6, "12345.6000"],
])("%d is printed as %s", (value, text) => {
  expect(valueText(value)).toBe(text);
});
