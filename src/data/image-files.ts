/** Image files: by which names they go, and whether they are whole, without decoding them. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** How the names of images end that TensorFlow decodes. */
export const imageEndings: readonly string[] = [".bmp", ".gif", ".jpeg", ".jpg", ".png"];

const TAIL_BYTES = 4096; // some programs write padding behind the end

/** How the formats begin, and what stands near the end of a whole file. */
const formats = [
  { begin: [0xff, 0xd8, 0xff], end: [0xff, 0xd9] },
  { begin: [0x89, 0x50, 0x4e, 0x47], end: [0x49, 0x45, 0x4e, 0x44] },
  { begin: [0x47, 0x49, 0x46, 0x38], end: [0x3b] },
  { begin: [0x42, 0x4d], end: [] },
] as const;

/** What is wrong with an image file; `undefined` when nothing is seen. */
export function imageProblem(path: string): string | undefined {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    if (size === 0) return "is empty";
    const head = Buffer.alloc(8);
    readSync(file, head, 0, 8, 0);
    const format = formats.find(({ begin }) => begin.every((byte, i) => head[i] === byte));
    if (!format) return "is no JPEG, PNG, GIF or BMP";
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(file, tail, 0, tail.length, size - tail.length);
    return tail.includes(Buffer.from(format.end)) ? undefined : `is cut off after ${size} bytes`;
  } finally {
    closeSync(file);
  }
}
