/** The device on which ops are placed while a scope is open; `undefined` lets TensorFlow choose. */
let device: string | undefined;

/** The device of the innermost scope. */
export function currentDevice(): string | undefined {
  return device;
}

/** Runs `body` with its ops placed on `name`. */
export function withDevice<T>(name: string, body: () => T): T {
  const outer = device;
  device = name;
  try {
    return body();
  } finally {
    device = outer;
  }
}
