import { type Bridge, bridgeOf, keyVariable } from "../clients/bridge.ts";
import type { Variables } from "../clients/client.ts";
import { clients } from "../clients.ts";
import type { Command } from "../command.ts";
import { optionFlags } from "../option-flags.ts";
import { exported, loginShell, shells, sourced } from "../shells.ts";

const withVariables = Object.entries(clients).flatMap(([name, { variables }]) => (variables ? [name] : []));

/** A client that reads only its own configuration. */
const withoutVariables = (word: string): string | undefined =>
  Object.hasOwn(clients, word)
    ? `${clients[word]?.title} cannot be set up by variables; see aqbridge setup ${word}.`
    : undefined;

/** What most people use: Claude Code, and something built on OpenAI's SDK. */
const usual = ["claude-code", "openai"];

export const env: Command = {
  summary: "Print the variables that point clients at the bridge, in your shell's syntax.",
  argument: { name: "client", choices: withVariables, isOptional: true, elsewhere: withoutVariables },
  options: optionFlags("port", "host", "apiKey", "dir", "configFile"),
  flags: [
    {
      name: "shell",
      placeholder: "shell",
      choices: shells,
      help: `One of ${shells.join(", ")}; by default the one that SHELL names.`,
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
    const shell = shells.find((each) => each === flags["shell"]) ?? loginShell(surroundings);
    stdout(`${exported[shell](variables)}\n`);
    return 0;
  },
};

const variablesOf = (names: readonly string[], bridge: Bridge): Variables =>
  Object.fromEntries(names.flatMap((name) => Object.entries(clients[name]?.variables?.(bridge) ?? {})));
