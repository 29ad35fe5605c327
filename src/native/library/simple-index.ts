/** Looks a file up in an index of Python packages by the "simple" protocol, in its HTML and its JSON form (PEP 503 and 691). */
import { TensorfleetError } from "../../base/errors.ts";
import { byHand, failure, noNetwork, withoutCredentials, wrongHash } from "./failures.ts";
import { describeNetworkError, get, type HttpSettings, textOf } from "./http.ts";
import type { Wheel } from "./wheels.ts";

/** A file that an index offers. */
export interface IndexFile {
  readonly file: string;
  readonly url: URL;
  /** Hexadecimal digits, where the index names it. */
  readonly sha256: string | undefined;
}

const accept = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1";

/**
 * Where an index has the wheel.
 * @throws {TensorfleetError} `libraryUnavailable` when the index cannot be reached, lacks the wheel, or offers another file under its name
 */
export async function findInIndex(index: string, wheel: Wheel, settings: HttpSettings): Promise<IndexFile> {
  const page = new URL(`${index.replace(/\/+$/, "")}/${wheel.project}/`);
  const shown = withoutCredentials(index);
  const { url, contentType, body } = await load(page, shown, wheel, settings);
  const found = parseIndex(contentType, body, url).find(({ file }) => file === wheel.file);
  if (!found) throw failure(`${wheel.file} in the index ${shown}`, "none of that name there", byHand(wheel));
  if (found.sha256 && found.sha256 !== wheel.sha256) {
    throw wrongHash(
      `${wheel.file} in the index ${shown}`,
      wheel.sha256,
      found.sha256,
      `do not use that file; ${byHand(wheel)}`,
    );
  }
  return { ...found, url: withCredentialsOf(page, found.url) };
}

async function load(
  page: URL,
  shown: string,
  wheel: Wheel,
  settings: HttpSettings,
): Promise<{ url: URL; contentType: string; body: string }> {
  try {
    const { url, message } = await get(page, { accept }, settings);
    const body = await textOf(message);
    const { statusCode = 0, headers } = message;
    if (statusCode === 200) return { url, contentType: headers["content-type"] ?? "", body };
    throw failure(
      `${wheel.project} in the index ${shown}`,
      `HTTP status ${statusCode}`,
      `check the index's address, or ${byHand(wheel)}`,
    );
  } catch (error) {
    if (error instanceof TensorfleetError || settings.signal?.aborted) throw error;
    throw noNetwork(shown, describeNetworkError(error), wheel, error);
  }
}

/** The files that a page of an index lists, in either of the protocol's forms. `base` is the page's address. */
export function parseIndex(contentType: string, body: string, base: URL): IndexFile[] {
  return contentType.includes("json") ? parseJson(body, base) : parseHtml(body, base);
}

function parseJson(body: string, base: URL): IndexFile[] {
  const page = JSON.parse(body) as { files?: { filename: string; url: string; hashes?: Record<string, string> }[] };
  return (page.files ?? []).map(({ filename, url, hashes }) => ({
    file: filename,
    url: new URL(url, base),
    sha256: hashes?.sha256,
  }));
}

function parseHtml(body: string, page: URL): IndexFile[] {
  const base = new URL(attribute(/<base\s[^>]*>/i.exec(body)?.[0] ?? "", "href") ?? "", page);
  return [...body.matchAll(/<a\s[^>]*>/gi)].flatMap(([tag]) => {
    const reference = attribute(tag, "href");
    if (!reference) return [];
    const url = new URL(reference, base);
    const file = decodeURIComponent(url.pathname.split("/").at(-1) ?? "");
    return [{ file, url, sha256: /[#&]sha256=([0-9a-f]{64})/.exec(url.hash)?.[1] }];
  });
}

function attribute(tag: string, name: string): string | undefined {
  const [, double, single, bare] =
    new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, "i").exec(tag) ?? [];
  return (double ?? single ?? bare)?.replaceAll("&amp;", "&").replaceAll("&#43;", "+").trim();
}

/** An index that wants credentials wants them for its files on the same host too. */
function withCredentialsOf(index: URL, file: URL): URL {
  if (file.host !== index.host || file.username) return file;
  const url = new URL(file);
  [url.username, url.password] = [index.username, index.password];
  return url;
}
