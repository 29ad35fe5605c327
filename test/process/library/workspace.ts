/** What a test of the installer stands on: a fake wheel, an index that serves it, an empty cache, and environments with and without pip. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Installation, type InstallSettings, installLibrary } from "../../../src/native/library/install.ts";
import type { Environment } from "../../../src/native/library/locations.ts";
import { progressOn } from "../../../src/native/library/progress.ts";
import { type FakeWheel, machine, makeFakeWheel } from "./fake-wheel.ts";
import { type Behaviour, LoopbackIndex } from "./loopback-index.ts";

/** Whether python3 with pip is on this machine; the package does not need it, its tests of pip do. */
export const hasPip: boolean = spawnSync("python3", ["-m", "pip", "--version"]).status === 0;

const programs = { installer: "./installer.ts", firstUser: "./first-user.ts" } as const;

/** Everything of one test; disposing of it leaves nothing behind. */
export class Workspace implements AsyncDisposable {
  readonly root: string;
  readonly cache: string;
  readonly fake: FakeWheel;
  readonly index: LoopbackIndex;
  /** What the installations run in this process said. */
  said = "";

  private constructor(root: string, fake: FakeWheel, index: LoopbackIndex) {
    this.root = root;
    this.cache = join(root, "cache");
    this.fake = fake;
    this.index = index;
    mkdirSync(join(root, "empty"));
  }

  static async make(behaviour: Behaviour = {}, libraryBytes?: number): Promise<Workspace> {
    const root = mkdtempSync(join(tmpdir(), "install-library-"));
    const fake = await makeFakeWheel(root, libraryBytes);
    return new Workspace(root, fake, await LoopbackIndex.start(fake, behaviour));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.index[Symbol.asyncDispose]();
    rmSync(this.root, { recursive: true, force: true });
  }

  /** The environment of a machine without Python. */
  withoutPip(more: Environment = {}): Environment {
    const nothing = join(this.root, "empty");
    return { PATH: nothing, HOME: nothing, PIP_CONFIG_FILE: "/dev/null", TENSORFLEET_CACHE: this.cache, ...more };
  }

  /** The environment of a machine whose pip, and so Node too, is set to the loopback index. */
  withPip(more: Environment = {}): Environment {
    return this.withoutPip({ PATH: process.env.PATH, PIP_INDEX_URL: this.index.url, PIP_RETRIES: "1", ...more });
  }

  /** Installs in this process. */
  install(settings: Omit<InstallSettings, "progress">): Promise<Installation> {
    const progress = progressOn({ write: (text) => (this.said += text) });
    return installLibrary({ machine, table: this.fake.table, progress, ...settings });
  }

  /** Starts an installer in a process of its own. */
  startInstaller(environment: Environment): Program {
    return new Program("installer", [JSON.stringify(this.fake.table)], environment);
  }

  /** Starts a program that needs the library, in a process of its own. */
  startFirstUser(environment: Environment): Program {
    return new Program("firstUser", [], environment);
  }

  /** The files in the cache, as paths in it. */
  filesInCache(): string[] {
    const entries = readdirSync(this.cache, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.cache.length + 1))
      .sort();
  }
}

/** One of the programs beside this file in a process of its own. */
export class Program {
  readonly child: ChildProcess;
  /** What it has written so far: on standard error, and on standard output. */
  said = "";
  outcome = "";

  constructor(name: keyof typeof programs, programArgs: string[], environment: Environment) {
    const args = ["--import", "tsx", fileURLToPath(new URL(programs[name], import.meta.url)), ...programArgs];
    this.child = spawn(process.execPath, args, { env: { ...environment }, stdio: ["ignore", "pipe", "pipe"] });
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.said += text));
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => (this.outcome += text));
  }

  /** Ends it at once, as the kernel does when memory runs out. */
  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await once(this.child, "close");
  }

  /** Its exit code, once it has ended by itself. */
  async ended(): Promise<number | null> {
    if (this.child.exitCode === null) await once(this.child, "close");
    return this.child.exitCode;
  }
}
