import { UsageError } from "../../config/usage-error.ts";
import { errorCode } from "../../error-code.ts";
import { type Bridge, bridgeOf, keyVariable } from "../clients/bridge.ts";
import type { Client } from "../clients/client.ts";
import { clients } from "../clients.ts";
import type { Command, Context } from "../command.ts";
import type { Edit, Edits } from "../edit/edit.ts";
import { editFile, type Outcome } from "../edit/edit-file.ts";
import { optionFlags } from "../option-flags.ts";
import type { Style } from "../style.ts";

export const setup: Command = {
  summary: "Show what points a client here, or write it into the client's configuration.",
  argument: { name: "client", choices: Object.keys(clients), isOptional: true },
  options: optionFlags("port", "host", "apiKey", "dir", "configFile"),
  flags: [
    { name: "write", help: "Edit the client's file, after a copy of it; other members and comments stay." },
    { name: "undo", help: "Take out of the client's file what --write has put there, after a copy of it." },
  ],
  examples: [
    "aqbridge setup",
    "aqbridge setup claude-code",
    "aqbridge setup zed --write",
    "aqbridge setup zed --undo",
  ],
  async run({ argument, flags, settings }, context) {
    const client = argument === undefined ? undefined : clients[argument];
    if (argument === undefined || !client) return list(context);
    const bridge = bridgeOf(context.load(settings), context.surroundings);
    const path = client.file?.path(context.surroundings);
    const edits = client.file?.edits(bridge, context.surroundings);
    const next = nextSteps(client, bridge);
    const { write: isWrite = false, undo: isUndo = false } = flags;
    if (!isWrite && !isUndo) {
      context.stdout(`${shown(client, bridge, path, edits, context.style)}${next}`);
      return 0;
    }
    if (isWrite && isUndo) throw new UsageError("--undo takes back what --write does; give one of them.");
    if (!path || !edits)
      throw new UsageError(`There is no file to write for ${client.title}; see aqbridge setup ${argument}.`);
    return isUndo
      ? change(path, edits.undo, described.undo, context)
      : change(path, edits.write, (...outcome) => `${described.write(...outcome)}${next}`, context);
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
  const pairs = Object.entries(variables({ ...bridge, apiKey: undefined }));
  return `${pairs.map(([name, value]) => `${name}=${value}`).join("\n")}\n\n`;
}

type Changed = Exclude<Outcome, { state: "refused" }>;

async function change(
  path: string,
  edit: Edit,
  describe: (path: string, outcome: Changed) => string,
  { stdout, fail, clock }: Context,
): Promise<number> {
  try {
    const outcome = await editFile(path, edit, clock.now());
    if (outcome.state === "refused")
      return fail(
        `${path} was left alone, since ${outcome.reason}; change it by hand: the command without options shows what belongs there`,
      );
    stdout(describe(path, outcome));
    return 0;
  } catch (error) {
    return fail(`cannot edit ${path} (${errorCode(error)})`);
  }
}

const copied = (outcome: Changed) =>
  outcome.state === "unchanged" || outcome.backup === undefined
    ? ""
    : `; what it was before is in ${outcome.backup}`;

const described = {
  write: (path: string, outcome: Changed) =>
    outcome.state === "unchanged" ? `${path} says so already.\n` : `Wrote ${path}${copied(outcome)}.\n`,
  undo: (path: string, outcome: Changed) =>
    outcome.state === "unchanged"
      ? `${path} holds nothing of aqbridge's.\n`
      : `Took aqbridge out of ${path}${copied(outcome)}.\n`,
};

const nextSteps = (client: Client, bridge: Bridge) =>
  [
    ...client.steps(bridge),
    ...(bridge.apiKey === undefined ? [] : [`The key stays out of files: the client needs ${keyVariable}.`]),
  ]
    .map((line) => `${line}\n`)
    .join("");
