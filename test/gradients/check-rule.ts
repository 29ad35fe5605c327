/** Compares the gradient of an op with central differences: eager, traced, through a traced function, and once more for its own gradient. */
import type { Source } from "../../src/autodiff/gradient-arguments.ts";
import { GradientTape } from "../../src/autodiff/gradient-tape.ts";
import { isDifferentiable } from "../../src/base/dtypes.ts";
import { fromValue } from "../../src/runtime/convert.ts";
import { fromRaw } from "../../src/runtime/eager-tensor.ts";
import { execute, type OpInput } from "../../src/runtime/executor.ts";
import { TensorSpec, tfFunction } from "../../src/runtime/function.ts";
import { tidy } from "../../src/runtime/scopes.ts";
import type { Tensor } from "../../src/runtime/tensor.ts";
import { arrayClass, type TypedArray } from "../../src/runtime/values.ts";
import { Variable } from "../../src/runtime/variable.ts";
import type { Sample, Values } from "./sample.ts";

type Numbers = ArrayLike<number>;

function tensorOf({ dtype, shape, data }: Values): Tensor {
  const array = new (arrayClass(dtype))(data.length) as TypedArray;
  for (const [i, value] of data.entries()) array[i] = (dtype === "int64" ? BigInt(value) : value) as never;
  return fromRaw(dtype, shape, array);
}

/** A sample op at its inputs, as a function of the numbers that are checked. */
class Subject {
  readonly flat: Values[];
  readonly wrt: readonly number[];
  readonly variables: Map<number, Variable> = new Map();
  readonly #op: string;
  readonly #sample: Sample;

  constructor(op: string, sample: Sample) {
    this.#op = op;
    this.#sample = sample;
    this.flat = sample.inputs.flat() as Values[];
    this.wrt = sample.wrt ?? this.flat.flatMap(({ dtype }, i) => (isDifferentiable(dtype) ? [i] : []));
    for (const [i, values] of this.flat.entries())
      if (values.isVariable) this.variables.set(i, new Variable(() => tensorOf(values)));
  }

  /** Runs the op with `checked` in place of the checked inputs; the rest are constants. */
  run(checked: readonly Tensor[]): Tensor[] {
    const flat = this.flat.map((values, i) => {
      const at = this.wrt.indexOf(i);
      if (this.variables.has(i)) return (this.variables.get(i) as Variable).handle;
      return at >= 0 ? (checked[at] as Tensor) : this.#constant(values);
    });
    let next = 0;
    const inputs: OpInput[] = this.#sample.inputs.map((input) =>
      Array.isArray(input) ? input.map(() => flat[next++] as Tensor) : (flat[next++] as Tensor),
    );
    const outputs = execute(this.#op, inputs, this.#sample.attributes ?? {});
    const { outputs: chosen } = this.#sample;
    return outputs.filter((output, i) => isDifferentiable(output.dtype) && (!chosen || chosen.includes(i)));
  }

  /** A constant, of the graph when one is traced: rules may look at its value. */
  #constant(values: Values): Tensor {
    if (values.dtype === "int32" || values.dtype === "float64" || values.dtype === "float32")
      return fromValue(
        "sample",
        (arrayClass(values.dtype) as unknown as { from(data: Numbers): TypedArray }).from(values.data),
        values.dtype,
        values.shape,
      );
    return fromValue("sample", tensorOf(values).array());
  }

  /** Tensors of the checked inputs, with `step` added to one number of one of them. */
  at(input = -1, element = 0, step = 0): Tensor[] {
    return this.wrt.map((i, position) => {
      const values = this.flat[i] as Values;
      const data = position === input ? values.data.map((v, e) => (e === element ? v + step : v)) : values.data;
      const tensor = tensorOf({ ...values, data });
      this.variables.get(i)?.assign(tensor);
      return tensor;
    });
  }

  /** Gradients of the sum of `weights . outputs`, by a tape. */
  gradients(checked: readonly Tensor[], weights: readonly Tensor[]): Tensor[] {
    using tape = new GradientTape();
    const sources = this.wrt.map((i, at) => this.variables.get(i) ?? (checked[at] as Tensor));
    tape.watch(sources);
    const outputs = tape.record(() => this.run(checked));
    return gradientsOf(tape, outputs, sources, weights);
  }

  dispose(): void {
    for (const variable of this.variables.values()) variable.dispose();
  }
}

/** Gradients, zeros where there are none. */
function gradientsOf(tape: GradientTape, targets: Tensor[], sources: Source[], upstream: readonly Tensor[]): Tensor[] {
  return tape.gradient(targets, sources, {
    outputGradients: [...upstream],
    unconnectedGradients: "zero",
  }) as Tensor[];
}

/** Numbers of a real or complex tensor, as they are. */
const numbersOf = (tensor: Tensor): Numbers => tensor.data() as Numbers;
const dot = (a: readonly Numbers[], b: readonly Numbers[]): number =>
  a.reduce((sum, numbers, i) => Array.from(numbers).reduce((part, v, e) => part + v * (b[i]?.[e] ?? 0), sum), 0);

