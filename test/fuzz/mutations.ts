/** Damage to files, decided by a seed. */

/** Whole numbers below `limit`, the same ones for the same seed. */
export type Random = (limit: number) => number;

/** A generator of random numbers (mulberry32). */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

const bytesOfInterest = [0, 1, 2, 9, 10, 13, 32, 34, 44, 45, 48, 57, 91, 93, 123, 125, 127, 128, 254, 255];
const numbersOfInterest = [
  0n,
  1n,
  0x7fn,
  0x80n,
  0xffffn,
  0x7fffffffn,
  0x80000000n,
  0xffffffffn,
  2n ** 53n,
  2n ** 62n,
  2n ** 63n,
  2n ** 64n - 1n,
];

/** `content` with one to four changes. */
export function mutated(content: Buffer, random: Random): Buffer {
  let bytes: Buffer = Buffer.from(content);
  for (let change = random(4); change >= 0; change--) bytes = changed(bytes, random);
  return bytes;
}

function changed(bytes: Buffer, random: Random): Buffer {
  if (bytes.length === 0) return Buffer.of(random(256));
  const at = placeIn(bytes.length, random);
  switch (random(9)) {
    case 0:
      bytes[at] = (bytes[at] as number) ^ (1 << random(8));
      return bytes;
    case 1:
      bytes[at] = bytesOfInterest[random(bytesOfInterest.length)] as number;
      return bytes;
    case 2:
      bytes[at] = random(256);
      return bytes;
    case 3:
      return withNumber(bytes, at, random);
    case 4:
      return bytes.subarray(0, at);
    case 5:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random(16))]);
    case 6:
      return Buffer.concat([bytes.subarray(0, at), Buffer.alloc(1 + random(16), random(256)), bytes.subarray(at)]);
    case 7: {
      const from = random(bytes.length);
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(from, from + random(64)), bytes.subarray(at)]);
    }
    default:
      bytes.copy(bytes, at, random(bytes.length), bytes.length);
      return bytes;
  }
}

/** A place in a file: often in its head or its tail, where headers and directories are. */
function placeIn(length: number, random: Random): number {
  const near = Math.min(length, 1 + random(200));
  return [random(length), near - 1, length - near][random(3)] as number;
}

/** A number of 2, 4 or 8 bytes, in either byte order, that headers seldom hold. */
function withNumber(bytes: Buffer, at: number, random: Random): Buffer {
  const value = Buffer.alloc(8);
  const number = numbersOfInterest[random(numbersOfInterest.length)] as bigint;
  value.writeBigUInt64LE(number);
  const width = 2 << random(3);
  const written = random(2) ? value.subarray(0, width) : Buffer.from(value.subarray(0, width)).reverse();
  written.copy(bytes, at);
  return bytes;
}
