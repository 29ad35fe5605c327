import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { closedAddress } from "./loopback-index.ts";
import { hasPip, Workspace } from "./workspace.ts";

const altered = "ab".repeat(32);

describe("no pip and no index", () => {
  test("names both, and the wheel for those who fetch it themselves", async () => {
    await using work = await Workspace.make();
    await expect(work.install({ environment: work.withoutPip() })).rejects.toThrow(
      new RegExp(
        `expected pip, or an index of Python packages in PIP_INDEX_URL or pip's configuration, got neither; .*PIP_INDEX_URL.*${work.fake.wheel.file}.*--from`,
      ),
    );
  });
});

describe("no network", () => {
  test.runIf(hasPip)("pip's words are shown with what to do", async () => {
    await using work = await Workspace.make();
    const environment = work.withPip({ PIP_INDEX_URL: await closedAddress() });
    await expect(work.install({ environment })).rejects.toThrow(
      /expected an answer from pip's index, got .*Connection refused" from pip; check the network, or get tensorflow_cpu/,
    );
  });

  test("Node names the index, without the credentials in its address", async () => {
    await using work = await Workspace.make();
    const PIP_INDEX_URL = (await closedAddress()).replace("//", "//me:secret@");
    const failed = work.install({ environment: work.withoutPip({ PIP_INDEX_URL }) });
    await expect(failed).rejects.toThrow(
      /expected an answer from http:\/\/127.0.0.1:\d+\/simple, got .*ECONNREFUSED.*; check the network/,
    );
    await expect(failed).rejects.not.toThrow(/secret/);
  });

  test("Node says that it cannot use a proxy", async () => {
    await using work = await Workspace.make();
    const environment = work.withoutPip({ PIP_INDEX_URL: work.index.url, HTTP_PROXY: "http://127.0.0.1:9" });
    await expect(work.install({ environment })).rejects.toThrow(
      /expected a direct connection to 127.0.0.1:\d+, got a proxy.*NO_PROXY/,
    );
  });
});

describe("wrong hash", () => {
  test.runIf(hasPip)("a wheel changed on its way is refused by pip", async () => {
    await using work = await Workspace.make({ altered: true });
    await expect(work.install({ environment: work.withPip() })).rejects.toThrow(
      new RegExp(
        `expected sha256 ${work.fake.wheel.sha256} for ${work.fake.wheel.file}, got sha256 [0-9a-f]{64}; .*do not use it`,
      ),
    );
    expect(work.filesInCache().filter((path) => path.endsWith(".whl"))).toEqual([]);
  });

  test("a wheel changed on its way is refused by Node, and removed", async () => {
    await using work = await Workspace.make({ altered: true });
    const environment = work.withoutPip({ PIP_INDEX_URL: work.index.url });
    await expect(work.install({ environment })).rejects.toThrow(
      new RegExp(`expected sha256 ${work.fake.wheel.sha256} for .*the file was removed`),
    );
    expect(work.filesInCache()).toEqual(["install.lock"]);
  });

  test("an index that announces another file is not even downloaded from", async () => {
    await using work = await Workspace.make({ announcedSha256: altered });
    const environment = work.withoutPip({ PIP_INDEX_URL: work.index.url });
    await expect(work.install({ environment })).rejects.toThrow(
      new RegExp(`got sha256 ${altered}; do not use that file`),
    );
    expect(work.index.wheelRequests).toEqual([]);
  });

  test("another wheel given with --from is refused", async () => {
    await using work = await Workspace.make();
    const from = join(work.root, "tensorflow-2.20.0-cp311-cp311-manylinux_2_27_x86_64.whl");
    writeFileSync(from, "another wheel");
    await expect(work.install({ environment: work.withoutPip(), from })).rejects.toThrow(
      new RegExp(`for tensorflow-2.20.0-\\S+, got sha256 [0-9a-f]{64}; only ${work.fake.wheel.file} can be used here`),
    );
  });

  test("a library that is not the pinned one is refused, though the wheel is", async () => {
    await using work = await Workspace.make();
    const wheel = {
      ...work.fake.wheel,
      libraries: work.fake.wheel.libraries.map((library) => ({ ...library, sha256: altered })),
    };
    const failed = work.install({
      environment: work.withoutPip(),
      from: work.fake.path,
      table: { "linux-x64": wheel },
    });
    await expect(failed).rejects.toThrow(new RegExp(`expected sha256 ${altered} for libtensorflow`));
  });
});

