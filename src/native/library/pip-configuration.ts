/** Reads which index of Python packages this machine is set to, the way pip does: from PIP_ variables and pip's configuration files. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "./locations.ts";

/** The indexes a machine names, best first, and the file of certificates to trust, where one is named. */
export interface IndexSettings {
  readonly urls: readonly string[];
  readonly certificates: string | undefined;
}

type Sections = Record<string, Record<string, string>>;

/** The text of a file, or undefined where there is none. */
export type ReadText = (path: string) => string | undefined;

/** The settings for `pip download`, or undefined where no index is named. */
export function indexSettings(
  environment: Environment,
  platform: string = process.platform,
  readText: ReadText = readTextFile,
): IndexSettings | undefined {
  const files = configurationFiles(environment, platform, readText).map((path) =>
    parseConfiguration(readText(path) ?? ""),
  );
  const setting = (name: string): string | undefined => {
    const inEnvironment = environment[`PIP_${name.toUpperCase().replaceAll("-", "_")}`];
    if (inEnvironment) return inEnvironment;
    const of = (section: string) => files.map((sections) => sections[section]?.[name]).findLast(Boolean);
    return of("download") ?? of("global");
  };
  if (isTrue(setting("no-index"))) return undefined;
  const urls = [setting("index-url"), setting("extra-index-url")].flatMap(
    (value) => value?.split(/\s+/).filter(Boolean) ?? [],
  );
  return urls.length === 0 ? undefined : { urls, certificates: setting("cert") };
}

/** pip's configuration files in the order in which later ones override earlier ones. */
export function configurationFiles(environment: Environment, platform: string, readText: ReadText): string[] {
  const { PIP_CONFIG_FILE: chosen, VIRTUAL_ENV, HOME = "", XDG_CONFIG_HOME, XDG_CONFIG_DIRS } = environment;
  if (chosen === "/dev/null") return []; // pip's own way of saying: read none
  const darwin = platform === "darwin";
  const ofSystem = darwin
    ? ["/Library/Application Support/pip"]
    : [...(XDG_CONFIG_DIRS || "/etc/xdg").split(":").map((folder) => join(folder, "pip")), "/etc"];
  const ofUser = [join(HOME, ".pip"), join(XDG_CONFIG_HOME || join(HOME, ".config"), "pip")];
  if (darwin) ofUser.push(join(HOME, "Library", "Application Support", "pip"));
  const chosenExists = chosen !== undefined && readText(chosen) !== undefined;
  const folders = [...ofSystem, ...(chosenExists ? [] : ofUser), ...(VIRTUAL_ENV ? [VIRTUAL_ENV] : [])];
  return [...folders.map((folder) => join(folder, "pip.conf")), ...(chosen ? [chosen] : [])];
}

/** Sections of `key = value` lines as Python's configuration files have them; an indented line continues the value before it. */
export function parseConfiguration(text: string): Sections {
  const sections: Sections = {};
  let section: Record<string, string> = {};
  let key: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*([#;]|$)/.test(line)) continue;
    const header = /^\[([^\]]+)\]/.exec(line)?.[1];
    const [, name, value = ""] = /^([^\s=:][^=:]*?)\s*[=:]\s*(.*)$/.exec(line) ?? [];
    if (header) {
      section = sections[header] ??= {};
      key = undefined;
    } else if (/^\s/.test(line) && key) {
      section[key] = `${section[key]}\n${line.trim()}`.trim();
    } else if (name) {
      key = name.toLowerCase().replaceAll("_", "-").replace(/^--/, "");
      section[key] = value.trim();
    }
  }
  return sections;
}

function isTrue(value: string | undefined): boolean {
  return value !== undefined && /^(1|true|yes|on|y|t)$/i.test(value);
}

function readTextFile(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // a place that holds no configuration
  }
}
