/** Types of python-keras.mjs for the tests. */
export function pythonWithKeras(say?: (line: string) => void): { command: string; env: Record<string, string> };
