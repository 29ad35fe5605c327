/** Data files by names and patterns, as users give them. */
import { describe, invalidArgument, TensorfleetError } from "../../base/errors.ts";
import { fromBytes } from "../../runtime/eager-tensor.ts";
import { executeOne, withoutRecorders } from "../../runtime/executor.ts";
import { tidy } from "../../runtime/scopes.ts";
import { isObjectName } from "../objects/address.ts";
import { matchingNames } from "../objects/replica.ts";

/** A name or several, as they are. */
export function fileNames(api: string, names: string | readonly string[]): readonly string[] {
  const list = typeof names === "string" ? [names] : names;
  const isList =
    Array.isArray(list) && list.length > 0 && list.every((name) => typeof name === "string" && name !== "");
  if (!isList) throw invalidArgument(api, "the name of a file, or an array of some", describe(names));
  return list;
}

/** The files that match a pattern (`*`, `?`, `[a-z]`) or one of several, and the objects of stores (`*`), sorted by name. */
export function matchingFileNames(api: string, patterns: string | readonly string[]): readonly string[] {
  const list = fileNames(api, patterns);
  const objects = list.filter(isObjectName).flatMap((pattern) => matchingNames(api, pattern));
  const found = [...objects, ...matchingFiles(list.filter((pattern) => !isObjectName(pattern)))];
  if (found.length > 0) return found.sort();
  throw new TensorfleetError("notFound", `${api}: expected files that match ${list.join(", ")}, got none`);
}

function matchingFiles(patterns: readonly string[]): string[] {
  if (patterns.length === 0) return [];
  const bytes = patterns.map((pattern) => Buffer.from(pattern));
  return withoutRecorders(() =>
    tidy(() => executeOne("MatchingFiles", [fromBytes([patterns.length], bytes)]).array()),
  ) as string[];
}
