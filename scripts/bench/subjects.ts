import { join } from "node:path";
import { root } from "../bun.ts";
import type { AnswerForm } from "./answer.ts";
import { type Program, start } from "./program.ts";
import { anthropicRequest, openaiRequest, responsesRequest } from "./requests.ts";
import type { Shape } from "./shapes.ts";

/** What is started; all but the bridge are references. */
export const sources = {
  "pass-through": join(import.meta.dir, "pass-through.ts"),
  "bare translator": join(import.meta.dir, "bare-translator.ts"),
  "empty Elysia": join(import.meta.dir, "empty-server.ts"),
  bridge: join(root, "src", "main.ts"),
} as const satisfies Record<string, string>;
export type SourceName = keyof typeof sources;

export interface Setting {
  /** How each source is run. */
  commands: Readonly<Record<SourceName, readonly string[]>>;
  /** Home of every program, with a login and a configuration for the bridge and nothing else. */
  folder: string;
}

type Command = (setting: Setting, upstreamUrl: string) => readonly string[];

const reference =
  (name: SourceName): Command =>
  ({ commands }, upstreamUrl) => [...commands[name], upstreamUrl];
const bridge =
  (...flags: readonly string[]): Command =>
  ({ commands, folder }) => [...commands.bridge, "--port=0", `--dir=${folder}`, ...flags];

/** What can stand between a client and the upstream. */
const commands = {
  "pass-through": reference("pass-through"),
  "bare translator": reference("bare translator"),
  "empty Elysia": reference("empty Elysia"),
  bridge: bridge("--log-level=error"),
  "logging bridge": bridge(),
} as const satisfies Record<string, Command>;
export type ProgramName = keyof typeof commands;

export const startProgram = (
  name: ProgramName,
  setting: Setting,
  upstreamUrl: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Program> =>
  start(commands[name](setting, upstreamUrl), {
    HOME: setting.folder,
    AMAZONQ_ENDPOINT: upstreamUrl,
    ...environment,
  });

export const startUpstream = ({ name }: Shape): Promise<Program> =>
  start([process.execPath, join(import.meta.dir, "upstream.ts"), name], {});

/** One row of the tables: a program, asked in one way. */
export interface Subject {
  name: string;
  program: ProgramName | "upstream";
  path: string;
  body: (shape: Shape) => object;
  form: AnswerForm;
}

const anthropic = { path: "/v1/messages", body: anthropicRequest, form: "anthropic" } as const;
const openai = { path: "/v1/chat/completions", body: openaiRequest, form: "openai" } as const;
const responses = { path: "/v1/responses", body: responsesRequest, form: "responses" } as const;
/** To the upstream one request is as good as another. */
const untranslated = { ...anthropic, form: "frames" } as const;

export const subjects: readonly Subject[] = [
  { name: "direct upstream", program: "upstream", ...untranslated },
  { name: "pass-through", program: "pass-through", ...untranslated },
  { name: "bare translator", program: "bare translator", ...anthropic },
  { name: "bridge, anthropic", program: "bridge", ...anthropic },
  { name: "bridge, openai", program: "bridge", ...openai },
  { name: "bridge, responses", program: "bridge", ...responses },
  { name: "bridge, anthropic, logs", program: "logging bridge", ...anthropic },
];
