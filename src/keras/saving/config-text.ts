/** A config as JSON text that Python reads. JavaScript has one kind of number; Keras insists on floats in some places, where 1 must be 1.0. */
import type { ConfigValue } from "../object-registry.ts";

/** Options whose values Keras checks to be floats. */
const floats: ReadonlySet<string> = new Set(["beta", "learning_rate", "momentum", "threshold"]);

/** The JSON text of a config. */
export function configText(value: ConfigValue | undefined, key?: string): string {
  if (typeof value === "number" && Number.isSafeInteger(value) && key !== undefined && floats.has(key))
    return `${value}.0`;
  if (Array.isArray(value)) return `[${value.map((item) => configText(item)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  const entries = Object.entries(value as Record<string, ConfigValue>);
  return `{${entries.map(([name, item]) => `${JSON.stringify(name)}:${configText(item, name)}`).join(",")}}`;
}
