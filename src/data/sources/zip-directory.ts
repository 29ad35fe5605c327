/**
 * The members of a zip archive and where they lie in it. A dataset is made by a constructor, which cannot wait, and maps members that
 * are stored as they are; so the directory is read here, at once, and not by a reader of streams.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { inflateRawSync } from "node:zlib";
import { crc32 } from "@node-rs/crc32";
import { invalidArgument, TensorfleetError } from "../../base/errors.ts";
import { stateOf } from "../source-files.ts";

/** A member of an archive. */
export interface ZipMember {
  readonly name: string;
  /** Where its bytes begin in the archive. */
  readonly offset: number;
  readonly storedBytes: number;
  /** Its length when it is unpacked. */
  readonly bytes: number;
  readonly isPacked: boolean;
  readonly checksum: number;
}

const END = 0x06054b50;
const END_64_PLACE = 0x07064b50;
const END_64 = 0x06064b50;
const ENTRY = 0x02014b50;
const MEMBER = 0x04034b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 0xffff;
const MAX_DIRECTORY_BYTES = 64 << 20;
const FULL_32 = 0xffffffff;

type Read = (offset: number, bytes: number) => Buffer;

/** The members of the archive at `path`. @throws when it is none, is damaged, or has a member that is encrypted. */
export function zipMembers(api: string, path: string): ZipMember[] {
  stateOf(api, path);
  const descriptor = openSync(path, "r");
  try {
    const { size } = fstatSync(descriptor);
    const read: Read = (offset, bytes) => {
      if (!Number.isSafeInteger(offset) || offset < 0 || bytes < 0 || offset + bytes > size)
        throw damaged(api, path, `something at bytes ${offset} to ${offset + bytes} of ${size}`);
      const piece = Buffer.alloc(bytes);
      readSync(descriptor, piece, 0, bytes, offset);
      return piece;
    };
    return membersOf(api, path, size, read);
  } finally {
    closeSync(descriptor);
  }
}

function membersOf(api: string, path: string, size: number, read: Read): ZipMember[] {
  const { count, offset, bytes } = directoryPlace(api, path, size, read);
  if (bytes > MAX_DIRECTORY_BYTES) throw damaged(api, path, `a directory of ${bytes} bytes`);
  const directory = read(offset, bytes);
  const members: ZipMember[] = [];
  for (let at = 0; members.length < count; ) {
    if (at + 46 > bytes || directory.readUInt32LE(at) !== ENTRY)
      throw damaged(api, path, `${members.length} members instead of ${count}`);
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) => directory.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ];
    const end = at + 46 + nameBytes + extraBytes + commentBytes;
    if (end > bytes) throw damaged(api, path, "a directory that is cut");
    members.push(memberOf(api, path, directory.subarray(at, end), nameBytes, extraBytes, read));
    at = end;
  }
  return members;
}

/** Where the directory lies: told by the record at the archive's end, or, in large archives, by one that lies before it. */
function directoryPlace(
  api: string,
  path: string,
  size: number,
  read: Read,
): { count: number; offset: number; bytes: number } {
  const tailBytes = Math.min(size, END_BYTES + LONGEST_COMMENT);
  const tail = read(size - tailBytes, tailBytes);
  let at = tailBytes - END_BYTES;
  while (at >= 0 && tail.readUInt32LE(at) !== END) at--;
  if (at < 0)
    throw invalidArgument(
      api,
      "a zip archive",
      `${path} of ${size} bytes, which has no directory at its end`,
      "fetch it again if it is cut",
    );
  const place = {
    count: tail.readUInt16LE(at + 10),
    bytes: tail.readUInt32LE(at + 12),
    offset: tail.readUInt32LE(at + 16),
  };
  const isLarge = at >= 20 && tail.readUInt32LE(at - 20) === END_64_PLACE;
  if (!isLarge) return place;
  const record = read(wholeOf(tail, at - 20 + 8), 56);
  if (record.readUInt32LE(0) !== END_64) throw damaged(api, path, "no directory where its end says one is");
  return { count: wholeOf(record, 32), bytes: wholeOf(record, 40), offset: wholeOf(record, 48) };
}

