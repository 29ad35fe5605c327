/** What all workloads share: the best of several passes, printed as one line of JSON. */
const MICROSECONDS = 1000;

/** `onePass` runs `steps` steps; the first pass warms up. */
export async function report(onePass: () => void | Promise<void>, steps: number, passes = 5): Promise<void> {
  await onePass();
  const times: number[] = [];
  for (let pass = 0; pass < passes; pass++) {
    const start = performance.now();
    await onePass();
    times.push(((performance.now() - start) / steps) * MICROSECONDS);
  }
  console.log(JSON.stringify({ value: Math.min(...times), unit: "us/step", passes: times }));
}

/** The sizes that the command line gives. */
export function sizes(): number[] {
  return process.argv
    .slice(2)
    .filter((text) => /^\d+$/.test(text))
    .map(Number);
}
