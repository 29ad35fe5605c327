import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeFromAgent, decodeFromWorker, encode, type FromAgent, type FromWorker } from "./protocol.ts";

const decodes = (line: string) => () => decodeFromWorker(line);

test("a message arrives as it was sent, on one line", () => {
  const message: FromWorker = {
    type: "enter",
    call: { number: 1, name: "fit", identity: { script: "a\nb" }, segmentBytes: [64, 128] },
  };
  const line = encode(message);
  expect(line.indexOf("\n")).toBe(line.length - 1);
  expect(decodeFromWorker(line)).toEqual(message);
  const answer: FromAgent = { type: "completed", call: 1 };
  expect(decodeFromAgent(encode(answer))).toEqual(answer);
});

test("results keep every number", () => {
  fc.assert(
    fc.property(fc.array(fc.double()), (values) => {
      const message: FromWorker = { type: "complete", call: 0, generation: 1, steps: 9, result: values };
      expect(decodeFromWorker(encode(message))).toEqual(message);
    }),
  );
});

test("what is not of the protocol is refused", () => {
  expect(decodes("")).toThrow();
  expect(decodes("null")).toThrow("no message of this protocol: null");
  expect(decodes('{"type":"toString"}')).toThrow("no message of this protocol");
  expect(decodes('{"type":"stop"}')).toThrow("no message of this protocol"); // the agent's
  expect(decodes('{"type":"enter","call":{"number":-1,"name":"fit","identity":{},"segmentBytes":[]}}')).toThrow();
  expect(decodes('{"type":"enter","call":{"number":0,"name":"fit","identity":{"a":1},"segmentBytes":[]}}')).toThrow();
  expect(decodes('{"type":"complete","call":0}')).toThrow();
});

test("no line makes the reader do anything but read or refuse it", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
      try {
        decodeFromWorker(line);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    }),
  );
});
