import { expect, test } from "vitest";
import { explainFileError, withoutCredentials } from "./failures.ts";

/** An error as the file system gives it. */
const fileError = (code: string) => Object.assign(new Error(`${code}: something failed`), { code });
const explain = (code: string) => explainFileError(fileError(code), "/cache", 1.4e9);

test("a full disk and a full quota say how much is needed, and where to go instead", () => {
  for (const code of ["ENOSPC", "EDQUOT"]) {
    const message = `tensorfleet install: expected 1.40 GB of free space in /cache, got a full disk (${code}); make room, or name a folder on another disk in TENSORFLEET_CACHE`;
    expect(explain(code)).toMatchObject({ code: "libraryUnavailable", message, cause: { code } });
  }
});

test("a folder that cannot be written says so", () => {
  for (const code of ["EROFS", "EACCES", "EPERM"]) {
    expect(explain(code)).toMatchObject({
      message: expect.stringContaining(
        `expected a folder that can be written at /cache, got one that cannot (${code})`,
      ),
    });
  }
});

test("an error of another kind stays what it is", () => {
  const error = fileError("EMFILE");
  expect(explainFileError(error, "/cache", 1)).toBe(error);
});

test("credentials never reach a message", () => {
  expect(withoutCredentials("https://me:secret@a.example/simple")).toBe("https://a.example/simple");
});
