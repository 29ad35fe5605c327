/** Where the public surface departs from Python's: names of its own, names that do not convert back, arguments in other places. */
import { pathToPython, toJavascript, toPython } from "./naming.ts";
import { type PythonParameter, python } from "./python-names.ts";
import type { Entry, Signature } from "./surface.ts";

/** A way to call something that differs from Python's. */
export interface ArgumentDifference {
  readonly path: string;
  /** The signature here, as in `(x, y?, { axis })`. */
  readonly here: string;
  readonly python: string;
}

/** The name here and the name in Python. */
export type Irregular = readonly [here: string, python: string];

/** All differences between the surface and Python's. */
export interface Differences {
  /** Paths of names and of options, as in `tf.keras.Model.fit({ signal })`, that Python does not have. */
  readonly own: ReadonlySet<string>;
  /** Names that Python has under another than the mechanical name. */
  readonly irregular: ReadonlyMap<string, Irregular>;
  readonly arguments: readonly ArgumentDifference[];
}

/** Compares every public name, member, option and signature with Python's. */
export function differencesOf(surface: readonly Entry[]): Differences {
  const own = new Set<string>();
  const irregular = new Map<string, Irregular>();
  const differing: ArgumentDifference[] = [];
  const compareName = (here: string, path: string, candidates: readonly string[]): string | undefined => {
    const exact = candidates.find((name) => name === toPython(here));
    const similar = exact ?? candidates.find((name) => toJavascript(name) === here);
    const found = similar ?? (here === "apply" ? candidates.find((name) => name === "__call__") : undefined);
    if (found === undefined) own.add(path);
    else if (found !== toPython(here)) irregular.set(`${here} ${found}`, [here, found]);
    return found;
  };

  const seen = new Set<unknown>();
  for (const entry of [...surface].sort((a, b) => a.path.length - b.path.length)) {
    const isAlias = seen.has(entry.declaration);
    seen.add(entry.declaration);
    const name = entry.path.split(".").at(-1)!;
    const counterpart = entry.owner ? memberOf(entry, name, compareName) : python.find(pathToPython(entry.path));
    if (!counterpart && !entry.owner) own.add(entry.path);
    const parameters = counterpart?.parameters;
    if (!parameters || isAlias) continue;
    for (const signature of entry.signatures) {
      const known = optionNames(entry, parameters);
      for (const option of signature.options ?? []) {
        if (known) compareName(option, `${entry.path}({ ${option} })`, known);
      }
      if (!hasSameArguments(entry, signature, parameters)) {
        differing.push({ path: entry.path, here: textOf(signature), python: pythonText(parameters) });
      }
    }
  }
  return { own, irregular, arguments: differing };
}

type CompareName = (here: string, path: string, candidates: readonly string[]) => string | undefined;

function memberOf(entry: Entry, name: string, compare: CompareName): ReturnType<typeof python.find> {
  const family = python.family(pathToPython(entry.owner!));
  if (!python.find(pathToPython(entry.owner!))) return undefined; // a class of its own: its name says so already
  // What the constructor is given may be read again under its name.
  const found = compare(name, entry.path, [...python.membersOf(family), ...family.flatMap(python.constructorOf)]);
  return found === undefined ? undefined : python.memberOf(family, found);
}

/** The names that options may have; `undefined` where Python's signature tells nothing. */
function optionNames(entry: Entry, parameters: readonly PythonParameter[]): string[] | undefined {
  const hasOthers = parameters.some(({ stars }) => stars === "**");
  if (hasOthers && parameters.every(({ stars }) => stars !== "")) return undefined;
  const own = parameters.map(({ name }) => name);
  if (!hasOthers) return own;
  const family = python.family(pathToPython(entry.owner ?? entry.path));
  return [...own, ...family.flatMap((base) => python.constructorOf(base)), ...python.membersOf(family)];
}

/** Whether what Python requires is given by position, and nothing else. */
function hasSameArguments(entry: Entry, signature: Signature, parameters: readonly PythonParameter[]): boolean {
  if (parameters.length > 0 && parameters.every(({ stars }) => stars !== "")) {
    return signature.positional.every(({ isOptional, isRest }) => !isOptional || isRest); // Python's own says nothing
  }
  const hasRest = parameters.some(({ stars }) => stars === "*");
  const positional = signature.positional.filter(({ isRest }) => !(isRest && hasRest));
  const required = parameters.filter(({ hasDefault, stars }) => !hasDefault && stars === "");
  const isFilledByConfig = entry.kind === "class" && signature.takesConfig;
  const mayOmit = (i: number): boolean => isFilledByConfig && i > 0;
  return positional.length === required.length && positional.every(({ isOptional }, i) => !isOptional || mayOmit(i));
}

function textOf({ positional, options }: Signature): string {
  const words = positional.map(({ name, isOptional, isRest }) =>
    isRest ? `...${name}` : `${name}${isOptional ? "?" : ""}`,
  );
  return `(${[...words, ...(options ? ["{ ... }"] : [])].join(", ")})`;
}

/** Only what decides: the required parameters, and the first of those with a default. */
function pythonText(parameters: readonly PythonParameter[]): string {
  const words = parameters.map(({ name, hasDefault, stars }) => `${stars}${name}${hasDefault ? "=" : ""}`);
  const numShown = parameters.filter(({ hasDefault, stars }) => !hasDefault && stars === "").length + 3;
  return `(${words.slice(0, numShown).join(", ")}${words.length > numShown ? ", ..." : ""})`;
}
