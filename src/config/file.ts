import { errorCode } from "../error-code.ts";
import { isJsonObject } from "../json.ts";
import { parseJsonc } from "../jsonc/parse.ts";
import { suggestion } from "./nearest.ts";
import { optionRows } from "./options.ts";
import { configSections } from "./sections.ts";
import { UsageError } from "./usage-error.ts";

/** Text of a UTF-8 file; throws as node:fs does. */
export type ReadFile = (path: string) => string;

/** The members of config.json by `section.name`, and a warning for each unknown one. */
export interface ConfigFile {
  path: string;
  members: ReadonlyMap<string, unknown>;
  warnings: readonly string[];
}

const knownKeys = new Set(optionRows.flatMap(([, { keys = [] }]) => keys));
const knownSections = new Set(configSections().keys());

/** A missing file counts as an empty one, unless the user named it. */
export function readConfigFile(path: string, named: boolean, readFile: ReadFile): ConfigFile {
  const text = readText(path, named, readFile);
  return text === undefined ? { path, members: new Map(), warnings: [] } : parseConfig(path, text);
}

function readText(path: string, named: boolean, readFile: ReadFile): string | undefined {
  try {
    return readFile(path);
  } catch (error) {
    const reason = errorCode(error);
    if (!named && (reason === "ENOENT" || reason === "ENOTDIR")) return undefined;
    throw new UsageError(`The configuration file ${path} cannot be read (${reason}).`);
  }
}

function parseConfig(path: string, text: string): ConfigFile {
  const members = new Map<string, unknown>();
  const warnings: string[] = [];
  for (const [section, content] of Object.entries(parseObject(path, text))) {
    if (section === "$schema") continue;
    if (!knownSections.has(section)) {
      warnings.push(`${path}: unknown key ${section}${suggestion(section, knownSections)}.`);
      continue;
    }
    if (!isJsonObject(content)) throw new UsageError(`${section} in ${path} must be an object.`);
    for (const [name, value] of Object.entries(content)) {
      const key = `${section}.${name}`;
      if (knownKeys.has(key)) members.set(key, value);
      else warnings.push(`${path}: unknown key ${key}${suggestion(key, knownKeys)}.`);
    }
  }
  return { path, members, warnings };
}

/** The parser's own message is dropped: it may quote a key. */
function parseObject(path: string, text: string) {
  try {
    const value = parseJsonc(text);
    if (isJsonObject(value)) return value;
  } catch {
    throw new UsageError(`${path} is not valid JSON (comments and trailing commas are allowed).`);
  }
  throw new UsageError(`${path} must hold a JSON object.`);
}
