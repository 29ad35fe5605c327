/** Advice for names that are not known: which known ones are spelled nearly so. */

/** `did you mean "a" or "b"?` with up to three names that are few edits away; otherwise the first known names. */
export function nearNames(name: string, names: readonly string[]): string {
  const unique = [...new Set(names)];
  const wanted = name.toLowerCase();
  const near = unique
    .map((candidate) => ({ candidate, distance: editDistance(wanted, candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(2, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ candidate }) => JSON.stringify(candidate));
  if (near.length > 0) return `did you mean ${near.join(" or ")}?`;
  return `known names: ${unique.slice(0, 40).join(", ")}${unique.length > 40 ? ", ..." : ""}`;
}

/** Levenshtein's distance: insertions, deletions and replacements of letters. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, replaced);
    }
    row = next;
  }
  return row[b.length] as number;
}
