import { UsageError } from "../../config/usage-error.ts";
import { errorCode } from "../../error-code.ts";
import { type Bridge, bridgeOf, keyVariable } from "../clients/bridge.ts";
import type { Client } from "../clients/client.ts";
import { clients } from "../clients.ts";
import type { Command, Context } from "../command.ts";
import { type Edits, editFile } from "../edit/edit.ts";
import { optionFlags } from "../option-flags.ts";
import type { Style } from "../style.ts";

export const setup: Command = {
  summary: "Show how to point a client at the bridge, or write that into the client's configuration.",
  argument: { name: "client", choices: Object.keys(clients), isOptional: true },
  options: optionFlags("port", "host", "apiKey", "dir", "configFile"),
  flags: [
    {
      name: "write",
      help: "Edit the client's file, after copying it; other settings and comments are kept.",
    },
    { name: "undo", help: "Remove from the client's file what --write added, after copying it." },
  ],
  examples: [
    "aqbridge setup",
    "aqbridge setup claude-code",
    "aqbridge setup zed --write",
    "aqbridge setup zed --undo",
  ],
  async run({ argument, flags: { write, undo }, settings }, context) {
    const client = argument === undefined ? undefined : clients[argument];
    if (!client && (write || undo))
      throw new UsageError("--write and --undo need a client; aqbridge setup lists them.");
    if (!client) return list(context);
    const bridge = bridgeOf(context.load(settings), context.surroundings);
    const path = client.file?.path(context.surroundings);
    const edits = client.file?.edits(bridge, context.surroundings);
    const next = nextSteps(client, bridge, edits);
    if (!write && !undo) {
      context.stdout(`${shown(client, bridge, path, edits, context.style)}${next}`);
      return 0;
    }
    if (write && undo) throw new UsageError("--undo reverts what --write does; give only one of them.");
    if (!path || !edits)
      throw new UsageError(`There is no file to write for ${client.title}; see aqbridge setup ${argument}.`);
    const code = await change(path, edits, write ? "write" : "undo", context);
    if (code === 0 && write) context.stdout(next);
    return code;
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
  edits: Edits | undefined,
  { bold }: Style,
): string {
  const fragment = edits?.write("");
  if (fragment && "text" in fragment) return `${bold(path ?? title)}\n\n${fragment.text}\n`;
  if (!variables) return "";
  const pairs = Object.entries(variables({ ...bridge, apiKey: bridge.apiKey && "KEY" }));
  return `${pairs.map(([name, value]) => `${name}=${value}`).join("\n")}\n\n`;
}

const words = {
  write: { done: "Wrote", nothing: "is up to date" },
  undo: { done: "Removed aqbridge from", nothing: "has no settings of aqbridge's" },
};

async function change(
  path: string,
  edits: Edits,
  action: "write" | "undo",
  { stdout, fail, clock }: Context,
): Promise<number> {
  try {
    const outcome = await editFile(path, edits[action], clock.now());
    if (outcome.state === "refused")
      return fail(
        `${path} was left alone, since ${outcome.reason}; change it by hand: the command without options shows what belongs there`,
      );
    const { done, nothing } = words[action];
    if (outcome.state === "unchanged") stdout(`${path} ${nothing}.\n`);
    else {
      const kept = outcome.backup === undefined ? "" : `; the old version is in ${outcome.backup}`;
      stdout(`${done} ${path}${kept}.\n`);
    }
    return 0;
  } catch (error) {
    return fail(`cannot edit ${path} (${errorCode(error)})`);
  }
}

function nextSteps(client: Client, bridge: Bridge, edits: Edits | undefined): string {
  const steps = client.steps(bridge);
  const lines =
    bridge.apiKey === undefined ? steps : [...steps, whereKeyIs(JSON.stringify([steps, edits?.write("")]))];
  return lines.map((line) => `${line}\n`).join("");
}

/** By whether what the client is told names the variable. */
const whereKeyIs = (told: string): string =>
  told.includes(keyVariable)
    ? `The key is not written to any file: the client reads ${keyVariable}.`
    : `The key is neither written to a file nor shown here; the client needs the value of ${keyVariable}.`;
