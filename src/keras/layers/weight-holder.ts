/** What a layer owns: variables, layers within it, and the losses of its last call. */
import { describe, invalidArgument, TensorfleetError } from "../../base/errors.ts";
import { flatten, type Nest } from "../../base/nests.ts";
import { numElements, shapesCompatible, shapeText } from "../../base/shapes.ts";
import { convert } from "../../runtime/convert.ts";
import { tidy } from "../../runtime/scopes.ts";
import { Tensor, type TensorLike } from "../../runtime/tensor.ts";
import { Variable } from "../../runtime/variable.ts";
import { callContext } from "./call-context.ts";
import { SeedGenerator } from "./seed-generator.ts";
import { ownedBy } from "./tracking.ts";
import { Weight } from "./weight.ts";

const isVariable = (value: unknown): value is Variable => value instanceof Variable;
const isHolder = (value: unknown): value is WeightHolder => value instanceof WeightHolder;
const isSeedGenerator = (value: unknown): value is SeedGenerator => value instanceof SeedGenerator;

/** Whether any layer ever added a loss of its own: only then must calls forget those of the call before. */
let haveLosses = false;

/** The part of a layer that keeps track of its weights. */
export abstract class WeightHolder {
  /** Whether the weights exist. */
  built = false;
  #trainable: boolean;
  readonly #trainableStore: Variable[] = [];
  readonly #nonTrainableStore: Variable[] = [];
  #losses: Tensor[] = [];

  constructor(trainable: boolean) {
    this.#trainable = trainable;
  }

  /** @internal The layer as errors name it. */
  abstract get label(): string;

  /** Whether the weights are trained. Setting it sets it in all layers within. */
  get trainable(): boolean {
    return this.#trainable;
  }

  set trainable(value: boolean) {
    this.#trainable = value;
    this.#adopt();
    for (const variable of this.#trainableStore) variable.trainable = value;
    for (const layer of this.sublayers) layer.trainable = value;
  }

  /** @internal Takes up a variable: among those to be trained, or the others. */
  hold(variable: Variable, isTrained: boolean): void {
    (isTrained ? this.#trainableStore : this.#nonTrainableStore).push(variable);
    if (!this.#trainable) variable.trainable = false;
  }

  /** Takes up variables that were set as properties. */
  #adopt(): void {
    for (const variable of ownedBy(this, isVariable)) {
      if (this.#trainableStore.includes(variable) || this.#nonTrainableStore.includes(variable)) continue;
      this.hold(variable, variable.trainable);
    }
  }

  /** @internal The layer's own variables, without those of layers within: first those made to be trained. What files hold of it. */
  get ownVariables(): Variable[] {
    this.#adopt();
    return [...this.#trainableStore, ...this.#nonTrainableStore];
  }

  /** @internal The layers that belong to this one directly, in the order in which they were set. */
  get sublayers(): WeightHolder[] {
    return ownedBy(this, isHolder);
  }

  #collect(
    withSeeds: boolean,
    found: Set<Variable> = new Set(),
    visited: Set<WeightHolder> = new Set(),
  ): Set<Variable> {
    visited.add(this);
    for (const variable of this.ownVariables) found.add(variable);
    if (withSeeds) {
      for (const { state } of ownedBy(this, isSeedGenerator)) if (state) found.add(state);
    }
    for (const layer of this.sublayers) if (!visited.has(layer)) layer.#collect(withSeeds, found, visited);
    return found;
  }

  /** The weights of the layer and of those within it: its own first, each once. */
  get weights(): Variable[] {
    return [...this.#collect(false)];
  }

  /** The weights, and the state of random generators. */
  get variables(): Variable[] {
    return [...this.#collect(true)];
  }

  /** The weights that are trained. */
  get trainableVariables(): Variable[] {
    return this.trainable ? this.weights.filter((variable) => variable.trainable) : [];
  }

  /** The variables that are not trained. */
  get nonTrainableVariables(): Variable[] {
    return this.trainable ? this.variables.filter((variable) => !variable.trainable) : this.variables;
  }

  /** The same as {@link trainableVariables}. */
  get trainableWeights(): Variable[] {
    return this.trainableVariables;
  }

  /** The weights that are not trained. */
  get nonTrainableWeights(): Variable[] {
    return this.trainable ? this.weights.filter((variable) => !variable.trainable) : this.weights;
  }

  /** The values of {@link weights}. */
  getWeights(): Tensor[] {
    return this.weights.map((weight) => weight.read());
  }

  /**
   * Sets the values of {@link weights}, in their order.
   * @throws when their number or a shape differs.
   */
  setWeights(values: readonly TensorLike[]): void {
    const { weights } = this;
    const api = `${this.label}.setWeights`;
    if (values.length !== weights.length) {
      const advice = this.built ? undefined : "build the layer first: layer.build(inputShape)";
      throw invalidArgument(api, `${weights.length} weights`, `${values.length}`, advice);
    }
    tidy(() => {
      const tensors = weights.map((weight, i) => convert(api, values[i] as TensorLike, weight.dtype));
      weights.forEach((weight, i) => {
        const { shape } = tensors[i] as Tensor;
        if (shapesCompatible(weight.shape, shape)) return;
        throw invalidArgument(
          api,
          `a value of shape ${shapeText(weight.shape)} for "${weight.name}"`,
          shapeText(shape),
        );
      });
      weights.forEach((weight, i) => {
        weight.assign(tensors[i] as Tensor);
      });
    });
  }

  /** Number of elements of all weights. @throws when the layer is not built. */
  countParams(): number {
    if (this.built) return this.weights.reduce((sum, weight) => sum + numElements(weight.shape), 0);
    throw new TensorfleetError(
      "wrongPlace",
      `${this.label}.countParams: expected a layer that is built, got one that is not; call layer.build(inputShape)`,
    );
  }

  /** Adds a loss (a scalar, or several) within `call`. It is part of {@link losses} until the next call. */
  addLoss(loss: Nest<Tensor>): void {
    const losses = flatten(loss);
    const wrong = losses.find((item) => !(item instanceof Tensor));
    if (wrong !== undefined) throw invalidArgument(`${this.label}.addLoss`, "tensors", describe(wrong));
    this.#losses.push(...losses);
    callContext()?.kept.push(...losses);
    haveLosses = true;
  }

  /** @internal Forgets the losses of the last call, also of layers within. */
  clearLosses(visited: Set<WeightHolder> = new Set()): void {
    if (!haveLosses || visited.has(this)) return;
    visited.add(this);
    this.#losses = [];
    for (const layer of this.sublayers) layer.clearLosses(visited);
  }

  #callLosses(visited: Set<WeightHolder>): Tensor[] {
    if (visited.has(this)) return [];
    visited.add(this);
    return [...this.#losses, ...this.sublayers.flatMap((layer) => layer.#callLosses(visited))];
  }

  /** Scalars to add to the loss: those that the last call added, and the penalties of regularized weights. */
  get losses(): Tensor[] {
    const penalties = this.trainableVariables.flatMap((weight) =>
      weight instanceof Weight && weight.regularizer ? [weight.regularizer.apply(weight.read())] : [],
    );
    return [...this.#callLosses(new Set()), ...penalties];
  }
}
