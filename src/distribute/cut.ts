/**
 * Cuts a step that was traced whole at its communications. Parts for each shard compute what differs from shard to shard, up to the
 * next communication; the last part, the same for all, runs once: it has all that the step writes.
 */
import type { BuildOptions } from "../runtime/concrete-function.ts";
import type { SymbolicTensor } from "../runtime/symbolic-tensor.ts";
import type { Tensor } from "../runtime/tensor.ts";
import type { FlatLayout } from "./flat-layout.ts";
import { type Part, PartBuilder, StepFacts } from "./part-builder.ts";
import type { StepGraph } from "./step-graph.ts";

/** The part of a shard before a communication, or, the last, after all of them. */
export interface ShardPart extends Part {
  /** How many outputs are buckets of the communication; the rest are {@link gives}. */
  readonly numBuckets: number;
  /** The tensors of the step that the further outputs are. */
  readonly gives: readonly SymbolicTensor[];
}

/** A step in parts. */
export interface CutStep {
  /** One for each communication, and one more when shards compute something after the last. */
  readonly shardParts: readonly ShardPart[];
  readonly layouts: readonly FlatLayout[];
  /** What runs once, after all communications. */
  readonly sharedPart: Part & { readonly gives: readonly SymbolicTensor[] };
  /** The inputs that every part may take. */
  readonly step: StepGraph;
}

/** Cuts `step`, which is to give `outputs`. */
export function cutStep(name: string, step: StepGraph, outputs: readonly Tensor[], options: BuildOptions): CutStep {
  const facts = new StepFacts(step);
  const effects = facts.records.flatMap((record, i) => (step.hasEffect(record) ? [i] : []));
  const isOfShard = (i: number): boolean => facts.records[i]?.inputs.flat().some((t) => step.varies(t)) ?? false;
  const numLevels = step.communications.length;
  const resolved = outputs.map((output) => step.resolve(output));
  const shardOutputs = resolved.filter((output) => step.varies(output));
  const sharedOutputs = resolved.filter((output) => !step.varies(output));
  const levelOfEffect = (i: number): number =>
    Math.max(0, ...(facts.records[i]?.inputs.flat() ?? []).map((t) => step.levelOf(t)));

  const partsFrom = (level: number): { wanted: readonly Tensor[]; effects: number[]; outputs: SymbolicTensor[] } => ({
    wanted: step.communications[level]?.values ?? [],
    effects: effects.filter((i) => isOfShard(i) && levelOfEffect(i) === level),
    outputs: shardOutputs.filter((output) => step.levelOf(output) === level),
  });
  const levels = Array.from({ length: numLevels + 1 }, (_, level) => partsFrom(level));
  const last = levels.at(-1);
  if (last && last.effects.length === 0 && last.outputs.length === 0) levels.pop();

  // From the last part to the first: what a part needs of earlier ones they must give.
  const gives: SymbolicTensor[][] = levels.map(() => []);
  for (let level = levels.length - 1; level >= 0; level--) {
    const own = levels[level] as (typeof levels)[number];
    const given = gives[level] as SymbolicTensor[];
    given.push(...own.outputs.filter((output) => !given.includes(output)));
    const builder = new PartBuilder(facts, level);
    for (const tensor of builder.crossings([...own.wanted, ...given], own.effects)) {
      const from = gives[step.levelOf(tensor)] as SymbolicTensor[];
      if (!from.includes(tensor)) from.push(tensor);
    }
  }
  const shardParts = levels.map(({ wanted, effects: own }, level): ShardPart => {
    const builder = new PartBuilder(facts, level);
    const given = gives[level] as SymbolicTensor[];
    const added = builder.add([...wanted, ...given], own);
    const layout = facts.layouts[level];
    const buckets = layout ? builder.pack(added.slice(0, wanted.length), layout) : [];
    const results = [...buckets, ...added.slice(wanted.length)];
    return { ...builder.build(`${name}_shard${level}`, results, options), numBuckets: buckets.length, gives: given };
  });
  const shared = new PartBuilder(facts, Number.POSITIVE_INFINITY);
  const results = shared.add(
    sharedOutputs,
    effects.filter((i) => !isOfShard(i)),
  );
  const sharedPart = { ...shared.build(`${name}_apply`, results, options), gives: sharedOutputs };
  return { shardParts, layouts: facts.layouts, sharedPart, step };
}
