/** Seeds: every random number in a run is a function of one seed and of names, steps and counters. */

/** Mixes two 32-bit words into one, well spread (the finalizer of MurmurHash3 over their combination). */
export function mixSeeds(a: number, b: number): number {
  let h = (a ^ Math.imul(b, 0x9e3779b1)) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A 32-bit word from a text (FNV-1a, then mixed). */
export function seedOfText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mixSeeds(h >>> 0, text.length);
}

/** A fresh seed for a run that was given none. */
export function drawSeed(): number {
  return Math.floor(Math.random() * 2 ** 31);
}
