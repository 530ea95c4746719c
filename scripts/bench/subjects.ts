import { join } from "node:path";
import { endings } from "./answer.ts";
import { type Program, start } from "./program.ts";
import { anthropicRequest, openaiRequest } from "./requests.ts";
import type { Shape } from "./shapes.ts";

export interface Setting {
  /** The compiled bridge. */
  binary: string;
  /** Home of every program, with a login for the bridge and nothing else. */
  folder: string;
}

type Command = (setting: Setting, upstreamUrl: string) => readonly string[];

const script =
  (name: string): Command =>
  (_, upstreamUrl) => [process.execPath, join(import.meta.dir, `${name}.ts`), upstreamUrl];
const bridge =
  (...flags: readonly string[]): Command =>
  ({ binary, folder }) => [binary, "--port=0", `--dir=${folder}`, ...flags];

/** What can stand between a client and the upstream. */
const commands = {
  "pass-through": script("pass-through"),
  "bare translator": script("bare-translator"),
  bridge: bridge("--log-level=error"),
  "logging bridge": bridge(),
} as const satisfies Record<string, Command>;
export type ProgramName = keyof typeof commands;

export const startProgram = (name: ProgramName, setting: Setting, upstreamUrl: string): Promise<Program> =>
  start(commands[name](setting, upstreamUrl), { HOME: setting.folder, AMAZONQ_ENDPOINT: upstreamUrl });

export const startUpstream = ({ name }: Shape): Promise<Program> =>
  start([process.execPath, join(import.meta.dir, "upstream.ts"), name], {});

/** One row of the tables: a program, asked in one way. */
export interface Subject {
  name: string;
  program: ProgramName | "upstream";
  path: string;
  body: (shape: Shape) => object;
  /** The last bytes of a complete answer. */
  ending: Uint8Array;
}

const anthropic = { path: "/v1/messages", body: anthropicRequest, ending: endings.anthropic };
const openai = { path: "/v1/chat/completions", body: openaiRequest, ending: endings.openai };
/** To the upstream one request is as good as another. */
const untranslated = { ...anthropic, ending: endings.frames };

export const subjects: readonly Subject[] = [
  { name: "direct upstream", program: "upstream", ...untranslated },
  { name: "pass-through", program: "pass-through", ...untranslated },
  { name: "bare translator", program: "bare translator", ...anthropic },
  { name: "bridge, anthropic", program: "bridge", ...anthropic },
  { name: "bridge, openai", program: "bridge", ...openai },
  { name: "bridge, anthropic, logs", program: "logging bridge", ...anthropic },
];