const wholeOf = (bytes: Buffer, at: number): number => Number(bytes.readBigUInt64LE(at));

function memberOf(
  api: string,
  path: string,
  entry: Buffer,
  nameBytes: number,
  extraBytes: number,
  read: Read,
): ZipMember {
  const [flags, method] = [entry.readUInt16LE(8), entry.readUInt16LE(10)];
  const name = entry.toString(flags & 0x800 ? "utf8" : "latin1", 46, 46 + nameBytes);
  const extra = entry.subarray(46 + nameBytes, 46 + nameBytes + extraBytes);
  const [bytes, storedBytes, headerAt] = largeFields(extra, [
    entry.readUInt32LE(24),
    entry.readUInt32LE(20),
    entry.readUInt32LE(42),
  ]);
  if (flags & 1) throw damaged(api, path, `the encrypted member ${JSON.stringify(name)}`);
  if (method !== 0 && method !== 8)
    throw invalidArgument(
      api,
      `members of ${path} that are stored or deflated`,
      `${JSON.stringify(name)} packed by method ${method}`,
      "write it with numpy.savez or numpy.savez_compressed",
    );
  const header = read(headerAt, 30);
  if (header.readUInt32LE(0) !== MEMBER)
    throw damaged(api, path, `no member ${JSON.stringify(name)} where one is named`);
  const offset = headerAt + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  read(offset + storedBytes, 0); // checks that it ends within the archive
  if (method === 0 && storedBytes !== bytes) throw damaged(api, path, `two lengths of ${JSON.stringify(name)}`);
  return { name, offset, storedBytes, bytes, isPacked: method === 8, checksum: entry.readUInt32LE(16) };
}

/** Fields of 32 bits, with those that are full replaced by the ones of 64 bits that stand, in the same order, in the extra fields. */
function largeFields(extra: Buffer, fields: [number, number, number]): [number, number, number] {
  const large: number[] = [];
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    const end = Math.min(extra.length, at + 4 + extra.readUInt16LE(at + 2));
    for (let field = at + 4; field + 8 <= end; field += 8) large.push(wholeOf(extra, field));
  }
  return fields.map((value) => (value === FULL_32 ? (large.shift() ?? value) : value)) as [number, number, number];
}

/** The unpacked content of a member. @throws when it is longer than `maxBytes` or damaged. */
export function readMember(api: string, path: string, member: ZipMember, maxBytes: number): Uint8Array {
  const { name, offset, storedBytes, bytes, checksum } = member;
  if (bytes > maxBytes)
    throw invalidArgument(
      api,
      `at most ${maxBytes} more bytes of packed arrays, for they are unpacked into memory`,
      `${bytes} in ${path}, ${JSON.stringify(name)}`,
      "save them with numpy.savez, which does not pack, or raise maxUnpackedBytes",
    );
  const packed = Buffer.alloc(storedBytes);
  const descriptor = openSync(path, "r");
  try {
    readSync(descriptor, packed, 0, storedBytes, offset);
  } finally {
    closeSync(descriptor);
  }
  let content: Buffer;
  try {
    content = inflateRawSync(packed, { maxOutputLength: Math.max(1, bytes) });
  } catch (error) {
    throw damaged(api, path, `a packed member ${JSON.stringify(name)} that cannot be unpacked`, error);
  }
  if (content.length === bytes && crc32(content) >>> 0 === checksum) return content;
  throw damaged(api, path, `a member ${JSON.stringify(name)} with another length or checksum than is said`);
}

function damaged(api: string, path: string, got: string, cause?: unknown): TensorfleetError {
  return new TensorfleetError(
    "invalidArgument",
    `${api}: expected a whole zip archive at ${path}, got ${got}; fetch or write it again`,
    { cause },
  );
}
