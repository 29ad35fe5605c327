import { mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { installedFolder, libraryNames } from "../../../src/native/library/locations.ts";
import { hasPip, Workspace } from "./workspace.ts";

/** What a finished installation consists of. */
function filesOf(cache: string): string[] {
  const folder = installedFolder(cache).slice(cache.length + 1);
  const names = [
    ...libraryNames(),
    "library.json",
    "licenses/tensorflow/THIRD_PARTY_NOTICES.txt",
    "licenses/tensorflow/include/LICENSE",
  ];
  return ["install.lock", ...names.map((name) => join(folder, name))].sort();
}

describe("an installation", () => {
  test.runIf(hasPip)("takes the wheel with pip, and of it the two libraries, licences and notices", async () => {
    await using work = await Workspace.make();
    const environment = work.withPip();
    const folder = installedFolder(work.cache);
    expect(await work.install({ environment })).toEqual({ folder, installed: true });
    expect(work.filesInCache()).toEqual(filesOf(work.cache));
    expect(readFileSync(join(folder, "licenses/tensorflow/include/LICENSE"), "utf8")).toBe("licence\n");
    expect(work.index.wheelRequests).toEqual([""]);
  });

  test("says what it fetches, how big it is, where it goes, and how far it is", async () => {
    await using work = await Workspace.make();
    await work.install({ environment: work.withoutPip({ PIP_INDEX_URL: work.index.url }) });
    expect(work.said).toMatch(
      /^TensorFlow 2.21.0's C library is not on this machine yet: fetching tensorflow_cpu-2.21.0-\S+\.whl$/m,
    );
    expect(work.said).toContain(
      `into ${work.cache} with Node, from the index that pip's settings name: 2.1 MB to fetch, 2.1 MB on disk`,
    );
    expect(work.said).toMatch(/^fetching: 2.1 MB of 2.1 MB \(100 %\)$/m);
    expect(work.said).toMatch(/^unpacking: 2.1 MB of 2.1 MB \(100 %\)$/m);
  });

  test("does nothing a second time", async () => {
    await using work = await Workspace.make();
    const environment = work.withoutPip({ PIP_INDEX_URL: work.index.url });
    const { folder } = await work.install({ environment });
    expect(await work.install({ environment })).toEqual({ folder, installed: false });
    expect(work.index.wheelRequests).toHaveLength(1);
  });

  test("from a wheel that is here needs neither pip nor network, and leaves the wheel alone", async () => {
    await using work = await Workspace.make();
    await work.install({ environment: work.withoutPip(), from: work.fake.path });
    expect(work.filesInCache()).toEqual(filesOf(work.cache));
    expect(work.fake.content.equals(readFileSync(work.fake.path))).toBe(true);
  });

  test("replaces one that is damaged, and one that is whole only when told to", async () => {
    await using work = await Workspace.make();
    const settings = { environment: work.withoutPip(), from: work.fake.path };
    const { folder } = await work.install(settings);
    truncateSync(join(folder, libraryNames()[0]), 10);
    expect(await work.install(settings)).toEqual({ folder, installed: true });
    expect(work.said).toMatch(/is damaged \(libtensorflow_cc\S+ should have 1048576 bytes\): installing it again/);
    expect(await work.install({ ...settings, force: true })).toEqual({ folder, installed: true });
    expect(work.filesInCache()).toEqual(filesOf(work.cache));
  });
});

describe("without pip, Node itself", () => {
  test("reads an index in JSON, follows redirects and sends credentials", async () => {
    await using work = await Workspace.make({ json: true, redirects: true, credentials: "me:secret" });
    await work.install({ environment: work.withoutPip({ PIP_INDEX_URL: work.index.url }) });
    expect(work.filesInCache()).toEqual(filesOf(work.cache));
  });

  test("finds the index in pip's configuration file", async () => {
    await using work = await Workspace.make();
    mkdirSync(join(work.root, "empty", ".config", "pip"), { recursive: true });
    writeFileSync(join(work.root, "empty", ".config", "pip", "pip.conf"), `[global]\nindex-url = ${work.index.url}/\n`);
    await work.install({ environment: work.withoutPip({ PIP_CONFIG_FILE: undefined }) });
    expect(work.filesInCache()).toEqual(filesOf(work.cache));
  });

  test("asks the next index where the first lacks the wheel", async () => {
    await using work = await Workspace.make();
    const PIP_INDEX_URL = work.index.url.replace("/simple", "/none");
    await work.install({ environment: work.withoutPip({ PIP_INDEX_URL, PIP_EXTRA_INDEX_URL: work.index.url }) });
    expect(work.filesInCache()).toEqual(filesOf(work.cache));
  });
});

const realWheel = process.env.TENSORFLEET_TEST_WHEEL;

test.runIf(realWheel)("the real wheel, named in TENSORFLEET_TEST_WHEEL, has the pinned hashes", async () => {
  await using work = await Workspace.make();
  const { folder } = await work.install({ environment: work.withoutPip(), from: realWheel, table: undefined });
  expect(folder).toBe(installedFolder(work.cache));
});
