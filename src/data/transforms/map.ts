/** A user's function applied to every element. By index, a whole batch of elements is mapped by one op, in TensorFlow's threads. */
import type { ConcreteFunction } from "../../runtime/concrete-function.ts";
import { execute, executeOne } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { byIndex, disposeCaptures, ENDLESS, elementByRows, mapStream } from "../by-index.ts";
import { type ElementSpec, shapesOf, specsOf, typesOf } from "../element.ts";
import { type ElementFunction, indexSpec, trace } from "../element-function.ts";
import { datasetOp, functionAttribute, int64, int64s } from "../ops.ts";
import { derive, type Indexed, type Plan, type Position } from "../plan.ts";

/** What {@link map} is told. */
export interface MapSettings {
  readonly numParallelCalls?: number | undefined;
  readonly inOrder: boolean;
}

/** Every element replaced by what the function makes of it. */
export function map(parent: Plan, mapped: ElementFunction, settings: MapSettings): Plan {
  const { spec } = mapped;
  const varies = parent.varies || mapped.usesKey;
  const parallelism = settings.numParallelCalls ?? parent.parallelism;
  if (parent.indexed && parent.cardinality !== undefined) {
    const indexed = mapIndexed(parent.indexed, mapped);
    const plan = byIndex({ spec, cardinality: parent.cardinality, varies, parallelism, parents: [parent], indexed });
    return withFunction(plan, mapped);
  }
  const stream = (position: Position): Tensor =>
    mapStream(parent.stream(position), mapped.fn, [noKey()], spec, settings);
  const keyed = mapped.usesKey ? keyedStream(parent, mapped, settings) : stream;
  return withFunction(derive(parent, { spec, varies, stream: keyed }), mapped);
}

/** Every element replaced by what `fn` makes of whole stacks of them: for functions of our own that work on the rows of a batch at once. */
export function mapRows(parent: Plan, spec: ElementSpec, fn: (rows: Tensor[]) => Tensor[]): Plan {
  const { indexed, cardinality } = parent;
  const rows = indexed?.rows;
  if (!rows || cardinality === undefined) throw new Error("mapRows: expected a plan with rows");
  const mapped = elementByRows((indices, epochs) => fn(rows(indices, epochs)));
  return byIndex({ ...parent, spec, cardinality, parents: [parent], indexed: mapped });
}

function withFunction(plan: Plan, { fn }: ElementFunction): Plan {
  return {
    ...plan,
    dispose: () => {
      plan.dispose();
      disposeCaptures(fn);
    },
  };
}

const noKey = (): Tensor => int64s([0, 0]);

/** A stream's elements mapped with the key of each: they are zipped with their numbers. */
function keyedStream(parent: Plan, mapped: ElementFunction, settings: MapSettings): Plan["stream"] {
  const numbered = [...specsOf(parent.spec), indexSpec];
  let withNumber: ConcreteFunction | undefined;
  return (position) => {
    withNumber ??= trace("keyed", [...numbered, indexSpec], (...inputs) => {
      const [number, epoch] = inputs.slice(-2) as Tensor[] as [Tensor, Tensor];
      return mapped.fn.call([...inputs.slice(0, -2), executeOne("Pack", [[epoch, number]])]);
    });
    const numbers = datasetOp("RangeDataset", [int64(position.start), int64(ENDLESS), int64(1)], indexSpec);
    const zipped = datasetOp("ZipDataset", [[parent.stream(position), numbers]], numbered);
    return mapStream(zipped, withNumber, [position.epoch], mapped.spec, settings);
  };
}

function mapIndexed(parent: Indexed, mapped: ElementFunction): Indexed {
  const { fn, usesKey } = mapped;
  const { rows } = parent;
  const keyOf = (index: Tensor, epoch: Tensor): Tensor => (usesKey ? executeOne("Pack", [[epoch, index]]) : noKey());
  return {
    element: (index, epoch) => fn.call([...parent.element(index, epoch), keyOf(index, epoch)]),
    rows:
      rows && canStack(mapped.spec)
        ? (indices, epochs) => callOnRows(mapped, rows(indices, epochs), indices, epochs)
        : undefined,
  };
}

/** Elements can be stacked when their ranks are known; where lengths turn out to differ, the op says so. */
function canStack(spec: ElementSpec): boolean {
  const types = typesOf(spec);
  return shapesOf(spec).every((shape, i) => shape !== null && types[i] !== "variant" && types[i] !== "resource");
}

/** The function applied to each row of `components` [m, ...], many at once. */
function callOnRows(
  { fn, spec, usesKey }: ElementFunction,
  components: readonly Tensor[],
  indices: Tensor,
  epochs: Tensor,
): Tensor[] {
  const keys = usesKey
    ? [
        executeOne(
          "Pack",
          [[executeOne("BroadcastTo", [epochs, executeOne("Shape", [indices], { out_type: "int64" })]), indices]],
          { axis: 1 },
        ),
      ]
    : [];
  const rows = [...components, ...keys];
  const captured = [...(usesKey ? [] : [noKey()]), ...fn.capturedInputs];
  return execute("MapDefun", [rows, captured], {
    f: functionAttribute(fn),
    Targuments: rows.map((tensor) => tensor.dtype),
    Tcaptured: captured.map((tensor) => tensor.dtype),
    output_types: typesOf(spec),
    output_shapes: shapesOf(spec),
  });
}
