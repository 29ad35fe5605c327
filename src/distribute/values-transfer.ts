/**
 * The values of variables from one worker to another: large ones from where they lie to where they will lie, so that who has them is not
 * held up by copies; small ones together, so that not each is a message.
 */
import { dtypeFacts } from "../base/dtypes.ts";
import { numElements } from "../base/shapes.ts";
import { AlignedMemory } from "../collective/aligned-memory.ts";
import type { Memory, Transport } from "../collective/transport.ts";
import { native } from "../native/index.ts";
import { adopt, type EagerTensor } from "../runtime/eager-tensor.ts";
import { outsideScopes, tidy } from "../runtime/scopes.ts";
import type { Variable } from "../runtime/variable.ts";
import { assignValues, copyValues, memoryOf, totalBytes } from "./memory-tensors.ts";

const LARGE_BYTES = 2 ** 20;
const small = new AlignedMemory();

/** Values that others have sent. */
export interface ReceivedValues extends Disposable {
  /** Gives the variables these values; once. */
  assign(): void;
}

function split(variables: readonly Variable[]): { readonly large: Variable[]; readonly others: Variable[] } {
  const isLarge = (variable: Variable): boolean => bytesOf(variable) >= LARGE_BYTES;
  return { large: variables.filter(isLarge), others: variables.filter((variable) => !isLarge(variable)) };
}

const bytesOf = ({ dtype, shape }: Variable): number => numElements(shape) * dtypeFacts[dtype].bytes;

/** Sends the values to member `rank`. */
export async function sendValues(transport: Transport, rank: number, variables: readonly Variable[]): Promise<void> {
  const { large, others } = split(variables);
  const block = small.ofBytes(totalBytes(others));
  copyValues(others, block);
  await transport.send(rank, block);
  for (const variable of large) {
    using memory = tidy(() => memoryOf(variable.read()));
    await transport.send(rank, memory);
  }
}

/** Receives what {@link sendValues} of member `lead` sends for such variables. */
export async function receiveValues(
  transport: Transport,
  lead: number,
  variables: readonly Variable[],
): Promise<ReceivedValues> {
  const { large, others } = split(variables);
  const block = small.ofBytes(totalBytes(others));
  const tensors: EagerTensor[] = [];
  const dispose = (): void => {
    for (const tensor of tensors.splice(0)) tensor.dispose();
  };
  try {
    await transport.receive(lead, block);
    for (const variable of large) {
      const { tensor, memory } = roomFor(variable);
      tensors.push(tensor);
      await transport.receive(lead, memory);
    }
  } catch (error) {
    dispose();
    throw error;
  }
  const assign = (): void => {
    assignValues(others, block);
    for (const [i, tensor] of tensors.entries()) tidy(() => void large[i]?.assign(tensor));
    dispose();
  };
  return { assign, [Symbol.dispose]: dispose };
}

/** A tensor for the value of a variable, and the memory of its elements. */
function roomFor({ dtype, shape }: Variable): { readonly tensor: EagerTensor; readonly memory: Memory } {
  const { TF_AllocateTensor, TF_TensorData } = native();
  const dims = BigInt64Array.from(shape as readonly number[], BigInt);
  const bytes = numElements(shape) * dtypeFacts[dtype].bytes;
  const room = TF_AllocateTensor(dtypeFacts[dtype].code, dims, dims.length, bytes);
  const memory = { pointer: BigInt(TF_TensorData(room)), bytes };
  return { tensor: outsideScopes(() => adopt(room)), memory };
}
