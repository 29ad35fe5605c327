/** Plans whose elements come from JavaScript: a generator's, and what a function in JavaScript makes of a dataset's. */
import { checkFunction } from "../../base/errors.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Element, ElementSpec } from "../element.ts";
import { type Beginning, Feed, type Production } from "../feeding/feed.ts";
import { GeneratorProduction, MapProduction } from "../feeding/productions.ts";
import { DataIterator } from "../iterator.ts";
import type { Cardinality, Plan, Source } from "../plan.ts";

interface Fed {
  readonly api: string;
  readonly kind: string;
  readonly spec: ElementSpec;
  readonly cardinality: Cardinality;
  readonly varies: boolean;
  /** Tensors whose values the production is told. */
  readonly args: readonly Tensor[];
  /** What it reads from itself. */
  readonly sources: readonly Source[];
  begin(beginning: Beginning): Production;
}

function fed({ api, kind, spec, cardinality, varies, args, sources, begin }: Fed): Plan {
  const types = args.map(({ dtype }) => dtype);
  const feed = new Feed(api, spec, types, begin);
  const own: Source = { kind, paths: [], numRecords: cardinality, bytes: 0, verify: () => {}, feed };
  return {
    spec,
    cardinality,
    varies,
    sources: [...sources, own],
    stream: (position) => feed.stream(position, args),
    dispose: () => {
      feed.dispose();
      for (const tensor of args) (tensor as Partial<Disposable & { dispose(): void }>).dispose?.();
    },
  };
}

/** What `generator`, called anew for each pass with the values of `args`, yields. */
export function generated(
  api: string,
  generator: (...args: never[]) => unknown,
  spec: ElementSpec,
  args: readonly Tensor[],
): Plan {
  checkFunction(api, "a function that returns an iterable", generator);
  const begin = ({ start, args: values }: Beginning): Production =>
    new GeneratorProduction(api, generator(...(values as never[])), start);
  return fed({ api, kind: "generator", spec, cardinality: undefined, varies: false, args, sources: [], begin });
}

/** What `fn`, called in JavaScript, makes of each element of `parent`. */
export function mappedInJs(
  api: string,
  parent: Plan,
  fn: (element: Element) => unknown,
  spec: ElementSpec,
  numCalls: number,
): Plan {
  const begin = ({ epoch, start }: Beginning): Production => {
    const iterator = new DataIterator<Element>(parent, { epoch, startStep: start });
    return new MapProduction(api, iterator, fn, numCalls);
  };
  const { cardinality, varies } = parent;
  const sources = (parent.sources ?? []).filter((source) => source.feed === undefined);
  const plan = fed({ api, kind: "mapJs", spec, cardinality, varies, args: [], sources, begin });
  return {
    ...plan,
    dispose: () => {
      plan.dispose();
      parent.dispose();
    },
  };
}
