import { type Bridge, bridgeOf, keyVariable } from "../clients/bridge.ts";
import type { Variables } from "../clients/client.ts";
import { clients } from "../clients.ts";
import type { Command } from "../command.ts";
import { optionFlags } from "../option-flags.ts";
import { exported, loginShell, type Shell, shells, sourced } from "../shells.ts";

const withVariables = Object.entries(clients).flatMap(([name, { variables }]) => (variables ? [name] : []));

/** A client that only its own configuration points here. */
const withoutVariables = (word: string): string | undefined =>
  Object.hasOwn(clients, word)
    ? `No variables point ${clients[word]?.title} here; see aqbridge setup ${word}.`
    : undefined;

/** What most people have: Claude Code, and something that uses OpenAI's SDK. */
const usual = ["claude-code", "openai"];

export const env: Command = {
  summary: "Print the variables that point clients here, as your shell sets them.",
  argument: { name: "client", choices: withVariables, isOptional: true, elsewhere: withoutVariables },
  options: optionFlags("port", "host", "apiKey", "dir", "configFile"),
  flags: [
    {
      name: "shell",
      placeholder: "shell",
      choices: shells,
      help: `One of ${shells.join(", ")}; without it the one that SHELL names.`,
    },
  ],
  examples: [
    sourced.bash("aqbridge env"),
    sourced.bash("aqbridge env claude-code --port 8080"),
    sourced.fish("aqbridge env --shell fish"),
    sourced.powershell("aqbridge env --shell powershell"),
    sourced.nushell("aqbridge env --shell nushell"),
  ],
  run({ argument, flags, settings }, { load, surroundings, stdout }) {
    const bridge = bridgeOf(load(settings), surroundings);
    const variables: Variables = {
      ...(bridge.apiKey !== undefined && { [keyVariable]: bridge.apiKey }),
      ...variablesOf(argument === undefined ? usual : [argument], bridge),
    };
    const shell = shellNamed(flags["shell"]) ?? loginShell(surroundings);
    stdout(`${exported[shell](variables)}\n`);
    return 0;
  },
};

const variablesOf = (names: readonly string[], bridge: Bridge): Variables =>
  Object.fromEntries(names.flatMap((name) => Object.entries(clients[name]?.variables?.(bridge) ?? {})));

const shellNamed = (name: string | true | undefined): Shell | undefined =>
  shells.find((shell) => shell === name);
