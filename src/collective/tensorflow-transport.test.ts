import { expect, test } from "vitest";
import { TensorFlowTransport } from "./tensorflow-transport.ts";

test("TensorFlow's server is not started unless its risk is taken in so many words", () => {
  const options = {
    context: 0n,
    addresses: ["127.0.0.1:1", "127.0.0.1:2"],
    generation: 1,
    rank: 0,
    workers: ["a", "b"],
  };
  expect(() => new TensorFlowTransport({ ...options, allowInsecureServer: false })).toThrow(
    "expected allowInsecureServer: true, for the tensorflow transport starts TensorFlow's gRPC server (127.0.0.1:1): it listens on every interface of this machine, without authentication or encryption",
  );
});
