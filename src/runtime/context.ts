/** The one TensorFlow context of this process: made at the first op, from settings given before. */
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { describe, invalidArgument, TensorfleetError } from "../base/errors.ts";
import { check, native, status } from "../native/index.ts";

/** Settings of the runtime; all but device placement must be set before the first op runs. */
export interface RuntimeSettings {
  /** Threads that share the work of one op; part of a run's identity, since sums depend on it. 0: as many as cores. */
  intraOpThreads: number;
  /** Threads that run different ops at once. 0: as many as cores, but one in functions where an op has one. */
  interOpThreads: number;
  /** Into how many logical devices the CPU is split. */
  logicalCpus: number;
}

const MOST = 4096; // threads or devices: TensorFlow starts all of them at once

const settings: RuntimeSettings = { intraOpThreads: threadsOfEnvironment(), interOpThreads: 0, logicalCpus: 1 };
let context: bigint | undefined;

/** `tensorfleet run --threads N` hands the number on as TENSORFLEET_THREADS. */
function threadsOfEnvironment(): number {
  const given = process.env.TENSORFLEET_THREADS;
  if (given === undefined || given === "") return 0;
  if (!/^\d+$/.test(given) || Number(given) > MOST)
    throw invalidArgument("TENSORFLEET_THREADS", `a whole number from 0 to ${MOST}`, describe(given));
  return Number(given);
}

/** @internal TensorFlow's eager context. The first call makes it: some milliseconds once the library is loaded. */
export function nativeContext(): bigint {
  context ??= makeContext();
  return context;
}

/** Whether the context has been made, so that settings are fixed. */
export function isContextMade(): boolean {
  return context !== undefined;
}

/** The present settings. */
export function runtimeSettings(): Readonly<RuntimeSettings> {
  return settings;
}

/** Changes one setting. Throws after the first op: threads and devices are fixed then. */
export function setRuntimeSetting(api: string, name: keyof RuntimeSettings, value: number): void {
  if (!Number.isInteger(value) || value < 0 || value > MOST)
    throw invalidArgument(api, `a whole number from 0 to ${MOST}`, describe(value));
  if (settings[name] === value) return;
  if (context !== undefined) {
    throw new TensorfleetError(
      "wrongPlace",
      `${api}: expected to be called before the first op, got a call after it (${name} is ${settings[name]} now); move it to the top of the program`,
    );
  }
  settings[name] = value;
}

/** ConfigProto: 2 intra_op_parallelism_threads, 5 inter_op_parallelism_threads, 1 device_count, 16 experimental { 9 disable_thread_spinning }. */
function configProto(): Uint8Array {
  const writer = new BinaryWriter();
  if (settings.logicalCpus > 1)
    writer.tag(1, 2).fork().tag(1, 2).string("CPU").tag(2, 0).int32(settings.logicalCpus).join();
  if (settings.intraOpThreads > 0) writer.tag(2, 0).int32(settings.intraOpThreads);
  if (settings.interOpThreads > 0) writer.tag(5, 0).int32(settings.interOpThreads);
  writer.tag(7, 0).bool(true); // allow_soft_placement
  // Idle threads of the pools would spin for their next op: on few cores that takes the time of those that work.
  writer.tag(16, 2).fork().tag(9, 0).bool(true).join();
  return writer.finish();
}

function makeContext(): bigint {
  const { TFE_NewContextOptions, TFE_ContextOptionsSetConfig, TFE_NewContext, TFE_DeleteContextOptions } = native();
  const options = TFE_NewContextOptions();
  const config = configProto();
  TFE_ContextOptionsSetConfig(options, config, config.length, status());
  check();
  const made = TFE_NewContext(options, status());
  check();
  TFE_DeleteContextOptions(options);
  return made;
}
