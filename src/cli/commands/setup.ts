import { UsageError } from "../../config/usage-error.ts";
import { errorCode } from "../../error-code.ts";
import { type Bridge, bridgeOf, keyVariable } from "../clients/bridge.ts";
import type { Client } from "../clients/client.ts";
import { clients } from "../clients.ts";
import type { Command, Context } from "../command.ts";
import type { Edit } from "../edit/edit.ts";
import { editFile, type Outcome } from "../edit/edit-file.ts";
import { optionFlags } from "../option-flags.ts";
import type { Style } from "../style.ts";

export const setup: Command = {
  summary: "Show what points a client here, or write it into the client's configuration.",
  argument: { name: "client", choices: Object.keys(clients), isOptional: true },
  options: optionFlags("port", "host", "apiKey", "dir", "configFile"),
  flags: [
    { name: "write", help: "Edit the client's file, after a copy of it; other members and comments stay." },
  ],
  examples: ["aqbridge setup", "aqbridge setup claude-code", "aqbridge setup zed --write"],
  async run({ argument, flags, settings }, context) {
    const client = argument === undefined ? undefined : clients[argument];
    if (argument === undefined || !client) return list(context);
    const bridge = bridgeOf(context.load(settings).config);
    const path = client.file?.path(context.surroundings);
    const edit = client.file?.edit(bridge, context.surroundings);
    const next = nextSteps(client, bridge);
    if (flags["write"] !== true) {
      context.stdout(`${shown(client, bridge, path, edit, context.style)}${next}`);
      return 0;
    }
    if (!path || !edit)
      throw new UsageError(`${client.title} has no file to write; see aqbridge setup ${argument}.`);
    return write(path, edit, next, context);
  },
};

function list({ stdout, surroundings, style }: Context): number {
  for (const [name, { title, file }] of Object.entries(clients)) {
    stdout(`${name.padEnd(13)}${title.padEnd(20)}${style.dim(file?.path(surroundings) ?? "")}\n`);
  }
  return 0;
}

function shown(
  { title, variables }: Client,
  bridge: Bridge,
  path: string | undefined,
  edit: Edit | undefined,
  { bold }: Style,
): string {
  const fragment = edit?.("");
  if (fragment && "text" in fragment) return `${bold(path ?? title)}\n\n${fragment.text}\n`;
  if (!variables) return "";
  const pairs = Object.entries(variables({ ...bridge, apiKey: undefined }));
  return `${pairs.map(([name, value]) => `${name}=${value}`).join("\n")}\n\n`;
}

async function write(
  path: string,
  edit: Edit,
  next: string,
  { stdout, fail, clock }: Context,
): Promise<number> {
  try {
    const outcome = await editFile(path, edit, clock.now());
    if (outcome.state === "refused")
      return fail(
        `${path} was left alone, since ${outcome.reason}; add what the command shows without --write`,
      );
    stdout(`${described(path, outcome)}\n${next}`);
    return 0;
  } catch (error) {
    return fail(`cannot edit ${path} (${errorCode(error)})`);
  }
}

function described(path: string, outcome: Exclude<Outcome, { state: "refused" }>): string {
  if (outcome.state === "unchanged") return `${path} says so already.`;
  return outcome.backup === undefined
    ? `Wrote ${path}.`
    : `Wrote ${path}; what it was before is in ${outcome.backup}.`;
}

const nextSteps = (client: Client, bridge: Bridge) =>
  [
    ...client.steps(bridge),
    ...(bridge.apiKey === undefined ? [] : [`The key stays out of files: the client needs ${keyVariable}.`]),
  ]
    .map((line) => `${line}\n`)
    .join("");
