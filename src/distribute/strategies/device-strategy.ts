/** What strategies over devices of one process share: variables live on the first device, each device computes its shard. */
import { TensorfleetError } from "../../base/errors.ts";
import { workerLink } from "../../cluster/worker-link.ts";
import { withDevice } from "../../runtime/device-scope.ts";
import { DeviceGroup } from "../device-group.ts";
import type { ShardGroup } from "../shard-group.ts";
import { Strategy } from "../strategy.ts";
import type { WorkerGroup } from "../worker-group.ts";

/** A strategy over devices. */
export abstract class DeviceStrategy extends Strategy {
  readonly numReplicasInSync: number;
  /** @internal */
  readonly group: ShardGroup;
  /** @internal */
  readonly workers: WorkerGroup | undefined = undefined;
  /** @internal Full names, one for each shard. */
  readonly devices: readonly string[];

  /** @throws among several workers, of which each would train for itself. */
  constructor(api: string, devices: readonly string[]) {
    super();
    if ((workerLink()?.job.maxWorkers ?? 1) > 1)
      throw new TensorfleetError(
        "wrongPlace",
        `${api}: expected one worker, got a job of up to ${workerLink()?.job.maxWorkers}; use tf.distribute.MultiWorkerMirroredStrategy, or run it with --workers 1`,
      );
    this.devices = devices;
    this.numReplicasInSync = devices.length;
    this.group = new DeviceGroup(devices);
  }

  /** Runs `body`: models and variables that are made in it lie on the first device. @throws within another strategy's scope. */
  override scope<T>(body: () => T): T {
    return super.scope(() => withDevice(this.devices[0] as string, body));
  }
}
