/** A user's function applied to every element. By index, a whole batch of elements is mapped by one op, in TensorFlow's threads. */
import { isFullyDefined } from "../../base/shapes.ts";
import type { ConcreteFunction } from "../../runtime/concrete-function.ts";
import { executeOne } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { byIndex, ENDLESS, elementByRows, mapStream } from "../by-index.ts";
import { type ElementSpec, shapesOf, specsOf, typesOf } from "../element.ts";
import { type ElementFunction, indexSpec, trace } from "../element-function.ts";
import { datasetOp, int64, int64s } from "../ops.ts";
import { derive, type Indexed, type Plan, type Position, releasing } from "../plan.ts";
import { mapDefun } from "./map-defun.ts";
import { partThrough } from "./order.ts";
import { type StackedFunction, stackedFunction } from "./stacked-function.ts";

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
    const stacked = stackedFunction(mapped.fn);
    const alone = new LoneRows(parent.indexed, mapped);
    const isUniform = shapesOf(parent.spec).every(isFullyDefined);
    const indexed = mapIndexed(parent.indexed, mapped, isUniform ? stacked : alone);
    const plan = byIndex({
      ...parent,
      spec,
      cardinality: parent.cardinality,
      varies,
      parallelism,
      functions: [...(parent.functions ?? []), mapped.fn],
      parents: [parent],
      indexed,
    });
    return releasing(plan, () => {
      mapped.fn.graph.releaseShares();
      stacked?.dispose();
      alone.dispose();
    });
  }
  const streamed: StreamedMap = mapped.usesKey
    ? keyed(parent, mapped)
    : { input: parent.stream, fn: () => mapped.fn, others: () => [noKey()] };
  const stream = (position: Position): Tensor =>
    mapStream(streamed.input(position), streamed.fn(), streamed.others(position), spec, settings);
  const partOf = mapped.usesKey ? undefined : partThrough(parent, (part) => map(part, mapped, settings));
  return releasing(derive(parent, { spec, varies, stream, partOf }), () => {
    mapped.fn.graph.releaseShares();
    if (mapped.usesKey) streamed.fn().graph.releaseShares();
  });
}

/** Every element replaced by what `fn` makes of whole stacks of them: for functions of our own that work on the rows of a batch at once. */
export function mapRows(parent: Plan, spec: ElementSpec, fn: (rows: Tensor[]) => Tensor[]): Plan {
  const { indexed, cardinality } = parent;
  const rows = indexed?.rows;
  if (!rows || cardinality === undefined) throw new Error("mapRows: expected a plan with rows");
  const mapped = elementByRows((indices, epochs) => fn(rows(indices, epochs)), indexed);
  return byIndex({ ...parent, spec, cardinality, parents: [parent], indexed: mapped });
}

/** What a stream is mapped with: an input stream, a function, and what it gets beside the elements. */
interface StreamedMap {
  input(position: Position): Tensor;
  fn(): ConcreteFunction;
  others(position: Position): Tensor[];
}

const noKey = (): Tensor => int64s([0, 0]);

/** How a function with random numbers maps a stream: the elements are zipped with their numbers, of which the key is made. */
function keyed(parent: Plan, mapped: ElementFunction): StreamedMap {
  const numbered = [...specsOf(parent.spec), indexSpec];
  let withNumber: ConcreteFunction | undefined;
  return {
    input: (position) => {
      const numbers = datasetOp("RangeDataset", [int64(position.start), int64(ENDLESS), int64(1)], indexSpec);
      return datasetOp("ZipDataset", [[parent.stream(position), numbers]], numbered);
    },
    fn: () => {
      withNumber ??= trace("keyed", [...numbered, indexSpec], (...inputs) => {
        const [number, epoch] = inputs.slice(-2) as Tensor[] as [Tensor, Tensor];
        return mapped.fn.call([...inputs.slice(0, -2), executeOne("Pack", [[epoch, number]])]);
      });
      return withNumber;
    },
    others: ({ epoch }) => [epoch],
  };
}

function mapIndexed(parent: Indexed, mapped: ElementFunction, way: StackedFunction | LoneRows | undefined): Indexed {
  const { rows } = parent;
  const mappedRows: NonNullable<Indexed["rows"]> = (indices, epochs) =>
    way instanceof LoneRows
      ? way.call(indices, epochs)
      : callOnRows(mapped, way, (rows as NonNullable<Indexed["rows"]>)(indices, epochs), indices, epochs);
  return {
    element: elementOfMap(parent, mapped),
    rows: rows && canStack(mapped.spec) ? mappedRows : undefined,
    origins: parent.origins,
  };
}

function elementOfMap(parent: Indexed, { fn, usesKey }: ElementFunction): Indexed["element"] {
  const keyOf = (index: Tensor, epoch: Tensor): Tensor => (usesKey ? executeOne("Pack", [[epoch, index]]) : noKey());
  return (index, epoch) => fn.call([...parent.element(index, epoch), keyOf(index, epoch)]);
}

/** Rows of a map over elements whose shapes may differ, so that they cannot be stacked: each is made from its number alone. */
class LoneRows {
  readonly #parent: Indexed;
  readonly #mapped: ElementFunction;
  #fn: ConcreteFunction | undefined;

  constructor(parent: Indexed, mapped: ElementFunction) {
    this.#parent = parent;
    this.#mapped = mapped;
  }

  call(indices: Tensor, epochs: Tensor): Tensor[] {
    this.#fn ??= trace("row", [indexSpec, indexSpec], elementOfMap(this.#parent, this.#mapped));
    return mapDefun(this.#fn, [indices, forEach(indices, epochs)], [], specsOf(this.#mapped.spec));
  }

  dispose(): void {
    this.#fn?.graph.releaseShares();
  }
}

/** An epoch for each of `indices`. */
function forEach(indices: Tensor, epochs: Tensor): Tensor {
  return executeOne("BroadcastTo", [epochs, executeOne("Shape", [indices], { out_type: "int64" })]);
}

/** Elements can be stacked when their ranks are known; where lengths turn out to differ, the op says so. */
function canStack(spec: ElementSpec): boolean {
  const types = typesOf(spec);
  return shapesOf(spec).every((shape, i) => shape !== null && types[i] !== "variant" && types[i] !== "resource");
}

/** The function applied to each row of `components` [m, ...], many at once. */
function callOnRows(
  { fn, spec, usesKey }: ElementFunction,
  stacked: StackedFunction | undefined,
  components: readonly Tensor[],
  indices: Tensor,
  epochs: Tensor,
): Tensor[] {
  const keys = usesKey ? [executeOne("Pack", [[forEach(indices, epochs), indices]], { axis: 1 })] : [];
  const rows = [...components, ...keys];
  if (stacked) return stacked.call(rows);
  return mapDefun(fn, rows, usesKey ? [] : [noKey()], specsOf(spec));
}
