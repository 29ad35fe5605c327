import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ConsoleOutput, type Sink } from "./console-output.ts";

/** A stream that keeps what is written, and takes no more after `room` writes until it is drained. */
class FakeSink {
  readonly isTTY: boolean;
  readonly columns = 20;
  text = "";
  room = Number.POSITIVE_INFINITY;
  drain: () => void = () => {};

  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }

  write(text: string): boolean {
    this.text += text;
    return --this.room > 0;
  }

  once(_event: string, listener: () => void): this {
    this.drain = listener;
    return this;
  }
}

let terminal: FakeSink;
let errors: FakeSink;
let held: boolean[];
let output: ConsoleOutput;
const open = (isTTY: boolean): void => {
  terminal = new FakeSink(isTTY);
  errors = new FakeSink(isTTY);
  held = [];
  output = new ConsoleOutput((isHeld) => held.push(isHeld), terminal as unknown as Sink, errors as unknown as Sink);
};

beforeEach(() => open(true));
afterEach(() => output[Symbol.dispose]());

describe("what a job shows", () => {
  test("is standard output as one text, standard error with names, its own words with the command's", () => {
    output.printed(0, "stdout", "a");
    output.printed(1, "stdout", "a");
    output.printed(1, "stderr", "b");
    output.printed(0, "stderr", "b");
    output.note("c");
    expect([terminal.text, errors.text]).toEqual(["a\n", "[worker 1] b\ntensorfleet run: c\n"]);
  });

  test("keeps the progress line below everything else on a terminal, cut to its width", () => {
    output.progress("epoch 1 of 10, step 7 of 100");
    output.printed(0, "stdout", "hello");
    const line = "epoch 1 of 10, step";
    expect(terminal.text).toBe(`\r\x1b[K${line}\r\x1b[Khello\n${line}`);
    output[Symbol.dispose]();
    expect(terminal.text.endsWith("\r\x1b[K")).toBe(true);
  });

  test("has no progress line elsewhere", () => {
    open(false);
    output.progress("epoch 1");
    expect(terminal.text).toBe("");
  });

  test("makes the workers wait while its reader is slow, and not once the reader is gone", () => {
    terminal.room = 1;
    output.printed(0, "stdout", "a");
    expect([held, output.isHeld]).toEqual([[true], true]);
    terminal.drain();
    expect([held, output.isHeld]).toEqual([[true, false], false]);
    terminal.room = 1;
    output.printed(0, "stdout", "b");
    output.close();
    output.printed(0, "stdout", "c");
    expect([terminal.text, output.isHeld]).toEqual(["a\nb\n", false]);
  });
});
