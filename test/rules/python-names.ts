/** What is public in Python's TensorFlow and Keras, read from python-names.txt. */
import { readFileSync } from "node:fs";

/** A parameter in Python. */
export interface PythonParameter {
  readonly name: string;
  readonly hasDefault: boolean;
  /** `*` for *args, `**` for **kwargs. */
  readonly stars: string;
}

/** A name with what is known of it. */
export interface PythonEntry {
  readonly parameters: readonly PythonParameter[] | undefined;
  /** Of a class: its public bases. */
  readonly bases: readonly string[];
}

const entries = new Map<string, PythonEntry>();
const aliases = new Map<string, string>();
/** Of each class: its members by name. */
const members = new Map<string, Map<string, PythonEntry>>();

for (const line of readFileSync(new URL("python-names.txt", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")) {
  const alias = /^(\S+) = (\S+)$/.exec(line);
  if (alias) {
    aliases.set(alias[1]!, alias[2]!);
    continue;
  }
  const [, isClass, name, parameters, bases] = /^(class )?([^\s(]+)(?:\((.*?)\))?(?: < (.*))?$/.exec(line)!;
  const entry = {
    parameters: parameters === undefined ? undefined : parameters.split(", ").filter(Boolean).map(parameterOf),
    bases: bases?.split(", ") ?? [],
  };
  entries.set(name!, entry);
  if (isClass) members.set(name!, new Map());
  members.get(name!.replace(/\.\w+$/, ""))?.set(name!.replace(/^.*\./, ""), entry);
}

function parameterOf(text: string): PythonParameter {
  const [, stars, name, equals] = /^(\**)([^=]*)(=?)$/.exec(text)!;
  return { name: name!, hasDefault: equals === "=", stars: stars! };
}

/** The name under which a thing is described; what tf.keras lacks may be in the package keras. */
function described(path: string): string | undefined {
  const candidates = [path, path.replace(/^tf\.keras\./, "keras.")].map((name) => aliases.get(name) ?? name);
  return candidates.find((name) => entries.has(name));
}

/** The entry of a name or of one of its aliases. */
function find(path: string): PythonEntry | undefined {
  return entries.get(described(path) ?? "");
}

/** The name itself and those of its public bases. */
function family(path: string): string[] {
  const own = described(path) ?? path;
  return [own, ...(entries.get(own)?.bases ?? [])];
}

/** The names of all members of some classes. */
function membersOf(classes: readonly string[]): string[] {
  return classes.flatMap((name) => [...(members.get(name)?.keys() ?? [])]);
}

/** A member of the first of some classes that has it. */
function memberOf(classes: readonly string[], name: string): PythonEntry | undefined {
  return classes.map((owner) => members.get(owner)?.get(name)).find((entry) => entry !== undefined);
}

/** The names of the parameters of a class's constructor. */
function constructorOf(name: string): string[] {
  return find(name)?.parameters?.map((parameter) => parameter.name) ?? [];
}

export const python: {
  readonly find: typeof find;
  readonly family: typeof family;
  readonly membersOf: typeof membersOf;
  readonly memberOf: typeof memberOf;
  readonly constructorOf: typeof constructorOf;
} = { find, family, membersOf, memberOf, constructorOf };
