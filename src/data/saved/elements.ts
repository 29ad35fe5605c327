/** Elements as records, and back: a string of each component, and of these one. */
import type { Nest } from "../../base/nests.ts";
import { packLike } from "../../base/nests.ts";
import { execute, executeOne } from "../../runtime/executor.ts";
import type { TensorSpec } from "../../runtime/function.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { type Element, type ElementSpec, specsOf, structureOf } from "../element.ts";
import { traceElementFunction } from "../element-function.ts";
import { componentsOf } from "../inner-datasets.ts";
import type { Plan } from "../plan.ts";
import { map } from "../transforms/map.ts";

const inOrder = { inOrder: true } as const;
const serialized = (tensor: Tensor): Tensor => executeOne("SerializeTensor", [tensor]);

/** The elements of `plan` as strings. */
export function toRecords(api: string, plan: Plan): Plan {
  const record = traceElementFunction(api, plan.spec, (element) =>
    serialized(executeOne("Pack", [componentsOf(element).map(serialized)])),
  );
  return map(plan, record, inOrder);
}

/** The elements, of `spec`, that records are. */
export function fromRecords(api: string, records: Plan, spec: ElementSpec): Plan {
  const specs = specsOf(spec);
  const element = traceElementFunction(api, records.spec, (record) => {
    const parts = executeOne("ParseTensor", [record as Tensor], { out_type: "string" });
    const strings = execute("Unpack", [ensured(parts, [specs.length])], { num: specs.length });
    const components = specs.map(({ dtype, shape }, i) =>
      ensured(executeOne("ParseTensor", [strings[i] as Tensor], { out_type: dtype }), shape),
    );
    return packLike(structureOf(spec), components) as Nest<Tensor> as Element;
  });
  return map(records, element, inOrder);
}

function ensured(tensor: Tensor, shape: TensorSpec["shape"]): Tensor {
  return executeOne("EnsureShape", [tensor], { shape });
}
