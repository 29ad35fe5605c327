/** How a newcomer gets the state of those who are there: where the call stands, and the value of every variable. */
import { TensorfleetError } from "../base/errors.ts";
import type { Json } from "../cluster/protocol.ts";
import { AlignedMemory } from "../collective/aligned-memory.ts";
import type { Transport } from "../collective/transport.ts";
import { copyFromMemory, copyToMemory } from "../native/index.ts";
import type { Variable } from "../runtime/variable.ts";
import { methodOf } from "./call-names.ts";
import { totalBytes } from "./memory-tensors.ts";
import type { OpenSums } from "./open-sums.ts";
import { type ReceivedValues, receiveValues, sendValues } from "./values-transfer.ts";

/** A call in which workers train together: what newcomers need to take part. */
export interface RunningCall {
  readonly number: number;
  readonly name: string;
  readonly identity: Readonly<Record<string, string>>;
  /** Length of the largest bucket. */
  readonly slotBytes: number;
  /** Where the call stands, for a newcomer. */
  position(): Json;
  /** Everything that training changes, in an order that is the same in all workers. */
  variables(): readonly Variable[];
}

/** What a newcomer was given. */
export interface JoinedState {
  readonly position: Json;
  readonly values: ReceivedValues;
  /** How many steps the job has committed. */
  readonly steps: number;
}

/** How far the job is, and the sums of the step that is open. */
export interface OpenStep {
  readonly steps: number;
  readonly sums: OpenSums;
  /** Whether the call has not begun: the newcomer begins it with the others then. */
  readonly isBeginning: boolean;
}

/** Where a call stands that has not begun. */
export const AT_BEGIN = "at its begin";

/** How many sums a newcomer has had: it does not know yet. */
export const NEWCOMER = -1;

const HEADER_BYTES = 64;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const scratch = new AlignedMemory();

/** How many sums each member has had; this one has had `own`. */
export async function standingsOf(transport: Transport, own: number): Promise<number[]> {
  const mine = scratch.ofBytes(HEADER_BYTES);
  copyToMemory(mine.pointer, new Float64Array([own]));
  const all = await transport.allGather(mine);
  const read = new Float64Array(all.bytes / 8);
  copyFromMemory(all.pointer, read);
  return Array.from({ length: transport.size }, (_, rank) => read[(rank * HEADER_BYTES) / 8] as number);
}

/** Hands the state to member `rank`. */
export async function sendState(transport: Transport, rank: number, call: RunningCall, open: OpenStep): Promise<void> {
  const position = encoder.encode(JSON.stringify(open.isBeginning ? AT_BEGIN : call.position()));
  const variables = call.variables();
  const bytes = totalBytes(variables);
  const header = scratch.ofBytes(HEADER_BYTES);
  copyToMemory(header.pointer, new Float64Array([position.length, bytes, open.steps, open.sums.all.length]));
  await transport.send(rank, header);
  const text = scratch.ofBytes(position.length);
  copyToMemory(text.pointer, position);
  await transport.send(rank, text);
  await sendValues(transport, rank, variables);
  for (const sum of open.sums.all) {
    const length = scratch.ofBytes(HEADER_BYTES);
    copyToMemory(length.pointer, new Float64Array([sum.bytes]));
    await transport.send(rank, length);
    await transport.send(rank, sum);
  }
}

/** Takes what member `lead` hands over. */
export async function receiveState(
  transport: Transport,
  lead: number,
  call: RunningCall,
  sums: OpenSums,
): Promise<JoinedState> {
  const header = scratch.ofBytes(HEADER_BYTES);
  await transport.receive(lead, header);
  const numbers = new Float64Array(4);
  copyFromMemory(header.pointer, numbers);
  const [textBytes, valueBytes, steps, numSums] = numbers as unknown as [number, number, number, number];
  const expected = totalBytes(call.variables());
  if (valueBytes !== expected)
    throw new TensorfleetError(
      "refused",
      `${methodOf(call.name)}: expected the state of ${expected} bytes, got ${valueBytes} from the others; does the script make other variables in a worker that joins?`,
    );
  const text = scratch.ofBytes(textBytes);
  await transport.receive(lead, text);
  const bytes = new Uint8Array(textBytes);
  copyFromMemory(text.pointer, bytes);
  const values = await receiveValues(transport, lead, call.variables());
  sums.clear();
  for (let i = 0; i < numSums; i++) {
    const length = scratch.ofBytes(HEADER_BYTES);
    await transport.receive(lead, length);
    copyFromMemory(length.pointer, numbers);
    await transport.receive(lead, sums.room(numbers[0] as number));
  }
  return { position: JSON.parse(decoder.decode(bytes)) as Json, values, steps };
}
