/** CRC-32C (Castagnoli) as TFRecord files use it: rotated and shifted by a constant, so that sums of data that holds sums stay apart. */
import { crc32c as nativeCrc32c } from "@node-rs/crc32";

/** Below this length a loop of our own is faster than a call into native code. */
const NATIVE_FROM_BYTES = 256;
const POLYNOMIAL = 0x82f63b78;

const table: Int32Array = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
  return value;
});

/** CRC-32C of `bytes[from, to)`, continued from the CRC of what lies before. */
export function crc32c(bytes: Buffer, from: number, to: number, before = 0): number {
  if (to - from >= NATIVE_FROM_BYTES) return nativeCrc32c(bytes.subarray(from, to), before) >>> 0;
  let crc = ~before;
  for (let i = from; i < to; i++) crc = (table[(crc ^ (bytes[i] as number)) & 0xff] as number) ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** A checksum as it is stored. */
export function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
