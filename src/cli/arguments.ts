import { parseArgs } from "node:util";
import { suggestion } from "../config/nearest.ts";
import { UsageError } from "../config/usage-error.ts";
import { type Command, type CommandName, commands, type Flags, flagsOf, universalFlags } from "./commands.ts";

const commandNames = Object.keys(commands).filter(isCommandName);
const knownFlags = new Map(
  [...commandNames.flatMap(flagsOf), ...universalFlags].map((flag) => [flag.name, flag]),
);
const flagNames = [...knownFlags.keys()].map((name) => `--${name}`);

interface OptionToken {
  kind: "option";
  name: string;
  rawName: string;
  value?: string | undefined;
  inlineValue?: boolean | undefined;
}

/** What `argv`, without the program itself, asks for; throws a UsageError when that is nothing known. */
export function parseArguments(argv: readonly string[]): Command {
  const { given, words } = tokensOf(argv);
  const asked = (name: string) => given.some((token) => token.name === name);
  if (asked("help")) return { name: "help", topic: words.find(isCommandName) };
  if (asked("version")) return { name: "version" };

  for (const token of given) checkToken(token);
  const [word, ...rest] = words;
  const name = word === undefined ? "serve" : commandNamed(word);
  const row = commands[name];
  const topic = row.takesTopic ? rest.shift() : undefined;
  if (rest.length > 0) throw new UsageError(`Unexpected argument ${rest[0]}; aqbridge ${name} takes none.`);
  return row.command(flagsFor(name, given), topic === undefined ? undefined : commandNamed(topic));
}

/** Not parseArgs' own strictness: its complaints span lines and know no nearest name. */
function tokensOf(argv: readonly string[]) {
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      [...knownFlags.values()].map(({ name, placeholder }) => [
        name,
        { type: placeholder === undefined ? "boolean" : "string", ...shortOf(name) } as const,
      ]),
    ),
  });
  return {
    given: tokens.flatMap((token): OptionToken[] => (token.kind === "option" ? [token] : [])),
    words: tokens.flatMap((token) => (token.kind === "positional" ? [token.value] : [])),
  };
}

function shortOf(name: string) {
  const short = universalFlags.find((flag) => flag.name === name)?.short;
  return short === undefined ? {} : { short };
}

function checkToken({ name, rawName, value, inlineValue }: OptionToken): void {
  const flag = knownFlags.get(name);
  if (!flag) throw new UsageError(`Unknown option ${rawName}${suggestion(rawName, flagNames)}.`);
  if (flag.placeholder === undefined) {
    if (value !== undefined) throw new UsageError(`${rawName} takes no value.`);
  } else if (!value || (!inlineValue && /^-\D/.test(value))) {
    throw new UsageError(`${rawName} needs a value: ${rawName} <${flag.placeholder}>.`);
  }
}

function flagsFor(name: CommandName, given: readonly OptionToken[]): Flags {
  const own = new Set(flagsOf(name).map((flag) => flag.name));
  const foreign = given.find((token) => !own.has(token.name));
  if (foreign) throw new UsageError(`${foreign.rawName} is not an option of aqbridge ${name}.`);
  return Object.fromEntries(given.map((token) => [token.name, token.value ?? true]));
}

function commandNamed(word: string): CommandName {
  if (isCommandName(word)) return word;
  throw new UsageError(
    `Unknown command ${word}${suggestion(word, commandNames)}; aqbridge --help lists them.`,
  );
}

function isCommandName(word: string): word is CommandName {
  return Object.hasOwn(commands, word);
}
