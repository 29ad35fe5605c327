/** What the thread that speaks to object stores is asked, and what it answers. */
import type { ThreadData } from "../threads.ts";
import type { ObjectStore } from "./address.ts";

/** What the thread begins with. */
export interface ObjectThreadData extends ThreadData {
  /** Counts answers: whoever waits is woken by a change. */
  readonly answers: Int32Array;
}

/** Where the bytes of a block go: into the file `target`, at the same offset; then `mark` is set in `marks`. */
interface BlockTarget {
  /** What is read, as it was found: another one is refused. */
  readonly tag: string;
  readonly offset: number;
  readonly bytes: number;
  readonly target: string;
  readonly marks: string;
  readonly mark: number;
}

/** What it is asked: of a store, or of a file system of another machine. */
export type Request = StoreRequest | FileRequest;

/** A block of a file. */
export interface FileRequest extends BlockTarget {
  readonly kind: "file block";
  readonly path: string;
}

/** Something of a store. */
export type StoreRequest = { readonly store: ObjectStore; readonly bucket: string } & (
  | { readonly kind: "list"; readonly prefix: string }
  | { readonly kind: "facts"; readonly key: string }
  | { readonly kind: "content"; readonly key: string; readonly mostBytes: number }
  | ({ readonly kind: "block"; readonly key: string } & BlockTarget)
);

/** What an object is. */
export interface ObjectFacts {
  readonly bytes: number;
  readonly tag: string;
  /** When it was written last, in milliseconds. */
  readonly time: number;
}

/** What it answers; `undefined` facts and content: there is no such object. */
export type Answer =
  | { readonly kind: "list"; readonly keys: readonly string[] }
  | { readonly kind: "facts"; readonly facts: ObjectFacts | undefined }
  | { readonly kind: "content"; readonly content: Uint8Array | undefined; readonly facts: ObjectFacts | undefined }
  | { readonly kind: "block" }
  | { readonly kind: "failure"; readonly message: string };

/** A file as it is. */
export function tagOfFile({ size, mtimeNs }: { readonly size: bigint; readonly mtimeNs: bigint }): string {
  return `${size} bytes of ${mtimeNs}`;
}
