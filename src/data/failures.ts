/** Errors of the running pipeline in words of Dataset's methods, with the element at which they happened. */
import { NativeError } from "../native/index.ts";
import { callerLine } from "../runtime/errors.ts";
import { explained } from "./explanations.ts";
import type { Plan } from "./plan.ts";

type Translation = readonly [message: RegExp, words: (...parts: string[]) => string];

const oneShape = (first: string, other: string, where: string): string =>
  `Dataset.batch: expected elements of one shape, got ${first} and ${other}${where}; pad them with dataset.paddedBatch, or give them one shape before`;

const translations: readonly Translation[] = [
  [
    /Mismatch in function retval shape, (\[[^\]]*\]), and expected output shape, (\[[^\]]*\])/,
    (other, first) => oneShape(first as string, other as string, ""),
  ],
  [
    /Cannot batch tensors with different shapes in component (\d+)\. First element had shape (\[[^\]]*\]) and element (\d+) had shape (\[[^\]]*\])/,
    (component, first, number, other) =>
      oneShape(first as string, other as string, ` (component ${component} of element ${number} of the batch)`),
  ],
  [
    /Attempted to pad to a smaller size than the input element/,
    () =>
      "Dataset.paddedBatch: expected elements that fit into paddedShapes, got a longer one; give larger paddedShapes, or null for the longest of the batch",
  ],
  [
    /cache lockfile already exists \('([^']*?)(?:_\d+)?\.lockfile'\)/,
    (filename) =>
      `Dataset.cache: expected that nobody else writes ${filename}, got a lock beside it; give each worker a filename of its own, or save the dataset once and load it; if no process is writing, remove the lock`,
  ],
  [/assertion failed: \[(Dataset\.[^\]]*)\] \[(\d+)\]/, (told, number) => `${told} ${number}`],
  [
    /Error in user-defined function passed to \w+(?::\d+)? transformation with iterator: [\w:[\]]*: ([\s\S]*)/,
    (message) => `a function of the pipeline failed: ${message}`,
  ],
];

/** The same failure, told for element `position` of `epoch`, and for the records behind it. */
export function describeFailure(plan: Plan, error: NativeError, position: number, epoch: number): NativeError {
  const original = error.cause instanceof NativeError ? error.cause : error;
  const message = firstCause(original.message);
  const line = callerLine(error.stack);
  const told = explained(plan, position, epoch, translate(message));
  return new NativeError(
    error.status,
    `dataset: element ${position} of epoch ${epoch}: ${told}${line ? ` at ${line}` : ""}`,
    { cause: original },
  );
}

/** The first line; where several threads failed at once, what the first of them said. */
function firstCause(message: string): string {
  const [, ofThread] = /root error\(s\) found\.\s*\(0\) \w+: ([^\n]*)/.exec(message) ?? [];
  return ofThread ?? (message.split("\n")[0] as string);
}

function translate(message: string): string {
  for (const [pattern, words] of translations) {
    const match = pattern.exec(message);
    if (match) return words(...match.slice(1));
  }
  return message;
}