/** Random weights like `tensors`. */
function weightsLike(tensors: readonly Tensor[]): Tensor[] {
  return tensors.map((tensor, i) => {
    const size = numbersOf(tensor).length;
    const data = Array.from({ length: size }, (_, e) => Math.sin(1 + 7 * e + 3 * i) + 0.3);
    return tensorOf({ dtype: tensor.dtype, shape: tensor.shape as readonly number[], data });
  });
}

function stepOf(values: Values): number {
  return values.dtype === "float32" ? 2 ** -7 : 2 ** -17;
}

/** Derivatives of `of` by central differences, for each checked input. */
function differences(subject: Subject, of: (checked: readonly Tensor[]) => number): number[][] {
  return subject.wrt.map((i, position) => {
    const values = subject.flat[i] as Values;
    const h = stepOf(values);
    return values.data.map((_, element) =>
      tidy(() => (of(subject.at(position, element, h)) - of(subject.at(position, element, -h))) / (2 * h)),
    );
  });
}

function compare(what: string, got: readonly Numbers[], expected: readonly Numbers[], tolerance: number): void {
  for (const [i, numbers] of expected.entries()) {
    const mine = got[i] as Numbers;
    if (mine.length !== numbers.length)
      throw new Error(`${what}: expected ${numbers.length} numbers for input ${i}, got ${mine.length}`);
    for (let e = 0; e < numbers.length; e++) {
      const [a, b] = [mine[e] as number, numbers[e] as number];
      if (!(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b))))
        throw new Error(
          `${what}: expected ${b} for element ${e} of input ${i}, got ${a}\n  got ${Array.from(mine)}\n  expected ${Array.from(numbers)}`,
        );
    }
  }
}

/** @throws when a gradient of the op is not what central differences give. */
export function checkRule(op: string, sample: Sample): void {
  tidy(() => {
    const subject = new Subject(op, sample);
    try {
      checkSubject(subject, sample);
    } finally {
      subject.dispose();
    }
  });
}

function checkSubject(subject: Subject, sample: Sample): void {
  const isSingle = subject.wrt.some((i) => subject.flat[i]?.dtype === "float32");
  const tolerance = sample.tolerance ?? (isSingle ? 2e-2 : 1e-6);
  const checked = subject.at();
  const weights = weightsLike(subject.run(checked));
  const weightNumbers = weights.map(numbersOf);

  const eager = subject.gradients(checked, weights).map(numbersOf);
  const expected = differences(subject, (at) => dot(subject.run(at).map(numbersOf), weightNumbers));
  compare("eager", eager, expected, tolerance);

  subject.at();
  if (!sample.eagerOnly) checkTraced(subject, sample, checked, weights, eager, isSingle ? 1e-4 : 1e-9);
  if (!sample.once) checkSecond(subject, checked, weights, tolerance);
}

function checkTraced(
  subject: Subject,
  sample: Sample,
  checked: readonly Tensor[],
  weights: readonly Tensor[],
  eager: readonly Numbers[],
  exact: number,
): void {
  const traced = tfFunction((...args: Tensor[]) => subject.gradients(args, weights));
  compare("traced", traced(...checked).map(numbersOf), eager, exact);

  if (!sample.knownShapes) {
    const inputSignature = checked.map(
      (tensor) =>
        new TensorSpec(
          tensor.shape.map(() => null),
          tensor.dtype,
        ),
    );
    const shapeless = tfFunction((...args: Tensor[]) => subject.gradients(args, weights), { inputSignature });
    compare("traced with unknown lengths", shapeless(...checked).map(numbersOf), eager, exact);
  }

  const whole = tfFunction((...args: Tensor[]) => subject.run(args));
  compare("through a traced function", throughFunction(subject, whole, checked, weights).map(numbersOf), eager, exact);
}

function throughFunction(
  subject: Subject,
  fn: (...args: Tensor[]) => Tensor[],
  checked: readonly Tensor[],
  weights: readonly Tensor[],
): Tensor[] {
  using tape = new GradientTape();
  const sources = subject.wrt.map((i, at) => subject.variables.get(i) ?? (checked[at] as Tensor));
  tape.watch(sources);
  const outputs = tape.record(() => fn(...checked));
  return gradientsOf(tape, outputs, sources, weights);
}

/** The gradient of (direction . gradient), by two tapes, against differences of the gradient. */
function checkSecond(
  subject: Subject,
  checked: readonly Tensor[],
  weights: readonly Tensor[],
  tolerance: number,
): void {
  const directions = weightsLike(checked);
  const directionNumbers = directions.map(numbersOf);
  using outer = new GradientTape();
  const sources = subject.wrt.map((i, at) => subject.variables.get(i) ?? (checked[at] as Tensor));
  outer.watch(sources);
  const gradients = outer.record(() => subject.gradients(checked, weights));
  const second = gradientsOf(outer, gradients, sources, directions).map(numbersOf);
  const expected = differences(subject, (at) => dot(subject.gradients(at, weights).map(numbersOf), directionNumbers));
  compare("second derivative", second, expected, tolerance * 10);
}
