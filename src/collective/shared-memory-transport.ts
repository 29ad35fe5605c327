/** The transport of processes on one machine: a segment that all of them map. */
import { mapShared } from "../native/shared-memory.ts";
import { checkGroup } from "./members.ts";
import { type GroupOptions, SegmentTransport } from "./segment-transport.ts";

/** What a member needs to join a generation on its machine. */
export interface SharedMemoryOptions extends GroupOptions {
  /** The segment: zeros when the first member maps it, never used by another generation. */
  readonly path: string;
}

/**
 * One member's end of a group of processes. Disposing unmaps the segment: results lie in it.
 * @throws when the segment cannot be mapped, or is too small for the group
 */
export class SharedMemoryTransport extends SegmentTransport {
  constructor(options: SharedMemoryOptions) {
    checkGroup(options);
    const memory = mapShared(options.path);
    try {
      super("shared-memory", memory, true, options);
    } catch (error) {
      memory[Symbol.dispose]();
      throw error;
    }
  }
}
