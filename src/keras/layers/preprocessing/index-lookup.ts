/** What lookups of strings and of whole numbers have in common: a vocabulary that is given or learnt, and numbers for its tokens. */
import { readFileSync } from "node:fs";
import { describe, invalidArgument, TensorfleetError } from "../../../base/errors.ts";
import type { Nest } from "../../../base/nests.ts";
import type { Shape } from "../../../base/shapes.ts";
import { getStrategy, type Strategy } from "../../../distribute/strategy.ts";
import { asString, toHashBucketFast, toHashBucketStrong } from "../../../ops/strings/index.ts";
import { fromValue } from "../../../runtime/convert.ts";
import { executeOne } from "../../../runtime/executor.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import type { Config } from "../../object-registry.ts";
import { KerasTensor } from "../keras-tensor.ts";
import { Layer } from "../layer.ts";
import type { LayerOptions } from "../options.ts";
import { type AdaptData, type AdaptOptions, adaptTo } from "./adapting/adapt.ts";
import { type CategoryOutput, checkDense, encodeCategories, encodedShape, outputModeOf, saltOf } from "./categories.ts";
import { LookupTable } from "./lookup-table.ts";
import { type Token, tokenCounts, vocabularyOf } from "./token-counts.ts";

/** Options of {@link StringLookup} and {@link IntegerLookup}; `T` is what tokens are. */
export interface IndexLookupOptions<T> extends LayerOptions {
  /** Largest size of the vocabulary with its special tokens; no limit when not given. */
  maxTokens?: number | null;
  /** How many numbers stand for unknown tokens: 1 when not given; with 0 they are an error. */
  numOovIndices?: number;
  /** The token that stands for nothing: number 0 in the mode `"int"`, left out in others. */
  maskToken?: T | null;
  /** What unknown numbers become with `invert`. */
  oovToken?: T | null;
  /** The tokens, or the path of a text file with one a line; learnt by `adapt` when not given. */
  vocabulary?: readonly T[] | string | null;
  /** Whether numbers become tokens. */
  invert?: boolean;
  /** `"int"` when not given: the number of the token. */
  outputMode?: CategoryOutput;
  /** Whether vectors are `maxTokens` long, however many tokens there are. */
  padToMaxTokens?: boolean;
  /** Sparse outputs are not supported: false. */
  sparse?: boolean;
  /** Key of SipHash64 for unknown tokens where several numbers stand for them: FarmHash64 when not given. */
  salt?: number | readonly number[] | null;
}

const modes = ["int", "one_hot", "multi_hot", "count"] as const;
const DROPPED = 2n ** 63n - 1n; // beyond every vocabulary: counts for nothing

/** The base of lookups. */
export abstract class IndexLookup<T extends string | number> extends Layer {
  readonly maxTokens: number | null;
  readonly numOovIndices: number;
  readonly maskToken: T | null;
  readonly oovToken: T | null;
  readonly invert: boolean;
  readonly outputMode: CategoryOutput;
  readonly padToMaxTokens: boolean;
  readonly sparse: boolean;
  readonly salt: readonly [number, number] | null;
  readonly #strategy: Strategy | undefined = getStrategy();
  readonly #isGiven: boolean;
  #tokens: readonly Token[] | undefined;
  #table: LookupTable | undefined;

  constructor(options: IndexLookupOptions<T>, oovToken: T) {
    super(options);
    this.maxTokens = options.maxTokens ?? null;
    this.numOovIndices = options.numOovIndices ?? 1;
    this.maskToken = options.maskToken ?? null;
    this.oovToken = options.oovToken === undefined ? oovToken : options.oovToken;
    this.invert = options.invert ?? false;
    this.outputMode = outputModeOf(this.label, options.outputMode ?? "int", modes);
    this.padToMaxTokens = options.padToMaxTokens ?? false;
    this.sparse = options.sparse ?? false;
    this.salt = saltOf(this.label, options.salt ?? null);
    checkDense(this.label, this.sparse);
    if (this.maxTokens !== null && !(Number.isInteger(this.maxTokens) && this.maxTokens > 1))
      throw invalidArgument(this.label, "maxTokens above 1", describe(this.maxTokens));
    if (!Number.isInteger(this.numOovIndices) || this.numOovIndices < 0)
      throw invalidArgument(this.label, "numOovIndices of at least 0", describe(this.numOovIndices));
    if (this.padToMaxTokens && this.maxTokens === null)
      throw invalidArgument(this.label, "maxTokens where padToMaxTokens is true", "none");
    if (this.invert && this.outputMode !== "int")
      throw invalidArgument(this.label, 'outputMode "int" where invert is true', `"${this.outputMode}"`);
    this.autocast = false;
    this.built = true;
    const { vocabulary = null } = options;
    this.#isGiven = vocabulary !== null;
    if (vocabulary !== null) this.setVocabulary(vocabulary);
  }

