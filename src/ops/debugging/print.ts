/** `tf.print`: values of tensors while a program runs, in traced functions too. */
import { convert, isTensorOrVariable } from "../../runtime/convert.ts";
import { execute, executeOne } from "../../runtime/executor.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { takeOptions } from "../operands.ts";

/** What `tf.print` takes behind the values. */
export interface PrintOptions {
  /** `"stderr"` (the default) or `"stdout"`, which TensorFlow writes to itself; or `file://` and a path, to whose end it writes. */
  outputStream?: string | undefined;
  /** How many elements at each end of an axis are printed; 3 when not given, -1 for all. */
  summarize?: number | undefined;
  /** What stands between the values; a blank when not given. */
  sep?: string | undefined;
  /** What stands behind all; a line break when not given. */
  end?: string | undefined;
}

/**
 * Prints tensors and texts. In a traced function it prints each time the function runs, where `console.log` would print once, when it is traced.
 * @see https://www.tensorflow.org/api_docs/python/tf/print
 * @example
 * tf.print("the loss is", tf.constant([0.5]));
 */
export function print(...values: readonly (TensorLike | PrintOptions)[]): void {
  const { values: items, options } = takeOptions<PrintOptions>("tf.print", values, {
    outputStream: true,
    summarize: true,
    sep: true,
    end: true,
  });
  const { outputStream = "stderr", summarize = 3, sep = " ", end = "\n" } = options;
  const tensors = items.filter(isPrinted).map((item) => convert("tf.print", item));
  const parts = items.map((item) => (isPrinted(item) ? placeholder : String(item)));
  execute("PrintV2", [format(parts.join(sep), tensors, summarize)], { output_stream: outputStream, end });
}

const placeholder = "\u0001"; // in no text that people print
const isPrinted = (item: TensorLike): boolean => isTensorOrVariable(item) || typeof item === "object";

function format(template: string, tensors: Tensor[], summarize: number): Tensor {
  return executeOne("StringFormat", [tensors], { template, placeholder, summarize });
}
