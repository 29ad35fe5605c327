/** OneDeviceStrategy: everything on one device. */
import { deviceNamed } from "../../runtime/devices.ts";
import { DeviceStrategy } from "./device-strategy.ts";

/**
 * Trains on one device with one shard: variables made in its scope lie there, and steps run there. It tells whether a script that is
 * written for strategies is right, before there are several.
 * @throws when there is no such device, and among several workers.
 * @see https://www.tensorflow.org/api_docs/python/tf/distribute/OneDeviceStrategy
 * @example
 * const strategy = new tf.distribute.OneDeviceStrategy("CPU:0");
 * const sum = await strategy.run((x: tf.Tensor) => tf.reduceSum(x), [tf.constant([1, 2, 3])]);
 * console.log(strategy.numReplicasInSync, strategy.reduce("sum", sum).item()); // => 1 6
 */
export class OneDeviceStrategy extends DeviceStrategy {
  constructor(device: string) {
    const api = "new OneDeviceStrategy";
    super(api, [deviceNamed(api, device)]);
  }
}
