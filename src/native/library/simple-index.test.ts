import { describe, expect, test } from "vitest";
import { proxyFor } from "./http.ts";
import { parseIndex } from "./simple-index.ts";

const page = new URL("http://index.example/simple/tensorflow-cpu/");
const sha256 = "ab".repeat(32);

describe("a page of an index", () => {
  test("in HTML gives names, addresses and hashes, with quotes of either kind and entities", () => {
    const body = `<!DOCTYPE html><html><body>
      <a href="../../files/one-1.0-py3-none-any.whl#sha256=${sha256}" data-requires-python="&gt;=3">one-1.0-py3-none-any.whl</a><br/>
      <A HREF='http://files.example/two-1.0.whl?a=1&amp;b=2'>two-1.0.whl</A> <a name="anchor">no file</a>`;
    expect(parseIndex("text/html; charset=utf-8", body, page)).toEqual([
      {
        file: "one-1.0-py3-none-any.whl",
        url: new URL(`http://index.example/files/one-1.0-py3-none-any.whl#sha256=${sha256}`),
        sha256,
      },
      { file: "two-1.0.whl", url: new URL("http://files.example/two-1.0.whl?a=1&b=2"), sha256: undefined },
    ]);
  });

  test("in HTML heeds its base", () => {
    const body = `<html><head><base href="http://files.example/a/"></head><a href="one.whl">one.whl</a>`;
    expect(parseIndex("text/html", body, page)[0]?.url.href).toBe("http://files.example/a/one.whl");
  });

  test("in JSON gives the same", () => {
    const body = JSON.stringify({
      files: [
        { filename: "one.whl", url: "../one.whl", hashes: { sha256 } },
        { filename: "two.whl", url: "/two.whl" },
      ],
    });
    expect(parseIndex("application/vnd.pypi.simple.v1+json", body, page)).toEqual([
      { file: "one.whl", url: new URL("http://index.example/simple/one.whl"), sha256 },
      { file: "two.whl", url: new URL("http://index.example/two.whl"), sha256: undefined },
    ]);
  });
});

describe("a proxy", () => {
  const HTTPS_PROXY = "http://proxy.example:3128";

  test("is the one for the address's protocol, in capitals or not", () => {
    expect(proxyFor(new URL("https://a.example"), { HTTPS_PROXY })).toBe(HTTPS_PROXY);
    expect(proxyFor(new URL("https://a.example"), { https_proxy: HTTPS_PROXY })).toBe(HTTPS_PROXY);
    expect(proxyFor(new URL("http://a.example"), { HTTPS_PROXY })).toBeUndefined();
    expect(proxyFor(new URL("http://a.example"), { ALL_PROXY: HTTPS_PROXY })).toBe(HTTPS_PROXY);
  });

  test("is not asked for hosts in NO_PROXY", () => {
    for (const NO_PROXY of ["a.example", ".example", "x, a.example", "*"]) {
      expect(proxyFor(new URL("https://a.example"), { HTTPS_PROXY, NO_PROXY })).toBeUndefined();
    }
    expect(proxyFor(new URL("https://a.example"), { HTTPS_PROXY, NO_PROXY: "ple,b.example" })).toBe(HTTPS_PROXY);
  });
});
