/** An index of Python packages on the loopback address, which can be told to misbehave in the ways of real ones. */
import { EventEmitter, once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { FakeWheel } from "./fake-wheel.ts";

/** How the index behaves; without any of these, well. */
export interface Behaviour {
  /** Sends a page as JSON where it is accepted, else as HTML. */
  json?: boolean;
  /** Sends this many bytes of a wheel, then nothing more. */
  stallAfterBytes?: number;
  /** Sends this many bytes of a wheel, then cuts the connection; once. */
  cutAfterBytes?: number;
  /** Ignores Range headers. */
  noRanges?: boolean;
  /** Sends other bytes of the same number than those that were announced. */
  altered?: boolean;
  /** The sha256 that the page names. */
  announcedSha256?: string;
  /** Sends files from an address that is reached by a redirect. */
  redirects?: boolean;
  /** The status of every answer on a wheel. */
  wheelStatus?: number;
  /** Never answers a request for a page. */
  stallsPages?: boolean;
  /** The status of every page. */
  pageStatus?: number;
  /** `user:password` without which nothing is answered. */
  credentials?: string;
}

/** A running index. Emits "stalled" when it has come to where it sends nothing more. */
export class LoopbackIndex extends EventEmitter implements AsyncDisposable {
  /** What the index does; may be changed while it runs. */
  behaviour: Behaviour = {};
  /** The requests for the wheel so far: their Range headers, or "". */
  readonly wheelRequests: string[] = [];
  readonly #fake: FakeWheel;
  readonly #server: Server;

  private constructor(fake: FakeWheel) {
    super();
    this.#fake = fake;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  static async start(fake: FakeWheel, behaviour: Behaviour = {}): Promise<LoopbackIndex> {
    const index = new LoopbackIndex(fake);
    index.behaviour = behaviour;
    await once(index.#server.listen(0, "127.0.0.1"), "listening");
    return index;
  }

  /** The index's address, as PIP_INDEX_URL takes it. */
  get url(): string {
    const { credentials } = this.behaviour;
    return `http://${credentials ? `${credentials}@` : ""}127.0.0.1:${(this.#server.address() as AddressInfo).port}/simple`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { credentials, redirects } = this.behaviour;
    const wanted = credentials && `Basic ${Buffer.from(credentials).toString("base64")}`;
    if (wanted && request.headers.authorization !== wanted) {
      response.writeHead(401, { "www-authenticate": "Basic" }).end();
    } else if (this.behaviour.stallsPages) {
      this.emit("stalled");
    } else if (request.url === `/simple/${this.#fake.wheel.project}/`) {
      this.#sendPage(request, response);
    } else if (redirects && request.url?.startsWith("/files/")) {
      response.writeHead(302, { location: request.url.replace("/files/", "/moved/") }).end();
    } else if (request.url?.endsWith(`/${this.#fake.wheel.file}`)) {
      this.#sendWheel(request, response);
    } else {
      response.writeHead(404).end();
    }
  }

  #sendPage(request: IncomingMessage, response: ServerResponse): void {
    const { json, announcedSha256: sha256 = this.#fake.wheel.sha256, pageStatus = 200 } = this.behaviour;
    const { file } = this.#fake.wheel;
    if (json && request.headers.accept?.includes("+json")) {
      const page = {
        meta: { "api-version": "1.0" },
        name: this.#fake.wheel.project,
        files: [{ filename: file, url: `/files/${file}`, hashes: { sha256 } }],
      };
      response
        .writeHead(pageStatus, { "content-type": "application/vnd.pypi.simple.v1+json" })
        .end(JSON.stringify(page));
      return;
    }
    const page = `<!DOCTYPE html><html><body><a href="../../files/${file}#sha256=${sha256}">${file}</a></body></html>`;
    response.writeHead(pageStatus, { "content-type": "text/html" }).end(page);
  }

  #sendWheel(request: IncomingMessage, response: ServerResponse): void {
    const { wheelStatus = 200, noRanges, altered, stallAfterBytes, cutAfterBytes } = this.behaviour;
    this.wheelRequests.push(request.headers.range ?? "");
    const whole = altered ? Buffer.alloc(this.#fake.content.length, 1) : this.#fake.content;
    const start = noRanges ? 0 : Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const part = whole.subarray(start);
    const range = start > 0 ? { "content-range": `bytes ${start}-${whole.length - 1}/${whole.length}` } : {};
    response.writeHead(wheelStatus === 200 && start > 0 ? 206 : wheelStatus, {
      "content-type": "application/octet-stream",
      "content-length": part.length,
      ...range,
    });
    if (stallAfterBytes !== undefined) {
      response.write(part.subarray(0, stallAfterBytes), () => this.emit("stalled"));
    } else if (cutAfterBytes !== undefined) {
      delete this.behaviour.cutAfterBytes;
      response.write(part.subarray(0, cutAfterBytes), () => response.destroy());
    } else {
      response.end(part);
    }
  }
}

/** An address on which nothing listens. */
export async function closedAddress(): Promise<string> {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  await once(server.close(), "close");
  return `http://127.0.0.1:${port}/simple`;
}
