/** MirroredStrategy: several devices of one process, a shard each. */
import { describe, invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { deviceNamed, listLogicalDevices } from "../../runtime/devices.ts";
import { CrossDeviceOps } from "../cross-device-ops.ts";
import { DeviceStrategy } from "./device-strategy.ts";

/** Options of {@link MirroredStrategy}. */
export interface MirroredStrategyOptions {
  /** Names of devices, such as `"GPU:1"`; all GPUs when not given, or where there is none all logical CPUs. */
  devices?: readonly string[] | undefined;
  /** How devices would exchange gradients in TensorFlow; here there is one way: see {@link CrossDeviceOps}. */
  crossDeviceOps?: CrossDeviceOps | undefined;
}

/**
 * Trains on several devices of this process: each computes one shard of the batch, the first adds up, along the same tree as
 * MultiWorkerMirroredStrategy with as many shards: the bits are the same. Variables lie on the first device, and the others read them
 * there. `tf.config.setLogicalCpuDevices` makes several devices of a CPU, to try it without GPUs.
 * @throws when there is no such device, one is named twice, and among several workers.
 * @see https://www.tensorflow.org/api_docs/python/tf/distribute/MirroredStrategy
 * @example
 * const strategy = new tf.distribute.MirroredStrategy({ devices: ["CPU:0"] });
 * const doubled = await strategy.run((x: tf.Tensor) => x.multiply(2), [tf.constant([1, 2])]);
 * console.log(strategy.gather(doubled, 0).array()); // => [ 2, 4 ]
 */
export class MirroredStrategy extends DeviceStrategy {
  readonly crossDeviceOps: CrossDeviceOps | undefined;

  constructor(options: MirroredStrategyOptions = {}) {
    const api = "new MirroredStrategy";
    checkOptions(api, options, { devices: true, crossDeviceOps: true });
    const { crossDeviceOps } = options;
    if (crossDeviceOps !== undefined && !(crossDeviceOps instanceof CrossDeviceOps))
      throw invalidArgument(api, "crossDeviceOps of a class of CrossDeviceOps", describe(crossDeviceOps));
    super(api, devicesOf(api, options.devices));
    this.crossDeviceOps = crossDeviceOps;
  }
}

function devicesOf(api: string, given: readonly string[] | undefined): string[] {
  if (given === undefined) {
    const all = listLogicalDevices();
    const gpus = all.filter(({ deviceType }) => deviceType === "GPU");
    return (gpus.length > 0 ? gpus : all.filter(({ deviceType }) => deviceType === "CPU")).map(({ name }) => name);
  }
  if (!Array.isArray(given) || given.length === 0) throw invalidArgument(api, "names of devices", describe(given));
  const names = given.map((name) => deviceNamed(api, name));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw invalidArgument(api, "each device once", describe(twice));
  return names;
}
