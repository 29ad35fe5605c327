import { expect, test } from "vitest";
import { Chronicle } from "./chronicle.ts";

const facts = { script: "train.ts", seed: 1, shards: null, workers: { min: 1, max: 2 }, threads: 1 };

test("the report says when a failure was seen, when training went on, and what it cost", () => {
  const chronicle = new Chronicle(1000);
  chronicle.formed(1, [0, 1], -1, "call 0 begins", 1500);
  chronicle.committed(1, 0, 1510, 0);
  chronicle.failed({ worker: 1, kind: "kill", step: 8, atMs: 2000, detectedAtMs: 2003, generation: 1 });
  chronicle.formed(2, [0], 8, "worker 1 is gone", 2004);
  chronicle.committed(1, 8, 2005, 0); // of before
  chronicle.committed(2, 8, 2050, 1);
  chronicle.committed(2, 9, 2060, 0);
  const report = chronicle.report(facts, 0, [0]);
  expect(report).toMatchObject({
    schema: 1,
    timing: { readyMs: 500 },
    generations: [
      { number: 1, workers: [0, 1], step: -1, reason: "call 0 begins" },
      { number: 2, atMs: 1004, workers: [0], step: 8, reason: "worker 1 is gone" },
    ],
    failures: [{ worker: 1, kind: "kill", atMs: 1000, step: 8, detectMs: 3, resumeMs: 50, stepsLost: 1 }],
    exitCode: 0,
  });
});

test("what workers tell is merged; where they differ, the first rank's stands", () => {
  const chronicle = new Chronicle(0);
  chronicle.told(0, { metrics: { loss: 1, accuracy: 0.5 }, timing: { trainMs: 5 } });
  chronicle.told(0, { metrics: { loss: 0.5 } });
  chronicle.told(1, { metrics: { loss: 3, extra: 1 }, steps: 9 });
  expect(chronicle.report(facts, 0, [0, 1])).toMatchObject({
    metrics: { loss: 0.5, accuracy: 0.5, extra: 1 },
    steps: 9,
    timing: { trainMs: 5, readyMs: null },
  });
});
