/** A program that uses the library for the first time: prints its folder, or the error it gets. */
import { ensureLibrary } from "../../../src/native/library/index.ts";

try {
  console.log(ensureLibrary());
} catch (error) {
  const { name, code, message } = error as Error & { code: string };
  console.log(JSON.stringify({ name, code, message }));
}
