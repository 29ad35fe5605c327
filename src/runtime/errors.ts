/** What the runtime adds to errors of TensorFlow's C++ side: the op, its inputs, and the caller's line. */
import { fileURLToPath } from "node:url";
import { describe } from "../base/errors.ts";
import { shapeText } from "../base/shapes.ts";
import { NativeError } from "../native/index.ts";
import type { Attributes, OpInput } from "./executor.ts";
import { Tensor } from "./tensor.ts";

const ourFolder = fileURLToPath(new URL("..", import.meta.url));

const DEEP_STACK = 200; // V8 keeps ten calls: layers within models go deeper

function deepStack(): string {
  const saved = Error.stackTraceLimit;
  Error.stackTraceLimit = DEEP_STACK;
  const { stack } = new Error();
  Error.stackTraceLimit = saved;
  return stack ?? "";
}

/** The innermost line of the stack that is not of this package: `train.ts:12:5`; `undefined` when there is none. */
export function callerLine(stack: string = deepStack()): string | undefined {
  for (const line of stack.split("\n").slice(1)) {
    const place = /\(?((?:file:\/\/)?\/[^()]*:\d+:\d+)\)?$/.exec(line.trim())?.[1];
    if (!place) continue;
    const path = place.replace("file://", "");
    const isOurs = path.startsWith(ourFolder) && !/\.test\.[jt]s:/.test(path);
    if (!isOurs && !path.includes("/node_modules/")) return path;
  }
  return undefined;
}

function inputText(input: OpInput): string {
  if (Array.isArray(input)) return `[${input.map(inputText).join(", ")}]`;
  const tensor = input as Tensor;
  return tensor instanceof Tensor ? `${tensor.dtype} ${shapeText(tensor.staticShape)}` : describe(tensor);
}

/** The same error with the op, its inputs and the caller's line in its message. */
export function decorate(error: unknown, op: string, inputs: readonly OpInput[], attributes: Attributes): unknown {
  if (!(error instanceof NativeError)) return error;
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined && !(value instanceof Tensor));
  const details = [
    `op ${op}`,
    ...(inputs.length > 0 ? [`inputs ${inputs.map(inputText).join(", ")}`] : []),
    ...given.map(([name, value]) => `${name} ${describe(value)}`),
  ];
  const line = callerLine();
  return new NativeError(
    error.status,
    `${firstLine(error.message)} [${details.join("; ")}]${line ? ` at ${line}` : ""}`,
    { cause: error },
  );
}

/** TensorFlow's messages without its own notes on nodes (`[Op:MatMul]`, `{{node ...}}`) behind them. */
function firstLine(message: string): string {
  return message
    .replace(/\s*\[Op:\w+\](\s*name:\s*)?/g, "")
    .replace(/\{\{function_node [^}]*\}\}\s*/g, "")
    .replace(/\{\{node ([^}]*)\}\}/g, "node $1")
    .trimEnd();
}
