/** Gradients of pooling: to the largest element of each window, or evenly to all. */
import { executeOne } from "../../runtime/executor.ts";
import type { Rule, Rules } from "../rule.ts";
import { shapeOf } from "../rule-ops.ts";

/** dx = MaxPoolGrad(x, y, dy). */
const max =
  (op: string): Rule =>
  (r) => [executeOne(op, [r.x, r.y, r.g], r.shared(op))];

// linear in dy, and flat in x and y: what arrives at dx is picked from where the largest elements were
const maxGrad =
  (op: string): Rule =>
  (r) => [null, null, executeOne(op, [r.inputs[0], r.inputs[1], r.g], r.shared(op))];

const average =
  (op: string): Rule =>
  (r) => [executeOne(op, [shapeOf(r.x), r.g], r.shared(op))];

const averageGrad =
  (op: string): Rule =>
  (r) => [null, executeOne(op, [r.g], r.shared(op))];

export const pooling: Rules = {
  MaxPool: max("MaxPoolGrad"),
  MaxPoolGrad: maxGrad("MaxPoolGradGrad"),
  MaxPoolGradGrad: maxGrad("MaxPoolGrad"),
  // window and strides are tensors: the gradient takes them too
  MaxPoolV2: (r) => [
    executeOne("MaxPoolGradV2", [r.x, r.y, r.g, r.inputs[1], r.inputs[2]], r.shared("MaxPoolGradV2")),
    null,
    null,
  ],
  MaxPoolWithArgmax: (r) => [
    executeOne("MaxPoolGradWithArgmax", [r.x, r.g, r.outputs[1]], r.shared("MaxPoolGradWithArgmax")),
  ],
  MaxPool3D: max("MaxPool3DGrad"),
  MaxPool3DGrad: maxGrad("MaxPool3DGradGrad"),
  MaxPool3DGradGrad: maxGrad("MaxPool3DGrad"),
  AvgPool: average("AvgPoolGrad"),
  AvgPoolGrad: averageGrad("AvgPool"),
  AvgPool3D: average("AvgPool3DGrad"),
  AvgPool3DGrad: averageGrad("AvgPool3D"),
};
