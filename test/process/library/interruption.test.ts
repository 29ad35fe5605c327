import { once } from "node:events";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { download } from "../../../src/native/library/download.ts";
import { installedFolder, libraryNames } from "../../../src/native/library/locations.ts";
import { hasPip, Workspace } from "./workspace.ts";

/** The names in the folder of unfinished work. */
const unfinished = (work: Workspace) =>
  readdirSync(work.cache).flatMap((name) => (name === "installing" ? readdirSync(join(work.cache, name)) : []));
const isWhole = (work: Workspace) =>
  libraryNames().every((name) => readdirSync(installedFolder(work.cache)).includes(name));

/** Resolves once so much of the wheel is on the disk. */
async function partHas(work: Workspace, bytes: number): Promise<void> {
  const path = join(work.cache, "installing", `${work.fake.wheel.file}.part`);
  while ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) < bytes) await setTimeout(10);
}

describe("killed in mid-download", () => {
  test("Node's way goes on where it was", async () => {
    await using work = await Workspace.make({ stallAfterBytes: 1_500_000 });
    const environment = work.withoutPip({ PIP_INDEX_URL: work.index.url });
    const killed = work.startInstaller(environment);
    await partHas(work, 1_500_000);
    await killed.kill();
    expect(unfinished(work)).toEqual([`${work.fake.wheel.file}.part`]);

    work.index.behaviour = {};
    await work.install({ environment });
    expect(work.index.wheelRequests).toEqual(["", "bytes=1500000-"]);
    expect(work.said).toMatch(/^continuing after the 1.5 MB that are here already$/m);
    expect([isWhole(work), unfinished(work)]).toEqual([true, []]);
  });

  test("Node's way begins again where the server cannot continue", async () => {
    await using work = await Workspace.make({ stallAfterBytes: 1_500_000 });
    const environment = work.withoutPip({ PIP_INDEX_URL: work.index.url });
    const killed = work.startInstaller(environment);
    await partHas(work, 1_500_000);
    await killed.kill();

    work.index.behaviour = { noRanges: true };
    await work.install({ environment });
    expect([isWhole(work), unfinished(work)]).toEqual([true, []]);
  });

  test.runIf(hasPip)("pip's way begins again, and what was left is removed", async () => {
    await using work = await Workspace.make({ stallAfterBytes: 1_500_000 });
    const environment = work.withPip();
    const killed = work.startInstaller(environment);
    await once(work.index, "stalled");
    await killed.kill();
    expect(unfinished(work)).toEqual([expect.stringMatching(/^pip-\d+$/)]);

    work.index.behaviour = {};
    await work.install({ environment });
    expect([isWhole(work), unfinished(work)]).toEqual([true, []]);
  });
});

test("killed while it unpacks, what it had fetched is used, and what it had unpacked is not", async () => {
  await using work = await Workspace.make();
  const workplace = join(work.cache, "installing");
  mkdirSync(join(workplace, "unpacked"), { recursive: true });
  writeFileSync(join(workplace, "unpacked", libraryNames()[0]), "half a library");
  copyFileSync(work.fake.path, join(workplace, work.fake.wheel.file));
  await work.install({ environment: work.withoutPip() });
  expect([isWhole(work), unfinished(work)]).toEqual([true, []]);
});

test("a connection on which nothing comes any more is given up and made again", async () => {
  await using work = await Workspace.make({ stallAfterBytes: 1_000_000 });
  const said: string[] = [];
  const say = (line: string) => {
    said.push(line);
    work.index.behaviour = {}; // from now on the server answers
  };
  const part = join(work.root, "part");
  const url = new URL(`../files/${work.fake.wheel.file}`, work.index.url);
  await download(url, work.fake.wheel, part, { say, onBytes: () => {}, silenceMs: 100, retryMs: 1 });
  expect(said[0]).toBe("the connection failed (nothing came for 0.1 s); trying again");
  expect(work.fake.content.equals(readFileSync(part))).toBe(true);
});

test("a connection that is cut is made again, and the download goes on", async () => {
  await using work = await Workspace.make({ cutAfterBytes: 1_000_000 });
  await work.install({ environment: work.withoutPip({ PIP_INDEX_URL: work.index.url }) });
  expect(work.said).toMatch(/^the connection failed \(.+\); trying again$/m);
  expect(work.index.wheelRequests).toHaveLength(2);
  expect(isWhole(work)).toBe(true);
});

test("an AbortSignal ends an installation, and the next one goes on", async () => {
  await using work = await Workspace.make({ stallAfterBytes: 1_500_000 });
  const environment = work.withoutPip({ PIP_INDEX_URL: work.index.url });
  const interruption = new AbortController();
  work.index.once("stalled", () => interruption.abort());
  await expect(work.install({ environment, signal: interruption.signal })).rejects.toMatchObject({ code: "aborted" });
  work.index.behaviour = {};
  await work.install({ environment });
  expect(isWhole(work)).toBe(true);
});

describe("four installers at once", () => {
  test("fetch once", async () => {
    await using work = await Workspace.make();
    const environment = work.withoutPip({ PIP_INDEX_URL: work.index.url });
    const installers = Array.from({ length: 4 }, () => work.startInstaller(environment));
    expect(await Promise.all(installers.map((installer) => installer.ended()))).toEqual([0, 0, 0, 0]);
    expect(installers.filter(({ outcome }) => JSON.parse(outcome).installed)).toHaveLength(1);
    expect(work.index.wheelRequests).toHaveLength(1);
    expect([isWhole(work), unfinished(work)]).toEqual([true, []]);
  });

  test("wait for the one that fetches and say so; when it is killed, another takes over", async () => {
    await using work = await Workspace.make({ stallAfterBytes: 1_500_000 });
    const environment = work.withoutPip({ PIP_INDEX_URL: work.index.url });
    const installers = Array.from({ length: 4 }, () => work.startInstaller(environment));
    await once(work.index, "stalled");
    const waiting = () => installers.filter(({ said }) => /^waiting for process \d+, which is installing/m.test(said));
    while (waiting().length < 3) await Promise.race(installers.map(({ child }) => once(child.stderr!, "data")));
    expect(work.index.wheelRequests).toHaveLength(1);

    // The one that fetches is killed: one of those that wait takes over, and the two others find the library there.
    const fetching = installers.find((installer) => !waiting().includes(installer))!;
    work.index.behaviour = {};
    await fetching.kill();
    const others = installers.filter((installer) => installer !== fetching);
    expect(await Promise.all(others.map((installer) => installer.ended()))).toEqual([0, 0, 0]);
    const outcomes = others.map(({ outcome }) => JSON.parse(outcome).installed).sort();
    expect(outcomes).toEqual([false, false, true]);
    expect(work.index.wheelRequests).toHaveLength(2);
    expect([isWhole(work), unfinished(work)]).toEqual([true, []]);
  });
});
