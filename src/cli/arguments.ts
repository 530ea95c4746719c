import { parseArgs } from "node:util";
import { suggestion } from "../config/nearest.ts";
import { UsageError } from "../config/usage-error.ts";
import type { Command, Commands, Flag, Flags, Invocation } from "./command.ts";

/** Flags that stand for a command, wherever they are given. */
export const universalFlags: readonly Flag[] = [
  { name: "help", short: "h", help: "Print this text." },
  { name: "version", short: "v", help: "Print the version." },
];

type OptionToken = ReturnType<typeof tokensOf>["given"][number];

export interface CommandLine {
  name: string;
  invocation: Invocation;
}

/** What `argv`, without the program itself, asks for; throws a UsageError for anything unknown. */
export function parseArguments(argv: readonly string[], commands: Commands): CommandLine {
  const known = knownFlags(commands);
  const { given, words } = tokensOf(argv, known);
  const asked = (name: string) => given.some((token) => token.name === name);
  const topic = words.find((word) => Object.hasOwn(commands, word));
  if (asked("help")) return bare("help", topic);
  if (asked("version")) return bare("version");

  for (const token of given) checkToken(token, known);
  const [name = "serve", ...rest] = words;
  const command = commandNamed(name, commands);
  const flags = valuesOf(given, command.flags);
  const settings = valuesOf(given, command.options);
  const foreign = given.find((token) => !(token.name in flags || token.name in settings));
  if (foreign) throw new UsageError(`${foreign.rawName} is not an option of aqbridge ${name}.`);
  for (const flag of command.flags ?? []) checkChoice(flag, flags[flag.name]);
  return { name, invocation: { argument: argumentOf(name, command, rest), flags, settings } };
}

const bare = (name: string, argument?: string): CommandLine => ({
  name,
  invocation: { argument, flags: {}, settings: {} },
});

const knownFlags = (commands: Commands): ReadonlyMap<string, Flag> =>
  new Map(
    [
      ...Object.values(commands).flatMap(({ flags = [], options = [] }) => [...flags, ...options]),
      ...universalFlags,
    ].map((flag) => [flag.name, flag]),
  );

/** Not in parseArgs' own strict mode, whose messages span lines and suggest no nearest name. */
function tokensOf(argv: readonly string[], known: ReadonlyMap<string, Flag>) {
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      [...known.values()].map(({ name, short, placeholder }) => [
        name,
        { type: placeholder === undefined ? "boolean" : "string", ...(short && { short }) } as const,
      ]),
    ),
  });
  return {
    given: tokens.filter((token) => token.kind === "option"),
    words: tokens.filter((token) => token.kind === "positional").map(({ value }) => value),
  };
}

function checkToken({ name, rawName, value, inlineValue }: OptionToken, known: ReadonlyMap<string, Flag>) {
  const flag = known.get(name);
  if (!flag) {
    const spellings = [...known.keys()].map((each) => `--${each}`);
    throw new UsageError(`Unknown option ${rawName}${suggestion(rawName, spellings)}.`);
  }
  if (flag.placeholder === undefined) {
    if (value !== undefined) throw new UsageError(`${rawName} takes no value.`);
  } else if (!value || (!inlineValue && /^-\D/.test(value))) {
    throw new UsageError(`${rawName} needs a value: ${rawName} <${flag.placeholder}>.`);
  }
}

function commandNamed(word: string, commands: Commands): Command {
  const command = Object.hasOwn(commands, word) ? commands[word] : undefined;
  if (command) return command;
  throw new UsageError(
    `Unknown command ${word}${suggestion(word, Object.keys(commands))}; see aqbridge --help.`,
  );
}

const valuesOf = (given: readonly OptionToken[], flags: readonly Flag[] = []): Flags =>
  Object.fromEntries(
    given
      .filter((token) => flags.some((flag) => flag.name === token.name))
      .map((token) => [token.name, token.value ?? true]),
  );

function checkChoice({ name, choices }: Flag, value: string | true | undefined): void {
  if (!choices || typeof value !== "string" || choices.includes(value)) return;
  throw new UsageError(
    `--${name} must be one of ${choices.join(", ")}, not ${value}${suggestion(value, choices)}.`,
  );
}

function argumentOf(name: string, { argument }: Command, words: readonly string[]): string | undefined {
  const [word, surplus] = argument ? words : [undefined, ...words];
  if (surplus !== undefined) throw new UsageError(`Unexpected argument ${surplus} to aqbridge ${name}.`);
  if (!argument) return undefined;
  const choices = argument.choices.join(", ");
  if (word === undefined) {
    if (argument.isOptional) return undefined;
    const article = /^[aeiou]/.test(argument.name) ? "an" : "a";
    throw new UsageError(`aqbridge ${name} needs ${article} ${argument.name}: ${choices}.`);
  }
  if (argument.choices.includes(word)) return word;
  throw new UsageError(
    argument.elsewhere?.(word) ??
      `Unknown ${argument.name} ${word}${suggestion(word, argument.choices)}; choose from ${choices}.`,
  );
}