describe("an index that has not got it", () => {
  test("a page that is not there, and a wheel that is not served, are told with their status", async () => {
    await using work = await Workspace.make({ pageStatus: 404 });
    const environment = work.withoutPip({ PIP_INDEX_URL: work.index.url });
    await expect(work.install({ environment })).rejects.toThrow(
      /expected tensorflow-cpu in the index \S+, got HTTP status 404/,
    );
    work.index.behaviour = { wheelStatus: 403 };
    await expect(work.install({ environment })).rejects.toThrow(
      /expected tensorflow_cpu\S+ from \S+, got HTTP status 403/,
    );
  });

  test.runIf(hasPip)("pip's words are shown", async () => {
    await using work = await Workspace.make({ pageStatus: 404 });
    await expect(work.install({ environment: work.withPip() })).rejects.toThrow(
      /expected pip to download tensorflow-cpu==2.21.0, got .*No matching distribution/,
    );
  });

  test("a wheel that is not where --from says is told plainly", async () => {
    await using work = await Workspace.make();
    const from = join(work.root, "no-such.whl");
    await expect(work.install({ environment: work.withoutPip(), from })).rejects.toThrow(
      /expected a wheel at \S+no-such.whl, got no file/,
    );
  });
});

/** Mounts a small file system in memory; undefined where that is not allowed. */
function mountTmpfs(folder: string, options: string): Disposable | undefined {
  mkdirSync(folder, { recursive: true });
  if (process.getuid?.() !== 0) return undefined;
  if (spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder]).status !== 0) return undefined;
  return { [Symbol.dispose]: () => spawnSync("umount", [folder]) };
}

describe("no space", () => {
  test("is found out before anything is fetched", async (context) => {
    await using work = await Workspace.make();
    using disk = mountTmpfs(work.cache, "size=1m");
    if (!disk) return context.skip("this user may not mount a file system");
    const environment = work.withoutPip({ PIP_INDEX_URL: work.index.url });
    await expect(work.install({ environment })).rejects.toThrow(
      new RegExp(
        `expected 6.3 MB of free space in ${work.cache}, got 1.0 MB; make room, or name a folder on another disk in TENSORFLEET_CACHE`,
      ),
    );
    expect(work.index.wheelRequests).toEqual([]);
  });

  test("that comes up in the middle of it is told as well", async (context) => {
    await using work = await Workspace.make();
    using disk = mountTmpfs(work.cache, "size=3m");
    if (!disk) return context.skip("this user may not mount a file system");
    // The row claims less than the libraries take, so that the disk is full while they are unpacked.
    const wheel = {
      ...work.fake.wheel,
      libraries: work.fake.wheel.libraries.map((library) => ({ ...library, bytes: 10 })),
    };
    writeFileSync(join(work.cache, "other-data"), Buffer.alloc(1 << 21));
    const failed = work.install({
      environment: work.withoutPip(),
      from: work.fake.path,
      table: { "linux-x64": wheel },
    });
    await expect(failed).rejects.toThrow(/expected .* of free space in \S+, got a full disk \(ENOSPC\); make room/);
  });
});

describe("a read-only folder", () => {
  test("is named, with where to put the cache instead", async (context) => {
    await using work = await Workspace.make();
    using disk = mountTmpfs(join(work.root, "fixed"), "ro");
    if (!disk && process.getuid?.() === 0) return context.skip("root may write everywhere here, and may not mount");
    if (!disk) chmodSync(join(work.root, "fixed"), 0o555);
    const environment = work.withoutPip({ TENSORFLEET_CACHE: join(work.root, "fixed", "cache") });
    await expect(work.install({ environment, from: work.fake.path })).rejects.toThrow(
      /expected a folder that can be written at \S+fixed\/cache, got one that cannot \((EROFS|EACCES)\); name a folder of yours in TENSORFLEET_CACHE/,
    );
  });

  test("a file in the cache's place is told apart", async () => {
    await using work = await Workspace.make();
    writeFileSync(work.cache, "");
    await expect(work.install({ environment: work.withoutPip(), from: work.fake.path })).rejects.toThrow(
      /expected a folder at \S+, got a file/,
    );
  });
});

test.each([
  ["musl", { platform: "linux", arch: "x64", glibc: undefined }, /got a system without glibc \(musl/],
  ["old glibc", { platform: "linux", arch: "x64", glibc: "2.17" }, /expected glibc 2.27 or newer, got glibc 2.17/],
  ["an unsupported platform", { platform: "sunos", arch: "x64", glibc: undefined }, /got sunos-x64/],
])("%s ends an installation before it touches anything", async (_, machine, message) => {
  await using work = await Workspace.make();
  await expect(work.install({ environment: work.withoutPip(), from: work.fake.path, machine })).rejects.toThrow(
    message,
  );
  expect(() => work.filesInCache()).toThrow(/ENOENT/);
});
