/** How often each token occurs, and the vocabulary that follows: the most frequent first, those of one count in falling order, as in Keras. */
import type { EagerTensor } from "../../../runtime/eager-tensor.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import type { Statistic } from "./adapting/statistic.ts";

/** A string, or a whole number as int64 has it. */
export type Token = string | bigint;

/** Tokens and how often they occur. */
export type TokenCounts = ReadonlyMap<Token, number>;

/** Counts of the tokens that `tokensOf` finds in a batch. Memory grows with the number of different tokens. */
export function tokenCounts(tokensOf: (batch: Tensor) => Tensor): Statistic<Map<Token, number>> {
  const merge = (into: Map<Token, number>, other: TokenCounts): Map<Token, number> => {
    for (const [token, count] of other) into.set(token, (into.get(token) ?? 0) + count);
    return into;
  };
  return {
    empty: () => new Map(),
    add: (state, batch) => {
      const tokens = (tokensOf(batch) as EagerTensor).data() as ArrayLike<Token>;
      for (let i = 0; i < tokens.length; i++) {
        const token = tokens[i] as Token;
        state.set(token, (state.get(token) ?? 0) + 1);
      }
      return state;
    },
    merge,
    toBytes: (state) =>
      Buffer.from(
        JSON.stringify([...state].map(([token, count]) => [typeof token === "bigint", String(token), count])),
      ),
    fromBytes: (bytes) => {
      const rows = JSON.parse(Buffer.from(bytes).toString()) as [boolean, string, number][];
      return new Map(rows.map(([isWhole, text, count]) => [isWhole ? BigInt(text) : text, count]));
    },
  };
}

/** The `limit` most frequent tokens, without those of `special`. */
export function vocabularyOf(counts: TokenCounts, special: readonly Token[], limit: number): Token[] {
  const known = [...counts].filter(([token]) => !special.includes(token));
  return known
    .sort(([a, countOfA], [b, countOfB]) => countOfB - countOfA || compareTokens(b, a))
    .slice(0, limit)
    .map(([token]) => token);
}

/** Texts by their bytes, numbers by their values. */
function compareTokens(a: Token, b: Token): number {
  if (typeof a === "string" && typeof b === "string") return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : a > b ? 1 : 0;
}
