import { readFileSync, rmSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { installedFolder } from "../../../src/native/library/locations.ts";
import { wheelFor } from "../../../src/native/library/wheels.ts";
import { machine } from "./fake-wheel.ts";
import { LoopbackIndex } from "./loopback-index.ts";
import { hasPip, Workspace } from "./workspace.ts";

describe("at its first use", () => {
  test("a library that cannot be fetched is an error in the caller's process, with the reason", async () => {
    await using work = await Workspace.make();
    const user = work.startFirstUser(work.withoutPip());
    await user.ended();
    expect(JSON.parse(user.outcome)).toEqual({
      name: "TensorfleetError",
      code: "libraryUnavailable",
      message: expect.stringMatching(/^tensorfleet install: expected pip, or an index .*, got neither; .* --from/),
    });
  });

  test("what is fetched is said on standard error, before it fails", async () => {
    await using work = await Workspace.make();
    const user = work.startFirstUser(work.withoutPip({ PIP_INDEX_URL: work.index.url }));
    await user.ended();
    expect(user.said).toMatch(
      /^TensorFlow 2.21.0's C library is not on this machine yet: fetching \S+\.whl\ninto \S+ with Node, .* to fetch, .* on disk$/m,
    );
    expect(JSON.parse(user.outcome).message).toMatch(/expected sha256 \w+ for \S+ in the index/); // the index has a small fake
  });
});

const realWheel = process.env.TENSORFLEET_TEST_WHEEL;

describe.runIf(realWheel)("the real wheel, named in TENSORFLEET_TEST_WHEEL", () => {
  const ways = [["Node", true], ...(hasPip ? [["pip", false] as const] : [])] as const;
  test.each(ways)("is fetched with %s at first use, and found at the second", async (way, withoutPip) => {
    await using work = await Workspace.make();
    const wheel = wheelFor(machine);
    await using index = await LoopbackIndex.start({ ...work.fake, wheel, content: readFileSync(realWheel ?? "") });
    const environment = withoutPip
      ? work.withoutPip({ PIP_INDEX_URL: index.url })
      : work.withPip({ PIP_INDEX_URL: index.url });
    for (const said of [new RegExp(`with ${way}`), /^$/]) {
      const user = work.startFirstUser(environment);
      await user.ended();
      expect(user.outcome.trim()).toBe(installedFolder(work.cache));
      expect(user.said).toMatch(said);
    }
    expect(index.wheelRequests).toEqual([""]);
    rmSync(work.cache, { recursive: true });
  });
});
