/** Finds TensorFlow's C library. */
export function ensureLibrary(): string {
  const folder = process.env.TENSORFLEET_LIBRARY;
  if (!folder) throw new Error("set TENSORFLEET_LIBRARY");
  return folder;
}
