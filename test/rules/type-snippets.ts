/** Programs that the compiler must accept, and programs that it must refuse: what the types of tensors promise. */

const head = `import * as tf from "tensorfleet";
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>): void => {};
declare const x: tf.Tensor, f: tf.Tensor<"float32">, i: tf.Tensor<"int64">, s: tf.Tensor<"string">, b: tf.Tensor<"bool">;
declare const c: tf.Tensor<"complex64">;
`;

/** Sentences and programs that hold for them. */
const accepted: Readonly<Record<string, string>> = {
  "a cast gives a tensor of the dtype": `same<ReturnType<typeof x.cast<"int32">>, tf.Tensor<"int32">>(true); const y: tf.Tensor<"int32"> = x.cast("int32"); y.dtype satisfies "int32";`,
  "what item() gives follows from the dtype": `f.item() satisfies number; s.item() satisfies string; b.item() satisfies boolean; c.item().re satisfies number; same<ReturnType<typeof i.item>, number>(true);`,
  "what data() gives follows from the dtype": `same<ReturnType<typeof i.data>, BigInt64Array>(true); s.data() satisfies string[]; same<ReturnType<typeof f.data>, Float32Array>(true);`,
  "a tensor of any dtype is a Tensor": `const all: tf.Tensor[] = [f, i, s, b, c]; all;`,
  "a constant knows its dtype when it is given": `tf.constant([1, 2], { dtype: "int32" }).dtype satisfies "int32"; tf.zeros([2], { dtype: "bool" }).item() satisfies boolean;`,
  "shapes are not part of the type": `same<typeof f, tf.Tensor<"float32">>(true); const shape: tf.Shape = f.shape; const length: number | null | undefined = shape[0]; length;`,
  "everything that a tensor can be made of is taken where one is expected": `tf.abs(1); tf.abs([[1, 2], [3, 4]]); tf.abs(new Float32Array(2)); tf.abs(new tf.Variable(1)); tf.add(x, [x, 2]);`,
};

/** What it is an error to do: the program, and what the compiler says. */
const refused: Readonly<Record<string, readonly [code: string, error: RegExp]>> = {
  "name a dtype that does not exist": [`x.cast("float31");`, /"float31".* not assignable/],
  "take a tensor of one dtype for one of another": [`const y: tf.Tensor<"int32"> = f; y;`, /not assignable/],
  "read a string tensor as a number": [`s.item() satisfies number;`, /does not satisfy/],
  "compute with operators": [`f - 1;`, /left-hand side of an arithmetic operation/],
  "give an option that does not exist": [`tf.reduceSum(x, { axes: 1 });`, /'axes' does not exist/],
  "give an option by position": [`tf.reduceSum(x, 1);`, /no properties in common/],
};

const pathOf = (group: string, i: number): string => `test/rules/${group}-${i}.ts`;

/** Accepted programs by their sentences. */
export const holds: Readonly<Record<string, { path: string }>> = Object.fromEntries(
  Object.keys(accepted).map((sentence, i) => [sentence, { path: pathOf("accepted", i) }]),
);

/** Refused programs by their sentences. */
export const fails: Readonly<Record<string, { path: string; error: RegExp }>> = Object.fromEntries(
  Object.entries(refused).map(([sentence, [, error]], i) => [sentence, { path: pathOf("refused", i), error }]),
);

/** The texts of all programs by their paths. */
export const typeSnippets: Readonly<Record<string, string>> = Object.fromEntries([
  ...Object.values(accepted).map((code, i) => [pathOf("accepted", i), head + code]),
  ...Object.values(refused).map(([code], i) => [pathOf("refused", i), head + code]),
]);
