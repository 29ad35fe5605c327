/** Where an object lies and how it is asked for: names of the form s3://bucket/key, and the settings of the store. */
import { TensorfleetError } from "../../base/errors.ts";

/** How objects are reached. What is not given comes from the environment, as for other clients of S3. */
export interface ObjectStoreOptions {
  /** Address of the store; AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, or Amazon's for the region. Plain http is for this machine alone. */
  endpoint?: string;
  /** AWS_REGION, AWS_DEFAULT_REGION, or "us-east-1". */
  region?: string;
  /** AWS_ACCESS_KEY_ID; without keys, requests are not signed. */
  accessKeyId?: string;
  /** AWS_SECRET_ACCESS_KEY. */
  secretAccessKey?: string;
  /** AWS_SESSION_TOKEN. */
  sessionToken?: string;
  /** Where blocks that were read are kept; the folder "objects" of tensorfleet's cache when not given. */
  cacheFolder?: string;
}

/** The settings in force. */
export interface ObjectStore {
  readonly endpoint: string | undefined;
  readonly region: string;
  readonly keys:
    | { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string }
    | undefined;
}

/** A bucket and a key. */
export interface ObjectAddress {
  readonly bucket: string;
  readonly key: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether a name means an object in a store. */
export function isObjectName(name: string): boolean {
  return name.startsWith("s3://");
}

/** @throws for names without bucket or key. */
export function parseObjectName(api: string, name: string): ObjectAddress {
  const [, bucket, key] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,62})\/(.+)$/.exec(name) ?? [];
  if (bucket === undefined || key === undefined)
    throw new TensorfleetError("invalidArgument", `${api}: expected a name like s3://bucket/key, got "${name}"`);
  return { bucket, key };
}

/** @throws for an endpoint that is no address, or reaches other machines without TLS; for one key without the other. */
export function storeOf(api: string, options: ObjectStoreOptions, environment: Environment): ObjectStore {
  const endpoint = options.endpoint ?? environment.AWS_ENDPOINT_URL_S3 ?? environment.AWS_ENDPOINT_URL;
  if (endpoint !== undefined) checkEndpoint(api, endpoint);
  const region = options.region ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION ?? "us-east-1";
  const accessKeyId = options.accessKeyId ?? environment.AWS_ACCESS_KEY_ID;
  const secretAccessKey = options.secretAccessKey ?? environment.AWS_SECRET_ACCESS_KEY;
  const sessionToken = options.sessionToken ?? environment.AWS_SESSION_TOKEN;
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined))
    throw new TensorfleetError(
      "invalidArgument",
      `${api}: expected accessKeyId and secretAccessKey together, got one of them; give both, or neither for objects that are public`,
    );
  const keys =
    accessKeyId !== undefined && secretAccessKey !== undefined
      ? { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) }
      : undefined;
  return { endpoint: endpoint?.replace(/\/+$/, ""), region, keys };
}

function checkEndpoint(api: string, endpoint: string): void {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (!url || !["http:", "https:"].includes(url.protocol))
    throw new TensorfleetError("invalidArgument", `${api}: expected an endpoint like https://host, got "${endpoint}"`);
  const isLoopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol === "http:" && !isLoopback)
    throw new TensorfleetError(
      "invalidArgument",
      `${api}: expected an endpoint with https, got "${endpoint}", which would send data and signatures in the clear; http is for this machine alone`,
    );
}

/** The address of a bucket, by host name at Amazon and by path elsewhere; with a key, that of an object. */
export function urlOf({ endpoint, region }: ObjectStore, { bucket, key }: { bucket: string; key?: string }): string {
  const host = endpoint === undefined ? `https://${bucket}.s3.${region}.amazonaws.com` : `${endpoint}/${bucket}`;
  return key === undefined ? `${host}/` : `${host}/${key.split("/").map(encodeURIComponent).join("/")}`;
}
