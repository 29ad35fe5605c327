/** Devices, logical devices and threads: what there is, where ops run, and settings that must be made before the first op. */
import { checkFunction, describe, invalidArgument, refusePromise, TensorfleetError } from "../base/errors.ts";
import { check, native, status } from "../native/index.ts";
import { nativeContext, runtimeSettings, setRuntimeSetting } from "./context.ts";
import { withDevice } from "./device-scope.ts";

/** A device of this process. */
export interface Device {
  /** `/job:localhost/replica:0/task:0/device:CPU:0` */
  readonly name: string;
  /** `CPU`, `GPU` */
  readonly deviceType: string;
  /** Memory that TensorFlow may use on it. */
  readonly memoryBytes: number;
}

/** The devices that ops can run on, logical CPUs each for itself. */
export function listLogicalDevices(): Device[] {
  const {
    TFE_ContextListDevices,
    TF_DeviceListCount,
    TF_DeviceListName,
    TF_DeviceListType,
    TF_DeviceListMemoryBytes,
    TF_DeleteDeviceList,
  } = native();
  const list = TFE_ContextListDevices(nativeContext(), status());
  check();
  const devices = Array.from({ length: TF_DeviceListCount(list) }, (_, i) => ({
    name: TF_DeviceListName(list, i, status()),
    deviceType: TF_DeviceListType(list, i, status()),
    memoryBytes: Number(TF_DeviceListMemoryBytes(list, i, status())),
  }));
  TF_DeleteDeviceList(list);
  return devices;
}

/**
 * Splits the CPU into `count` logical devices, so that several replicas can live in one process.
 * @throws after the first op, when devices are fixed.
 */
export function setLogicalCpuDevices(count: number): void {
  setRuntimeSetting("tf.config.setLogicalCpuDevices", "logicalCpus", count);
}

/**
 * Runs `body` with its ops placed on a device: `"CPU:1"`, or a full name.
 * @throws when there is no such device, or `body` returns a promise.
 * @example
 * console.log(tf.device("CPU:0", () => tf.add(1, 2)).item()); // => 3
 */
export function device<T>(name: string, body: () => T): T {
  const found = deviceNamed("tf.device", name);
  checkFunction("tf.device", "a function", body);
  const result = withDevice(found, body);
  refusePromise(
    result,
    "tf.device: expected a synchronous function, got one that returns a promise; what it does after an await would run on another device",
  );
  return result;
}

/** The full name of the device that `name` means: `"CPU:1"`, or a full name. @throws when there is no such device. */
export function deviceNamed(api: string, name: unknown): string {
  if (typeof name !== "string") throw invalidArgument(api, "the name of a device", describe(name));
  const devices = listLogicalDevices();
  const wanted = name.replace(/^\/?(device:)?/i, "").toLowerCase();
  const found = devices.find(
    (candidate) => candidate.name === name || candidate.name.toLowerCase().endsWith(`device:${wanted}`),
  );
  if (found) return found.name;
  const names = devices.map((one) => one.name.replace(/.*device:/, "")).join(", ");
  throw new TensorfleetError("invalidArgument", `${api}: expected one of ${names}, got "${name}"`);
}

/** Threads, as `tf.config.threading` of TensorFlow; they belong to a run's identity, since the bits of sums depend on them. */
export const threading: {
  /** Threads that share the work of one op. @throws after the first op. */
  setIntraOpParallelismThreads(count: number): void;
  /** Threads that run different ops at once: as many as cores when not set, but one in functions where an op has one. @throws after the first op. */
  setInterOpParallelismThreads(count: number): void;
  /** 0: as many as cores. */
  getIntraOpParallelismThreads(): number;
  /** 0: as many as cores. */
  getInterOpParallelismThreads(): number;
} = {
  setIntraOpParallelismThreads: (count) =>
    setRuntimeSetting("tf.config.threading.setIntraOpParallelismThreads", "intraOpThreads", count),
  setInterOpParallelismThreads: (count) =>
    setRuntimeSetting("tf.config.threading.setInterOpParallelismThreads", "interOpThreads", count),
  getIntraOpParallelismThreads: () => runtimeSettings().intraOpThreads,
  getInterOpParallelismThreads: () => runtimeSettings().interOpThreads,
};
