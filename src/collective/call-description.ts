/** What a member writes down of the call that it is at, so that the others see when it is at another one. */
import { type DType, dtypeFacts, dtypeOfCode } from "../base/dtypes.ts";

const kinds = ["nothing", "allReduce", "reduceScatter", "allGather", "broadcast", "barrier"] as const;

/** A collective call. */
export interface Call {
  readonly kind: (typeof kinds)[number];
  readonly generation: number;
  readonly bytes: number;
  readonly dtype?: DType;
  readonly numShards?: number;
  /** Root of a broadcast; hash of a barrier's label, or of what is summed up. */
  readonly detail?: number;
  /** What is summed up, in words. */
  text?(): string;
}

const TWO_32 = 2 ** 32;

/** Writes a call to its eight words. */
export function writeCall(words: Int32Array, at: number, call: Call): void {
  words[at] = kinds.indexOf(call.kind);
  words[at + 1] = call.dtype === undefined ? 0 : dtypeFacts[call.dtype].code;
  writeLength(words, at + 2, call.bytes);
  words[at + 4] = call.numShards ?? 0;
  words[at + 5] = call.detail ?? 0;
  words[at + 6] = call.generation;
}

/** Whether two descriptions are of one call; the parts of an allGather may differ in length. */
export function isSameCall(words: Int32Array, at: number, other: number): boolean {
  const isGather = words[at] === kinds.indexOf("allGather");
  for (let i = 0; i < 7; i++)
    if (words[at + i] !== words[other + i] && !(isGather && (i === 2 || i === 3))) return false;
  return true;
}

/** Whether two descriptions differ in nothing but what is summed up. */
export function isOtherSubject(words: Int32Array, at: number, other: number): boolean {
  const isSum = ["allReduce", "reduceScatter"].includes(kinds[words[at] as number] ?? "");
  return isSum && [0, 1, 2, 3, 4, 6].every((i) => words[at + i] === words[other + i]);
}

/** Writes a length into two words. */
export function writeLength(words: Int32Array, at: number, bytes: number): void {
  words[at] = (bytes % TWO_32) | 0;
  words[at + 1] = Math.floor(bytes / TWO_32);
}

/** Reads a length that a peer has written: any number, to be checked. */
export function readLength(words: Int32Array, at: number): number {
  return ((words[at + 1] as number) >>> 0) * TWO_32 + ((words[at] as number) >>> 0);
}

/** A description in words, for errors. */
export function describeCall(words: Int32Array, at: number): string {
  const kind = kinds[words[at] as number];
  if (kind === undefined) return "an unknown call";
  const [code, numShards, detail] = [words[at + 1], words[at + 4], words[at + 5]] as [number, number, number];
  const length = `${readLength(words, at + 2)} bytes`;
  const details: Readonly<Record<(typeof kinds)[number], string>> = {
    nothing: "no call",
    allReduce: `allReduce of ${length} of ${dtypeName(code)} in ${numShards} shards`,
    reduceScatter: `reduceScatter of ${length} of ${dtypeName(code)} in ${numShards} shards`,
    allGather: "allGather",
    broadcast: `broadcast of ${length} from rank ${detail}`,
    barrier: `barrier ${(detail >>> 0).toString(16)}`,
  };
  return `${details[kind]} of generation ${words[at + 6]}`;
}

function dtypeName(code: number): string {
  try {
    return dtypeOfCode(code);
  } catch {
    return "an unknown dtype";
  }
}

/** A short hash of a barrier's label (FNV-1a). */
export function hashOfLabel(label: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < label.length; i++) hash = Math.imul(hash ^ label.charCodeAt(i), 0x01000193);
  return hash | 0;
}
