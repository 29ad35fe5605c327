import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { MergedOutput } from "./merged-output.ts";

let shown: string[];
let output: MergedOutput;
const print = (worker: number, ...lines: string[]): void => {
  for (const line of lines) output.take(worker, line, 0);
};

beforeEach(() => {
  shown = [];
  output = new MergedOutput((line, worker) => shown.push(worker === undefined ? line : `[${worker}] ${line}`), 1000);
});

describe("lines of several workers", () => {
  test("are shown once where they are the same, whoever is faster", () => {
    print(0, "a", "b");
    print(1, "a", "b", "c");
    print(0, "c");
    expect(shown).toEqual(["a", "b", "c"]);
  });

  test("are shown once for each time that they are printed", () => {
    print(0, "x", "x", "y");
    print(1, "x", "x", "y", "x");
    print(0, "x");
    expect(shown).toEqual(["x", "x", "y", "x"]);
  });

  test("carry the worker's name where they differ, in their place", () => {
    print(0, "start", "I am 0", "end");
    print(1, "start", "I am 1");
    expect(shown).toEqual(["start", "I am 0", "end"]);
    print(1, "end");
    expect(shown).toEqual(["start", "I am 0", "end", "[1] I am 1"]);
  });

  test("are the same when only times differ, as those of epochs do", () => {
    print(0, "16/16 - 0s - 25ms/step - loss: 2.2719");
    print(1, "16/16 - 1s - 9ms/step - loss: 2.2719");
    expect(shown).toEqual(["16/16 - 0s - 25ms/step - loss: 2.2719"]);
  });

  test("are held a while when they may still be printed by others", () => {
    print(0, "a", "b");
    output.take(1, "c", 100);
    output.release(1099);
    expect(shown).toEqual(["a", "b"]);
    output.release(1100);
    expect(shown).toEqual(["a", "b", "[1] c"]);
  });

  test("of a replacement are not shown again, though it begins in the middle", () => {
    print(0, "hello", "epoch 1", "epoch 2");
    print(2, "hello", "epoch 3");
    expect(shown).toEqual(["hello", "epoch 1", "epoch 2"]);
    print(0, "epoch 3", "bye");
    print(2, "bye");
    expect(shown).toEqual(["hello", "epoch 1", "epoch 2", "epoch 3", "bye"]);
  });

  test("that are held are shown when their worker ends", () => {
    print(0, "a", "b");
    print(1, "a", "oh", "no");
    output.end(1);
    expect(shown).toEqual(["a", "b", "[1] oh", "[1] no"]);
  });
});

test("a training that prints for weeks does not fill the memory, and is shown once all the same", () => {
  output = new MergedOutput((line) => shown.push(line), 1000, 10);
  for (let i = 0; i < 55; i++) print(0, `line ${i}`);
  for (let i = 45; i < 55; i++) print(1, `line ${i}`);
  expect(shown).toHaveLength(55);
});

test("the same lines of any number of workers, in any interleaving, are the lines of one", () => {
  const text = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 30 });
  fc.assert(
    fc.property(text, fc.array(fc.nat(3), { maxLength: 200 }), (lines, turns) => {
      shown = [];
      output = new MergedOutput(
        (line, worker) => shown.push(worker === undefined ? line : `[${worker}] ${line}`),
        1000,
      );
      const next = [0, 0, 0, 0];
      for (const worker of [...turns, ...lines.flatMap(() => [0, 1, 2, 3])])
        if (next[worker]! < lines.length) print(worker, lines[next[worker]!++]!);
      for (const worker of [0, 1, 2, 3]) output.end(worker);
      expect(shown).toEqual(lines);
    }),
  );
});

test("every line that some worker prints is shown", () => {
  const lines = fc.array(fc.tuple(fc.nat(2), fc.constantFrom("a", "b", "c")), { maxLength: 60 });
  fc.assert(
    fc.property(lines, (printed) => {
      shown = [];
      output = new MergedOutput(
        (line, worker) => shown.push(worker === undefined ? line : `[${worker}] ${line}`),
        1000,
      );
      for (const [worker, line] of printed) print(worker, line);
      for (const worker of [0, 1, 2]) output.end(worker);
      const bare = shown.map((line) => line.replace(/^\[\d\] /, ""));
      for (const line of new Set(printed.map(([, text]) => text))) {
        const most = Math.max(
          ...[0, 1, 2].map((worker) => printed.filter(([w, text]) => w === worker && text === line).length),
        );
        expect(bare.filter((text) => text === line).length).toBeGreaterThanOrEqual(most);
      }
    }),
  );
});
