/** The FFI, with its settings made: they hold for the process and must be made before the first library of any kind is loaded. */
import koffi from "koffi";
import { TensorfleetError } from "../base/errors.ts";

const settled: unique symbol = Symbol.for("tensorfleet.ffi") as never;
const realm = globalThis as { [settled]?: true };

// Another copy of this package may have made them for the same FFI: both can live in one process.
if (!realm[settled]) configure();

function configure(): void {
  try {
    // TensorFlow recurses deeply: calls run on koffi's own stacks, which are too small for it.
    koffi.config({ sync_stack_size: 16 << 20, async_stack_size: 8 << 20 });
    realm[settled] = true;
  } catch (cause) {
    throw new TensorfleetError(
      "wrongPlace",
      "tensorfleet: expected to be imported before other code loads a library through koffi, whose stacks are too small for TensorFlow, got an import after it; import tensorfleet first",
      { cause },
    );
  }
}

export default koffi;
