import { describe, expect, test } from "vitest";
import { configurationFiles, indexSettings, parseConfiguration } from "./pip-configuration.ts";

/** Reads from a table of files. */
const disk = (files: Record<string, string>) => (path: string) => files[path];

describe("the index", () => {
  test("PIP_INDEX_URL comes before any file", () => {
    const files = { "/home/me/.config/pip/pip.conf": "[global]\nindex-url = http://file.example/simple" };
    const environment = { HOME: "/home/me", PIP_INDEX_URL: "http://variable.example/simple" };
    expect(indexSettings(environment, "linux", disk(files))?.urls).toEqual(["http://variable.example/simple"]);
  });

  test("extra indexes follow, however many a line or a variable names", () => {
    const files = {
      "/etc/pip.conf":
        "[global]\nindex-url = http://a.example\nextra-index-url =\n  http://b.example\n  http://c.example",
    };
    expect(indexSettings({}, "linux", disk(files))?.urls).toEqual([
      "http://a.example",
      "http://b.example",
      "http://c.example",
    ]);
  });

  test("a virtual environment's file comes before the user's, and that before the system's", () => {
    const files: Record<string, string> = {};
    const chosen = () => indexSettings({ HOME: "/home/me", VIRTUAL_ENV: "/venv" }, "linux", disk(files))?.urls[0];
    const found = ["/etc/pip.conf", "/home/me/.pip/pip.conf", "/home/me/.config/pip/pip.conf", "/venv/pip.conf"].map(
      (path) => {
        files[path] = `[global]\nindex-url = ${path}`;
        return chosen();
      },
    );
    expect(found).toEqual(Object.keys(files));
  });

  test("a section of the command comes before the global one", () => {
    const files = {
      "/etc/pip.conf": "[download]\nindex-url = http://a.example\n[global]\nindex-url = http://b.example",
    };
    expect(indexSettings({}, "linux", disk(files))?.urls).toEqual(["http://a.example"]);
  });

  test("PIP_CONFIG_FILE replaces the user's file and overrides the others", () => {
    const files = {
      "/etc/pip.conf": "[global]\nindex-url = http://system.example\ncert = /system.pem",
      "/home/me/.config/pip/pip.conf": "[global]\nextra-index-url = http://user.example",
      "/mine": "[global]\nindex-url = http://mine.example",
    };
    expect(indexSettings({ HOME: "/home/me", PIP_CONFIG_FILE: "/mine" }, "linux", disk(files))).toEqual({
      urls: ["http://mine.example"],
      certificates: "/system.pem",
    });
  });

  test("none is named without settings, with /dev/null for a file, and under no-index", () => {
    const files = { "/etc/pip.conf": "[global]\nindex-url = http://a.example" };
    expect(indexSettings({}, "linux", disk({}))).toBeUndefined();
    expect(indexSettings({ PIP_CONFIG_FILE: "/dev/null" }, "linux", disk(files))).toBeUndefined();
    expect(indexSettings({ PIP_NO_INDEX: "1" }, "linux", disk(files))).toBeUndefined();
  });
});

describe("the files", () => {
  test("are read at the places of the XDG variables", () => {
    const files = configurationFiles(
      { HOME: "/h", XDG_CONFIG_HOME: "/x", XDG_CONFIG_DIRS: "/a:/b" },
      "linux",
      disk({}),
    );
    expect(files).toEqual([
      "/a/pip/pip.conf",
      "/b/pip/pip.conf",
      "/etc/pip.conf",
      "/h/.pip/pip.conf",
      "/x/pip/pip.conf",
    ]);
  });

  test("and on a Mac in its Library folders too", () => {
    expect(configurationFiles({ HOME: "/h" }, "darwin", disk({}))).toContain(
      "/h/Library/Application Support/pip/pip.conf",
    );
  });
});

test("comments, colons, underscores, capitals and continued lines are read as Python reads them", () => {
  const text =
    "# a comment\n[global]\nIndex_Url: http://a.example\n; another\ntrusted-host = a\n    b\n\n[install]\nno-deps = yes\n";
  expect(parseConfiguration(text)).toEqual({
    global: { "index-url": "http://a.example", "trusted-host": "a\nb" },
    install: { "no-deps": "yes" },
  });
});
