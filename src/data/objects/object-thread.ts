/** A thread that speaks to object stores while the main one trains, or waits for it. It loads no TensorFlow. */
import { closeSync, openSync, writeSync } from "node:fs";
import { open } from "node:fs/promises";
import { workerData } from "node:worker_threads";
import { AwsClient } from "aws4fetch";
import { type ObjectStore, urlOf } from "./address.ts";
import type { Answer, FileRequest, ObjectFacts, ObjectThreadData, Request, StoreRequest } from "./requests.ts";
import { tagOfFile } from "./requests.ts";

const TIMEOUT_MS = 60_000;
const TRIES = 5;
const FIRST_PAUSE_MS = 100;
/** Requests under way at once. */
const MOST_AT_ONCE = 8;

const { port, answers } = workerData as ObjectThreadData;
const waiting: { readonly ticket: number; readonly request: Request }[] = [];
let numUnderWay = 0;

port.on("message", (asked: { ticket: number; request: Request }) => {
  waiting.push(asked);
  startNext();
});

function startNext(): void {
  const next = numUnderWay < MOST_AT_ONCE ? waiting.shift() : undefined;
  if (!next) return;
  numUnderWay++;
  answer(next.request).then((given) => {
    numUnderWay--;
    port.postMessage({ ticket: next.ticket, answer: given });
    Atomics.add(answers, 0, 1);
    Atomics.notify(answers, 0);
    startNext();
  });
  startNext();
}

async function answer(request: Request): Promise<Answer> {
  try {
    switch (request.kind) {
      case "list":
        return { kind: "list", keys: await list(request) };
      case "facts":
        return { kind: "facts", facts: factsIn(await send(request, urlOf(request.store, request), "HEAD")) };
      case "content":
        return await contentOf(request);
      case "block":
        await fetchBlock(request);
        return { kind: "block" };
      case "file block":
        await readBlock(request);
        return { kind: "block" };
    }
  } catch (error) {
    return { kind: "failure", message: (error as Error).message };
  }
}

/** @throws when the store cannot be reached or refuses; a missing object is no error. */
async function send(
  { store }: { store: ObjectStore },
  url: string,
  method: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  for (let tries = 1, pauseMs = FIRST_PAUSE_MS; ; tries++, pauseMs *= 2) {
    const response = await attempt(store, url, { method, headers }).catch((error: unknown) => {
      if (tries >= TRIES) throw new Error(`no answer from ${new URL(url).host}: ${reasonOf(error)}`);
      return undefined;
    });
    if (response?.ok || response?.status === 404) return response;
    const mayHelp = response === undefined || response.status === 429 || response.status >= 500;
    if (!mayHelp || tries >= TRIES)
      throw new Error(`${new URL(url).host} answered ${response?.status}${await detailOf(response)}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

function attempt(store: ObjectStore, url: string, init: RequestInit): Promise<Response> {
  const limited = { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) };
  if (!store.keys) return fetch(url, limited);
  return new AwsClient({ ...store.keys, region: store.region, service: "s3", retries: 0 }).fetch(url, limited);
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message !== "" ? `${message} (${cause.message})` : message;
}

async function detailOf(response: Response | undefined): Promise<string> {
  const [, code] = /<Code>([^<]+)<\/Code>/.exec((await response?.text()) ?? "") ?? [];
  return code === undefined ? "" : ` (${code})`;
}

function factsIn({ status, headers }: Response): ObjectFacts | undefined {
  if (status === 404) return undefined;
  return {
    bytes: Number(headers.get("content-length")),
    tag: headers.get("etag") ?? "",
    time: Date.parse(headers.get("last-modified") ?? "") || 0,
  };
}

async function contentOf(request: StoreRequest & { kind: "content" }): Promise<Answer> {
  const facts = factsIn(await send(request, urlOf(request.store, request), "HEAD"));
  if (!facts || facts.bytes > request.mostBytes) return { kind: "content", content: undefined, facts };
  const response = await send(request, urlOf(request.store, request), "GET");
  return { kind: "content", content: new Uint8Array(await response.arrayBuffer()), facts };
}

async function fetchBlock(request: StoreRequest & { kind: "block" }): Promise<void> {
  const { offset, bytes, tag, target, marks, mark } = request;
  const headers = { range: `bytes=${offset}-${offset + bytes - 1}`, ...(tag !== "" && { "if-match": tag }) };
  const response = await send(request, urlOf(request.store, request), "GET", headers);
  if (response.status === 404) throw new Error("it is gone");
  const content = new Uint8Array(await response.arrayBuffer());
  const now = response.headers.get("etag") ?? "";
  if (now !== tag) throw new Error(`it was written to meanwhile: its tag was ${tag} and is ${now}`);
  if (response.status !== 206 || content.length !== bytes)
    throw new Error(
      `expected ${bytes} bytes from offset ${offset} on, got ${content.length} (status ${response.status})`,
    );
  write(target, content, offset);
  write(marks, Uint8Array.of(1), mark); // behind the bytes: what is marked is there
}

async function readBlock({ path, tag, offset, bytes, target, marks, mark }: FileRequest): Promise<void> {
  const content = Buffer.alloc(bytes);
  const file = await open(path, "r");
  try {
    let done = 0;
    for (let read = 1; done < bytes && read > 0; done += read)
      read = (await file.read(content, done, bytes - done, offset + done)).bytesRead;
    const now = tagOfFile(await file.stat({ bigint: true }));
    if (now !== tag || done < bytes)
      throw new Error("it was written to meanwhile; leave files as they are while they are read");
  } finally {
    await file.close();
  }
  write(target, content, offset);
  write(marks, Uint8Array.of(1), mark); // behind the bytes: what is marked is there
}

function write(path: string, bytes: Uint8Array, offset: number): void {
  const file = openSync(path, "r+");
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, offset + done);
  } finally {
    closeSync(file);
  }
}

async function list(request: StoreRequest & { kind: "list" }): Promise<string[]> {
  const keys: string[] = [];
  for (let token: string | undefined; ; ) {
    const query = new URLSearchParams({
      "list-type": "2",
      prefix: request.prefix,
      ...(token && { "continuation-token": token }),
    });
    const { store, bucket } = request;
    const response = await send(request, `${urlOf(store, { bucket })}?${query}`, "GET");
    if (response.status === 404) throw new Error(`there is no bucket ${bucket}`);
    const text = await response.text();
    for (const [, key] of text.matchAll(/<Key>([^<]*)<\/Key>/g)) keys.push(unescaped(key as string));
    const [, next] = /<NextContinuationToken>([^<]*)<\/NextContinuationToken>/.exec(text) ?? [];
    if (next === undefined) return keys.sort();
    token = unescaped(next);
  }
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** The text of an XML element. */
function unescaped(text: string): string {
  return text.replace(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (whole, hex: string, decimal: string, name: string) => {
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal) return String.fromCodePoint(Number(decimal));
    return entities[name] ?? whole;
  });
}
