/** The FFI, with its settings made: they hold for the process and must be made before the first library of any kind is loaded. */
import koffi from "koffi";

// TensorFlow recurses deeply: calls run on koffi's own stacks, which are too small for it.
koffi.config({ sync_stack_size: 16 << 20, async_stack_size: 8 << 20 });

export default koffi;
