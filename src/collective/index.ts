/** Calls that all workers make together, over one of several transports: see transport.ts. */

export { PeerError, StaleGenerationError } from "./errors.ts";
export { type InProcessOptions, inProcessTransports } from "./in-process-transport.ts";
export { createSegment, type Segment } from "./segment.ts";
export { segmentBytes } from "./segment-layout.ts";
export { type SharedMemoryOptions, SharedMemoryTransport } from "./shared-memory-transport.ts";
export { type TensorFlowOptions, TensorFlowTransport } from "./tensorflow-transport.ts";
export type { Memory, OwnedPart, ReduceRequest, Sum, Transport } from "./transport.ts";
export { childrenOf, maximalNodes, type ShardRange, shardRanges } from "./tree.ts";
