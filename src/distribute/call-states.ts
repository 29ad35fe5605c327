/**
 * What training has come to at the end of each call, in files of the job's private folder: a worker that comes later gets the results
 * of calls that are over, and with them the variables as the script saw them there.
 */
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { dtypeFacts } from "../base/dtypes.ts";
import { TensorfleetError } from "../base/errors.ts";
import { numElements } from "../base/shapes.ts";
import { type EagerTensor, fromRaw } from "../runtime/eager-tensor.ts";
import { tidy } from "../runtime/scopes.ts";
import { arrayClass } from "../runtime/values.ts";
import type { Variable } from "../runtime/variable.ts";

/** Beyond this, all but the newest state are removed. */
const keptBytes = 2 ** 30;
const prefix = "state-";
const pathOf = (folder: string, call: number): string => join(folder, `${prefix}${call}`);
const bytesOf = ({ dtype, shape }: Variable): number => numElements(shape) * dtypeFacts[dtype].bytes;

/** States of fewer bytes are kept after every call; larger ones of calls that follow closely, for a part of the time only. */
const smallBytes = 2 ** 20;
const pauseFactor = 20;
let nextMs = 0;

/**
 * Keeps the values of variables as they are at the end of a call, unless it is one of many and keeping them would take more than a
 * small part of the time. A worker that comes later and finds none is given them in the next call, and has no side effects before.
 */
export function keepStateOfMany(folder: string, call: number, variables: readonly Variable[]): void {
  const beginMs = performance.now();
  const isSmall = variables.reduce((sum, variable) => sum + bytesOf(variable), 0) <= smallBytes;
  if (!isSmall && beginMs < nextMs) return;
  keepState(folder, call, variables);
  const endMs = performance.now();
  nextMs = endMs + pauseFactor * (endMs - beginMs);
}

/** Keeps the values of variables as they are at the end of a call. */
export function keepState(folder: string, call: number, variables: readonly Variable[]): void {
  const path = pathOf(folder, call);
  const temporary = `${path}.${process.pid}`;
  const file = openSync(temporary, "w", 0o600);
  try {
    for (const variable of variables) {
      tidy(() => {
        const raw = (variable.read() as EagerTensor).raw();
        for (let done = 0; done < raw.byteLength; ) done += writeSync(file, raw, done, raw.byteLength - done);
      });
    }
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  removeOld(folder);
}

/** Sets variables to what they were at the end of a call; gives whether that is known still. */
export function restoreState(folder: string, call: number, variables: readonly Variable[]): boolean {
  const path = pathOf(folder, call);
  if (!existsSync(path)) return false;
  const file = openSync(path, "r");
  try {
    checkLength(statSync(path).size, variables);
    for (const variable of variables) {
      const values = new Uint8Array(bytesOf(variable));
      for (let done = 0; done < values.length; ) done += readSync(file, values, done, values.length - done, null);
      tidy(() => void variable.assign(tensorOf(values, variable)));
    }
  } finally {
    closeSync(file);
  }
  return true;
}

function checkLength(bytes: number, variables: readonly Variable[]): void {
  const expected = variables.reduce((sum, variable) => sum + bytesOf(variable), 0);
  if (bytes !== expected)
    throw new TensorfleetError(
      "refused",
      `distribute: expected variables of ${bytes} bytes, as the others have, got ${expected}; does the script make other variables in a worker that joins?`,
    );
}

function tensorOf(values: Uint8Array, { dtype, shape }: Variable): EagerTensor {
  const { buffer } = values as Uint8Array<ArrayBuffer>;
  return fromRaw(dtype, shape as readonly number[], new (arrayClass(dtype))(buffer));
}

function removeOld(folder: string): void {
  const calls = readdirSync(folder).flatMap((name) =>
    /^state-\d+$/.test(name) ? [Number(name.slice(prefix.length))] : [],
  );
  let bytes = 0;
  for (const [age, call] of calls.sort((a, b) => b - a).entries()) {
    bytes += statSync(pathOf(folder, call)).size;
    if (age > 0 && bytes > keptBytes) rmSync(pathOf(folder, call), { force: true });
  }
}