  /** @internal What tokens are in TensorFlow. */
  abstract get tokenDtype(): "string" | "int64";

  #toToken(value: T): Token {
    return this.tokenDtype === "int64" ? BigInt(value) : String(value);
  }

  /** How many numbers come before those of tokens that are learnt. */
  get #numSpecial(): number {
    return this.#firstOov + this.numOovIndices;
  }

  get #firstOov(): number {
    return this.maskToken !== null && this.outputMode === "int" ? 1 : 0;
  }

  /**
   * Sets the tokens: an array, or the path of a text file with one a line. Special tokens may lead it, in the order of `getVocabulary`.
   * @throws when it is empty, too long, or a token is there twice.
   */
  setVocabulary(vocabulary: readonly T[] | string): void {
    const api = `${this.label}.setVocabulary`;
    const given = typeof vocabulary === "string" ? (linesOf(vocabulary) as T[]) : [...vocabulary];
    const special = [
      ...(this.#firstOov === 1 ? [this.maskToken] : []),
      ...Array.from({ length: this.numOovIndices }, () => this.oovToken),
    ];
    const leads = special.length > 0 && special.every((token, i) => token === given[i]);
    const tokens = (leads ? given.slice(special.length) : given).map((token) => this.#toToken(token));
    if (tokens.length === 0) throw invalidArgument(api, "at least one token", "none");
    const twice = tokens.find((token, i) => tokens.indexOf(token) !== i && new Set(tokens).size < tokens.length);
    if (twice !== undefined) throw invalidArgument(api, "each token once", `"${twice}" again`);
    if (this.maxTokens !== null && tokens.length + special.length > this.maxTokens)
      throw invalidArgument(api, `at most ${this.maxTokens} tokens`, `${tokens.length + special.length}`);
    this.#fill(tokens);
  }

  #fill(tokens: readonly Token[]): void {
    const numbers = tokens.map((_, i) => BigInt(i + this.#numSpecial));
    const [keyDtype, valueDtype] = this.invert
      ? (["int64", this.tokenDtype] as const)
      : ([this.tokenDtype, "int64"] as const);
    const [keys, values] = this.invert ? [numbers, tokens] : [tokens, numbers];
    this.#table?.dispose();
    this.#table = new LookupTable({ keyDtype, valueDtype, keys, values });
    this.#tokens = tokens;
  }

  /** All tokens by their numbers; with `includeSpecialTokens: false` without those for masks and unknown ones. */
  getVocabulary({ includeSpecialTokens = true }: { includeSpecialTokens?: boolean } = {}): T[] {
    const tokens = (this.#tokens ?? []).map((token) => (typeof token === "bigint" ? Number(token) : token) as T);
    if (!includeSpecialTokens) return tokens;
    const oov = Array.from({ length: this.numOovIndices }, () => this.oovToken as T);
    return [...(this.#firstOov === 1 ? [this.maskToken as T] : []), ...oov, ...tokens];
  }

  /** Number of tokens, with special ones. */
  vocabularySize(): number {
    return (this.#tokens?.length ?? 0) + this.#numSpecial;
  }

  /**
   * Learns the vocabulary from values or a dataset of batches, read once: the most frequent tokens first. Under a strategy each worker
   * reads the batches of its shards, and all get the same tokens.
   * @throws when a vocabulary was given.
   */
  async adapt(data: AdaptData, options: AdaptOptions = {}): Promise<void> {
    const api = `${this.label}.adapt`;
    if (this.#isGiven)
      throw new TensorfleetError("wrongPlace", `${api}: expected a layer without a vocabulary, got one with`);
    const statistic = tokenCounts((batch) => (this.tokenDtype === "int64" ? batch.cast("int64") : batch));
    const counts = await adaptTo({ api, data, options, statistic, strategy: this.#strategy ?? getStrategy() });
    const special = [this.maskToken, this.oovToken].flatMap((token) => (token === null ? [] : [this.#toToken(token)]));
    const limit = this.maxTokens === null ? Number.POSITIVE_INFINITY : this.maxTokens - this.#numSpecial;
    const tokens = vocabularyOf(counts, special, limit);
    if (tokens.length === 0) throw invalidArgument(api, "data with at least one token", "none");
    this.#fill(tokens);
  }

  override call(inputs: Nest<Tensor>): Tensor {
    const table = this.#table;
    if (!table)
      throw new TensorfleetError(
        "wrongPlace",
        `${this.label}: expected a vocabulary before it is applied, got none; await layer.adapt(data), or give one`,
      );
    const given = inputs as Tensor;
    const keyDtype = this.invert ? "int64" : this.tokenDtype;
    if ((keyDtype === "string") !== (given.dtype === "string"))
      throw invalidArgument(this.label, keyDtype === "string" ? "strings" : "whole numbers", describe(given.dtype));
    const keys = keyDtype === "string" ? given : given.cast("int64");
    if (this.invert) return this.#masked(keys, 0n, table.find(keys, this.#toToken(this.oovToken ?? ("" as T))));
    const found = table.find(keys, -1n);
    const numbers = this.#withUnknown(keys, this.#masked(keys, undefined, found));
    if (this.outputMode === "int") return numbers;
    return encodeCategories(numbers, { outputMode: this.outputMode, depth: this.#depth, dtype: "int64" });
  }

  /** `found` with the mask's value where the mask's key is. */
  #masked(keys: Tensor, inverted: bigint | undefined, found: Tensor): Tensor {
    if (this.maskToken === null) return found;
    const token = this.#toToken(this.maskToken);
    const scalar = (value: Token, dtype: Tensor["dtype"]): Tensor =>
      fromValue(this.label, [value], dtype, [1]).reshape([]);
    const isMask = executeOne("Equal", [keys, scalar(inverted ?? token, keys.dtype)]);
    const value = inverted === undefined ? (this.outputMode === "int" ? 0n : DROPPED) : token;
    return executeOne("SelectV2", [isMask, scalar(value, found.dtype), found]);
  }

  #withUnknown(keys: Tensor, found: Tensor): Tensor {
    const scalar = (value: bigint): Tensor => fromValue(this.label, [value], "int64", [1]).reshape([]);
    const isUnknown = executeOne("Equal", [found, scalar(-1n)]);
    if (this.numOovIndices === 0)
      return executeOne("EnsureShape", [this.#refuseUnknown(isUnknown, found)], { shape: found.staticShape });
    const first = scalar(BigInt(this.#firstOov));
    if (this.numOovIndices === 1) return executeOne("SelectV2", [isUnknown, first, found]);
    return executeOne("SelectV2", [isUnknown, this.#bucketsOf(keys).add(first), found]);
  }

  #bucketsOf(keys: Tensor): Tensor {
    const buckets = this.numOovIndices;
    if (keys.dtype === "int64" && !this.salt)
      return executeOne("FloorMod", [keys, fromValue(this.label, [BigInt(buckets)], "int64", [1]).reshape([])]);
    const texts = keys.dtype === "string" ? keys : asString(keys);
    return this.salt ? toHashBucketStrong(texts, buckets, this.salt) : toHashBucketFast(texts, buckets);
  }

  /** Unknown tokens end the call where no number stands for them. */
  #refuseUnknown(isUnknown: Tensor, found: Tensor): Tensor {
    const count = executeOne("Sum", [isUnknown.cast("int64").reshape([-1]), fromValue(this.label, [0], "int32", [1])]);
    const message = `${this.label}: expected tokens of the vocabulary, got others; set numOovIndices to 1 or more`;
    return executeOne(
      "CheckNumerics",
      [executeOne("Div", [found.cast("float64"), executeOne("Equal", [count, count.multiply(0n)]).cast("float64")])],
      { message },
    ).cast("int64");
  }

  get #depth(): number {
    return this.padToMaxTokens ? (this.maxTokens as number) : this.vocabularySize();
  }

  override computeOutputShape(inputShape: Shape): Shape {
    return encodedShape(inputShape, this.outputMode, this.#depth);
  }

  /** @internal */
  override computeOutputSpec(inputs: Nest<KerasTensor>): KerasTensor {
    const dtype = this.invert ? this.tokenDtype : "int64";
    return new KerasTensor({ shape: this.computeOutputShape((inputs as KerasTensor).shape), dtype });
  }

  /** Keras keeps a learnt vocabulary beside the config; here it is part of it, which Keras reads as one that was given. */
  override getConfig(): Config {
    return {
      ...super.getConfig(),
      invert: this.invert,
      max_tokens: this.maxTokens,
      num_oov_indices: this.numOovIndices,
      oov_token: this.oovToken,
      mask_token: this.maskToken,
      output_mode: this.outputMode,
      sparse: this.sparse,
      pad_to_max_tokens: this.padToMaxTokens,
      vocabulary: this.#tokens ? this.getVocabulary({ includeSpecialTokens: false }) : null,
      salt: this.salt,
    };
  }
}

function linesOf(path: string): string[] {
  const lines = readFileSync(path, "utf8").split(/\r?\n/);
  while (lines.at(-1) === "") lines.pop();
  return lines;
}
