/** How objects look when Node's console prints them. */
import { inspect } from "node:util";

/** Instances of `type` are printed as the text that their `toString` gives. */
export function printAsText(type: { readonly prototype: object }): void {
  Object.defineProperty(type.prototype, inspect.custom, {
    value(this: object): string {
      return String(this);
    },
    configurable: true,
  });
}
