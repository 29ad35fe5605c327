/** Elements left out at random, so that what is left has classes as often as is wished. */
import { uniform } from "../../ops/random/index.ts";
import { executeOne } from "../../runtime/executor.ts";
import { withSeedBase } from "../../runtime/random-state.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Element, ElementSpec } from "../element.ts";
import { traceElementFunction } from "../element-function.ts";
import { asInt64 } from "../number-functions.ts";
import { constant, gather, int32 } from "../ops.ts";
import type { Plan } from "../plan.ts";
import { traceScanner } from "../state-function.ts";
import { map } from "./map.ts";
import { scan } from "./scan.ts";
import { filter } from "./select.ts";

/** Which classes are to be how frequent. */
export interface Resampling {
  /** The class of an element: a scalar of whole numbers below the number of classes. */
  readonly classOf: (element: Element) => Tensor;
  /** Wished for, for each class; they sum to 1. */
  readonly target: readonly number[];
  /** How frequent they are, likewise; counted on the way when missing. */
  readonly initial?: readonly number[] | undefined;
  readonly seed?: number | undefined;
}

const inOrder = { inOrder: true } as const;
/** How often each class counts as seen before the first element: without it, a class that came once would seem all there is. */
const SEEN_BEFORE = 10;

/** Pairs of the class and the element, of those that are kept: each with a chance of (wished / frequency) over the largest of these. */
export function resample(api: string, parent: Plan, settings: Resampling): Plan {
  const judged = settings.initial
    ? judgedByChances(api, parent, settings, settings.initial)
    : judgedByCounts(api, parent, settings);
  const [classSpec, elementSpec, chanceSpec] = judged.spec as unknown as readonly [
    ElementSpec,
    ElementSpec,
    ElementSpec,
  ];
  const drawn = seeded(settings.seed, () =>
    traceElementFunction(api, [classSpec, elementSpec, chanceSpec], (triple) => {
      const [label, element, chance] = triple as unknown as readonly [Tensor, Element, Tensor];
      return [label, element, executeOne("Less", [uniform([]), chance])];
    }),
  );
  const withVerdict = map(judged, drawn, inOrder);
  const isKept = traceElementFunction(api, drawn.spec, (triple) => (triple as unknown as readonly Tensor[])[2]);
  const pairs = traceElementFunction(api, drawn.spec, (triple) =>
    (triple as unknown as readonly unknown[]).slice(0, 2),
  );
  return map(filter(withVerdict, isKept, false), pairs, inOrder);
}

/** `body`, whose random numbers follow from `seed` where it is given. */
function seeded<T>(seed: number | undefined, body: () => T): T {
  return seed === undefined ? body() : withSeedBase([seed | 0, Math.floor(seed / 2 ** 32) | 0], body);
}

/** Triples of class, element and its chance, from known frequencies. */
function judgedByChances(api: string, parent: Plan, { classOf, target }: Resampling, initial: readonly number[]): Plan {
  const ratios = target.map((wished, i) => (initial[i] === 0 ? 0 : wished / (initial[i] as number)));
  const chances = ratios.map((ratio) => ratio / Math.max(...ratios));
  const judge = traceElementFunction(api, parent.spec, (element) => {
    const label = classOf(element);
    return [label, element, gather(floats(chances), asInt64(label))];
  });
  return map(parent, judge, inOrder);
}

/** The same from the frequencies among the elements so far. */
function judgedByCounts(api: string, parent: Plan, { classOf, target }: Resampling): Plan {
  const seen = floats(target.map(() => SEEN_BEFORE));
  const scanner = traceScanner(api, seen, parent.spec, (counts: Tensor, element: Element) => {
    const label = classOf(element);
    const number = asInt64(label);
    const added = executeOne("OneHot", [number, int32(target.length), float(1), float(0)]);
    const next = executeOne("AddV2", [counts, added]);
    const ratios = executeOne("RealDiv", [floats(target), next]);
    const largest = executeOne("Max", [ratios, int32(0)]);
    return [next, [label, element, executeOne("RealDiv", [gather(ratios, number), largest])]];
  });
  return scan(parent, scanner, [seen]);
}

const float = (value: number): Tensor => constant("float32", [], Float32Array.of(value));
const floats = (values: readonly number[]): Tensor => constant("float32", [values.length], Float32Array.from(values));
