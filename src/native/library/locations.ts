/** Where TensorFlow's two libraries lie: their names on each system, and the folder of this package's cache. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Environment variables, as in `process.env`; handed in so that tests can choose them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The version of TensorFlow whose C library this package speaks to. */
export const tensorflowVersion = "2.21.0" as string;

/** The names of the two libraries, the one with the C API first. */
export function libraryNames(platform: string = process.platform): [string, string] {
  return platform === "darwin"
    ? ["libtensorflow_cc.2.dylib", "libtensorflow_framework.2.dylib"]
    : ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"];
}

/** Which of the two libraries a folder lacks. */
export function missingLibraries(folder: string): string[] {
  return libraryNames().filter((name) => !existsSync(join(folder, name)));
}

/** The cache: TENSORFLEET_CACHE, else the place the system has for caches. */
export function cacheFolder(environment: Environment = process.env, platform: string = process.platform): string {
  if (environment.TENSORFLEET_CACHE) return environment.TENSORFLEET_CACHE;
  if (environment.XDG_CACHE_HOME) return join(environment.XDG_CACHE_HOME, "tensorfleet");
  const home = environment.HOME || homedir();
  return platform === "darwin" ? join(home, "Library", "Caches", "tensorfleet") : join(home, ".cache", "tensorfleet");
}

/** The folder inside the cache that holds the installed libraries; it appears whole, by a rename. */
export function installedFolder(cache: string): string {
  return join(cache, `tensorflow-${tensorflowVersion}-${process.platform}-${process.arch}`);
}
