/** HTTP as an installation needs it: GET with redirects, credentials, extra certificates, and a limit on silence. */
import { readFileSync } from "node:fs";
import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { rootCertificates } from "node:tls";
import type { Environment } from "./locations.ts";

const mostRedirects = 10;

/** Settings of all requests of an installation. */
export interface HttpSettings {
  /** Certificates to trust besides Node's own, as PEM text. */
  readonly certificates?: string | undefined;
  /** A connection on which nothing comes for this long has failed. */
  readonly silenceMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** An answer and the address that gave it after redirects. */
export interface Answer {
  readonly url: URL;
  readonly message: IncomingMessage;
}

/** Asks for an address, following redirects. Any status that is not a redirect is an answer: the caller judges it. */
export async function get(
  address: URL,
  headers: Readonly<Record<string, string>>,
  settings: HttpSettings,
): Promise<Answer> {
  let url = address;
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    const message = await getOnce(url, { ...headers, ...authorization(url, address) }, settings);
    const { statusCode = 0, headers: answered } = message;
    if (statusCode < 300 || statusCode >= 400 || !answered.location) return { url, message };
    message.resume(); // lets the connection go
    url = new URL(answered.location, url);
  }
  throw new Error(`more than ${mostRedirects} redirects`);
}

/** The body of an answer as text. */
export async function textOf(message: IncomingMessage): Promise<string> {
  message.setEncoding("utf8");
  let text = "";
  for await (const chunk of message) text += chunk as string;
  return text;
}

function getOnce(url: URL, headers: Record<string, string>, settings: HttpSettings): Promise<IncomingMessage> {
  const { certificates, silenceMs = 60_000, signal } = settings;
  const options = {
    headers,
    ...(signal && { signal }),
    ...(certificates && { ca: [...rootCertificates, certificates] }),
  };
  return new Promise((resolve, reject) => {
    let answering: IncomingMessage | undefined;
    const request = (url.protocol === "https:" ? https : http).get(url, options, (message) => {
      answering = message; // whoever reads it must learn why it ended
      resolve(message);
    });
    request.setTimeout(silenceMs, () =>
      (answering ?? request).destroy(new Error(`nothing came for ${silenceMs / 1000} s`)),
    );
    request.on("error", reject);
  });
}

/** Credentials of the first address go to its own host only, wherever redirects lead. Those in `url` itself are sent by Node. */
function authorization(url: URL, address: URL): Record<string, string> {
  if (url.host !== address.host || url.username || !address.username) return {};
  const pair = [address.username, address.password].map(decodeURIComponent).join(":");
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

/** An error of a connection in a few words; Node's own text is empty where a name has several addresses. */
export function describeNetworkError(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return message || code || String(error);
}

/** The proxy that the environment names for an address, or undefined. */
export function proxyFor(url: URL, environment: Environment): string | undefined {
  const named = (name: string) => environment[name] || environment[name.toLowerCase()];
  const proxy = named(url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY") ?? named("ALL_PROXY");
  const direct = (named("NO_PROXY") ?? "").split(",").map((host) => host.trim().replace(/^\*?\./, ""));
  const isDirect = direct.some(
    (host) => host === "*" || (host !== "" && (url.hostname === host || url.hostname.endsWith(`.${host}`))),
  );
  return isDirect ? undefined : proxy;
}

/** The text of a file with certificates, or undefined where none is named. */
export function readCertificates(path: string | undefined): string | undefined {
  return path ? readFileSync(path, "utf8") : undefined;
}
