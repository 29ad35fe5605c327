import { describe, expect, test } from "vitest";
import { explainPip } from "./pip.ts";
import { wheels } from "./wheels.ts";

const wheel = wheels["linux-x64"]!;
const explain = (output: string) => explainPip(output, wheel, "/cache").message;

const noVersion =
  "ERROR: Could not find a version that satisfies the requirement tensorflow-cpu==2.21.0 (from versions: none)\nERROR: No matching distribution found for tensorflow-cpu==2.21.0\n";
const retrying = (cause: string) =>
  `WARNING: Retrying (Retry(total=0, connect=None, read=None)) after connection broken by '${cause}': /simple/tensorflow-cpu/\n`;

describe("pip's words", () => {
  test("on a lost connection are told by the cause, not by the versions it did not see", () => {
    const refused =
      "NewConnectionError('<object at 0x7f>: Failed to establish a new connection: [Errno 111] Connection refused')";
    expect(explain(retrying(refused) + noVersion)).toMatch(
      /expected an answer from pip's index, got "\[Errno 111\] Connection refused" from pip;/,
    );
    const certificate =
      "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:1007)'))";
    expect(explain(retrying(certificate) + noVersion)).toMatch(
      /got "certificate verify failed: unable to get local issuer certificate" from pip;/,
    );
    const timeout = `ReadTimeoutError("HTTPSConnectionPool(host='a.example', port=443): Read timed out. (read timeout=15)")`;
    expect(explain(retrying(timeout) + noVersion)).toMatch(/got "Read timed out" from pip;/);
  });

  test("on a version it cannot find are shown, with how to check the index", () => {
    expect(explain(noVersion)).toMatch(
      /expected pip to download tensorflow-cpu==2.21.0, got "ERROR: Could not find .*" from pip; check pip's index/,
    );
  });

  test("on another hash give both hashes", () => {
    const output = `ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.\n    tensorflow-cpu==2.21.0:\n        Expected sha256 ${wheel.sha256}\n             Got        ${"ab".repeat(32)}\n`;
    expect(explain(output)).toMatch(
      new RegExp(`expected sha256 ${wheel.sha256} for .*, got sha256 ${"ab".repeat(32)};`),
    );
  });

  test("on a full disk say how much is needed", () => {
    expect(
      explain("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n"),
    ).toMatch(/expected 273.8 MB of free space in \/cache, got .*No space left on device.*make room/);
  });
});
