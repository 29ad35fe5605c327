/** Loads TensorFlow's C library into this process, once, at first use. The only module that calls koffi for TensorFlow. */
import { closeSync, openSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
import { TensorfleetError } from "../base/errors.ts";
import koffi from "./koffi.ts";
import { ensureLibrary } from "./library/index.ts";
import { type Symbols, signatures } from "./symbols.ts";

const RTLD_NOW = 2;
const RTLD_GLOBAL = 0x100;
const RTLD_NODELETE = 0x1000;
const darwin = process.platform === "darwin";
const flags = darwin ? 2 | 8 | 0x80 : RTLD_NOW | RTLD_GLOBAL | RTLD_NODELETE;
type CType = string | ReturnType<typeof koffi.struct>;
const types: Readonly<Record<string, CType>> = {
  P: "void *",
  S: "str",
  I: "int",
  L: "int64_t",
  B: "uint8",
  F: "float",
  D: "double",
  V: "void",
};

let loaded: Symbols | undefined;

/** The C API. The first call finds the library (fetching it after saying so) and loads it: about 0.3 s. */
export function native(): Symbols {
  loaded ??= load();
  return loaded;
}

/** Whether the library is in this process already. */
export function isLoaded(): boolean {
  return loaded !== undefined;
}

function load(): Symbols {
  if (!isMainThread) {
    throw new TensorfleetError(
      "unsupported",
      "native: expected the main thread of a process, got a worker_thread; TensorFlow crashes there, start a process instead",
    );
  }
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  process.env.TF_ENABLE_ONEDNN_OPTS ??= "1"; // else it depends on the processor: docs/decisions/0010
  const folder = ensureLibrary();
  const [ccPath, frameworkPath] = darwin
    ? [`${folder}/libtensorflow_cc.2.dylib`, `${folder}/libtensorflow_framework.2.dylib`]
    : [`${folder}/libtensorflow_cc.so.2`, `${folder}/libtensorflow_framework.so.2`];
  pin(ccPath);
  const libraries = [koffi.load(ccPath), koffi.load(frameworkPath)];
  // TF_Output; without a name, for another copy of this package may have made it already.
  const known: Readonly<Record<string, CType>> = { ...types, O: koffi.struct({ oper: "void *", index: "int" }) };
  const symbols: Record<string, unknown> = {};
  for (const [name, signature] of Object.entries(signatures)) {
    const [result, args] = signature.split(":") as [string, string];
    symbols[name] = bind(
      libraries,
      name,
      known[result] as CType,
      [...args].map((letter) => known[letter] as CType),
    );
  }
  return symbols as unknown as Symbols;
}

/** Without NODELETE the library is unmapped at exit while its atexit handlers still run: a crash at every exit. */
function pin(path: string): void {
  const libc = koffi.load(darwin ? "libSystem.B.dylib" : "libc.so.6");
  const open = libc.func("void *dlopen(str, int)");
  const lastError = libc.func("str dlerror()"); // looked up now: a look-up after a failure would clear its reason
  const handle = silently(libc, () => open(path, flags) as bigint | null);
  if (!handle) {
    const reason = lastError() as string;
    throw new TensorfleetError(
      "nativeFailure",
      `native: expected to load ${path}, got: ${reason}; run "tensorfleet doctor"`,
    );
  }
}

/** The library logs a line on oneDNN while it is loaded, before any log level is heeded: standard error is put aside for that moment. */
function silently<T>(libc: ReturnType<typeof koffi.load>, body: () => T): T {
  if (process.env.TF_CPP_MIN_LOG_LEVEL === "0") return body();
  const dup = libc.func("int dup(int)");
  const dup2 = libc.func("int dup2(int, int)");
  const close = libc.func("int close(int)");
  const saved = dup(2) as number;
  const nowhere = openSync("/dev/null", "w");
  dup2(nowhere, 2);
  try {
    return body();
  } finally {
    dup2(saved, 2);
    close(saved);
    closeSync(nowhere);
  }
}

function bind(libraries: ReturnType<typeof koffi.load>[], name: string, result: CType, args: CType[]): unknown {
  for (const library of libraries) {
    try {
      return library.func(name, result, args);
    } catch {
      // Each symbol is exported by one of the two libraries: try the next.
    }
  }
  throw new TensorfleetError(
    "nativeFailure",
    `native: expected TensorFlow 2.21 with the symbol ${name}, got a library without it; run "tensorfleet doctor"`,
  );
}
