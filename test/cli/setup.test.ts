import { beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { clients } from "../../src/cli/clients.ts";
import { parseJsonc } from "../../src/jsonc/parse.ts";
import { runLine } from "../support/command-line.ts";
import { temporaryFolder } from "../support/folder.ts";

let home: string;
beforeEach(() => {
  home = temporaryFolder();
});

const setUp = (line: string, environment: Record<string, string> = {}) =>
  runLine(`setup ${line}`, { home, environment });

function put(path: string, text: string): string {
  const whole = join(home, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text);
  return whole;
}

const read = (path: string) => readFileSync(join(home, path), "utf8");

const parsers = {
  json: parseJsonc,
  toml: (text: string) => Bun.TOML.parse(text),
  yaml: (text: string) => Bun.YAML.parse(text),
  yml: (text: string) => Bun.YAML.parse(text),
};
const parsed = (path: string, text = read(path)) => {
  const parse = Object.entries(parsers).find(([extension]) => path.endsWith(`.${extension}`))?.[1];
  if (!parse) throw new Error(`No parser for ${path}.`);
  return parse(text);
};

const url = "http://127.0.0.1:8000";

const qwenSonnet = {
  id: "claude-sonnet-4.5",
  baseUrl: url,
  envKey: "AQBRIDGE_API_KEY",
  generationConfig: { contextWindowSize: 200_000, modalities: { image: true, pdf: false } },
};

describe("--write tells each client the address, in the client's own words", () => {
  test.each([
    [
      "claude-code",
      ".claude/settings.json",
      {
        env: {
          ANTHROPIC_BASE_URL: url,
          ANTHROPIC_AUTH_TOKEN: "any",
          ANTHROPIC_MODEL: "claude-sonnet-4.5",
          CLAUDE_CODE_MAX_CONTEXT_TOKENS: "200000",
        },
      },
    ],
    [
      "codex",
      ".codex/config.toml",
      { model_providers: { aqbridge: { name: "aqbridge", base_url: `${url}/v1`, wire_api: "responses" } } },
    ],
    [
      "opencode",
      ".config/opencode/opencode.json",
      {
        model: "aqbridge/claude-sonnet-4.5",
        provider: {
          aqbridge: {
            npm: "@ai-sdk/anthropic",
            options: { baseURL: `${url}/v1`, apiKey: "any" },
            models: {
              "claude-sonnet-4.5": {
                attachment: true,
                reasoning: true,
                modalities: { input: ["text", "image"], output: ["text"] },
                limit: { context: 200_000, output: 64_000 },
              },
              "claude-haiku-4.5": { family: "claude-haiku" },
            },
          },
        },
      },
    ],
    [
      "kilo",
      ".config/kilo/kilo.json",
      {
        model: "aqbridge/claude-sonnet-4.5",
        provider: { aqbridge: { npm: "@ai-sdk/anthropic", options: { baseURL: `${url}/v1` } } },
      },
    ],
    [
      "continue",
      ".continue/config.yaml",
      {
        schema: "v1",
        models: [
          {
            provider: "anthropic",
            model: "claude-sonnet-4.5",
            apiBase: `${url}/v1/`,
            apiKey: "any",
            defaultCompletionOptions: { contextLength: 200_000, maxTokens: 64_000 },
          },
        ],
      },
    ],
    [
      "aider",
      ".aider.conf.yml",
      {
        "set-env": `ANTHROPIC_API_BASE=${url}`,
        "anthropic-api-key": "any",
        model: "anthropic/claude-sonnet-4-5",
      },
    ],
    [
      "zed",
      ".config/zed/settings.json",
      {
        agent: { default_model: { provider: "aqbridge", model: "claude-sonnet-4.5" } },
        language_models: { openai_compatible: { aqbridge: { api_url: `${url}/v1` } } },
      },
    ],
    [
      "crush",
      ".config/crush/crush.json",
      {
        providers: { aqbridge: { type: "anthropic", base_url: url, api_key: "any" } },
        models: {
          large: { provider: "aqbridge", model: "claude-sonnet-4.5" },
          small: { provider: "aqbridge", model: "claude-haiku-4.5" },
        },
      },
    ],
    [
      "pi",
      ".pi/agent/models.json",
      {
        providers: {
          aqbridge: {
            api: "anthropic-messages",
            baseUrl: url,
            apiKey: "any",
            models: expect.arrayContaining([
              expect.objectContaining({ id: "claude-sonnet-4.5", reasoning: true }),
            ]),
          },
        },
      },
    ],
    [
      "qwen-code",
      ".qwen/settings.json",
      {
        env: { AQBRIDGE_API_KEY: "any" },
        modelProviders: { aqbridge: expect.arrayContaining([expect.objectContaining(qwenSonnet)]) },
        providerProtocol: { aqbridge: "anthropic" },
      },
    ],
  ])("%s", async (client, path, meaning) => {
    const written = await setUp(`${client} --write`);
    expect(written).toMatchObject({ code: 0, err: "" });
    expect(written.out).toStartWith(`Wrote ${join(home, path)}.\n`);
    expect(parsed(path)).toMatchObject(meaning);

    const again = await setUp(`${client} --write`);
    expect(again.out).toStartWith(`${join(home, path)} is up to date.\n`);
    expect(readdirSync(dirname(join(home, path)))).toHaveLength(1);
  });
});

describe("--undo takes out what --write has put there", () => {
  test.each([
    ["claude-code", ".claude/settings.json", '{\n  // mine\n  "model": "opus",\n}\n'],
    ["codex", ".codex/config.toml", 'model = "gpt" # mine\n\n[tui]\ntheme = "x"\n'],
    [
      "opencode",
      ".config/opencode/opencode.json",
      '{\n  "model": "other/model",\n  "provider": { "x": {} }\n}\n',
    ],
    ["kilo", ".config/kilo/kilo.json", '{\n  "username": "me" // mine\n}\n'],
    ["continue", ".continue/config.yaml", "name: mine\nmodels:\n  # first\n  - name: a\n    provider: b\n"],
    ["aider", ".aider.conf.yml", "dark-mode: true # mine\n"],
    ["zed", ".config/zed/settings.json", '{\n  "theme": "One Dark" // mine\n}\n'],
    ["crush", ".config/crush/crush.json", '{\n  "lsp": {}\n}\n'],
    ["pi", ".pi/agent/models.json", '{\n  "providers": {\n    "x": {}\n  }\n}\n'],
    [
      "qwen-code",
      ".qwen/settings.json",
      '{\n  "model": { "name": "x" },\n  "modelProviders": { "openai": [] } // mine\n}\n',
    ],
  ])("%s", async (client, path, before) => {
    put(path, before);
    await setUp(`${client} --write --port 9001`);
    const written = read(path);
    const { code, out, err } = await setUp(`${client} --undo`);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const backup = /^Removed aqbridge from .*; the old version is in (.*)\.\n$/.exec(out)?.[1] ?? "";
    expect(readFileSync(backup, "utf8")).toBe(written);
    expect(parsed(path)).toEqual(parsed(path, before));
    for (const comment of before.match(/(#|\/\/) \w+/g) ?? []) expect(read(path)).toContain(comment);
    expect((await setUp(`${client} --undo`)).out).toBe(
      `${join(home, path)} has no settings of aqbridge's.\n`,
    );
  });

  test.each([
    ["codex", ".codex/config.toml", 'model = "gpt"\r\n'],
    ["codex", ".codex/config.toml", 'model = "gpt"\n\n\n'],
    ["aider", ".aider.conf.yml", "dark-mode: true\r\n"],
    ["continue", ".continue/config.yaml", "name: mine\n\n"],
  ])("%s's %s is then what it was, byte for byte: %j", async (client, path, before) => {
    put(path, before);
    await setUp(`${client} --write`);
    await setUp(`${client} --write --port 9001`);
    await setUp(`${client} --undo`);
    expect(read(path)).toBe(before);
  });

  test("a token and a helper of the person's own stay", async () => {
    const own = { env: { ANTHROPIC_AUTH_TOKEN: "sk-theirs" }, apiKeyHelper: "pass show claude" };
    put(".claude/settings.json", JSON.stringify(own));
    await setUp("claude-code --undo");
    await setUp("claude-code --undo", { AQBRIDGE_API_KEY: "canary-secret-key" });
    expect(parsed(".claude/settings.json")).toEqual(own);
  });

  test("the helper goes with the key that it fetched", async () => {
    await setUp("claude-code --write", { AQBRIDGE_API_KEY: "canary-secret-key" });
    await setUp("claude-code --write");
    expect(parsed(".claude/settings.json")).not.toHaveProperty("apiKeyHelper");
    await setUp("claude-code --undo");
    expect(parsed(".claude/settings.json")).toEqual({});
  });

  test.each(["codex", "zed", "aider"])("where %s has no file, none is made", async (client) => {
    expect(await setUp(`${client} --undo`)).toMatchObject({ code: 0, err: "" });
    expect(readdirSync(home)).toEqual([]);
  });

  test("but not together with it", async () => {
    expect(await setUp("codex --undo --write")).toMatchObject({ code: 2, out: "" });
  });
});

test("without --write nothing is written, and what would be is shown with its place", async () => {
  const { code, out } = await setUp("zed");
  expect(code).toBe(0);
  expect(out).toContain(join(home, ".config/zed/settings.json"));
  expect(out).toContain(`"api_url": "${url}/v1"`);
  expect(readdirSync(home)).toEqual([]);
});

test("a file keeps its comments, its other members, its mode and its link; the copy keeps the rest", async () => {
  const before = `{
  // mine
  "permissions": { "allow": ["Bash"] }, /* and this */
  "env": {
    "EDITOR": "vi", // first
    "ANTHROPIC_BASE_URL": "http://old"
  },
}
`;
  const target = put("dotfiles/claude.json", before);
  chmodSync(target, 0o640);
  mkdirSync(join(home, ".claude"));
  const link = join(home, ".claude/settings.json");
  symlinkSync(target, link);

  const { code, out } = await setUp("claude-code --write");
  expect(code).toBe(0);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(statSync(target).mode & 0o777).toBe(0o640);
  const after = readFileSync(target, "utf8");
  for (const kept of ["// mine", "/* and this */", "// first", '"EDITOR": "vi"', '"allow": ["Bash"]']) {
    expect(after).toContain(kept);
  }
  expect(parseJsonc(after)).toMatchObject({ env: { EDITOR: "vi", ANTHROPIC_BASE_URL: url } });

  const backup = /the old version is in (.*)\.\n/.exec(out)?.[1] ?? "";
  expect(backup).toMatch(/settings\.json\.bak-\d{8}T\d{6}-\d{3}Z$/);
  expect(readFileSync(backup, "utf8")).toBe(before);
});

test.each([
  ["opencode", ".config/opencode/opencode.json", "model", "other/model"],
  ["crush", ".config/crush/crush.json", "models", { large: { provider: "other", model: "model" } }],
])("%s: a model that was chosen before stays chosen", async (client, path, key, chosen) => {
  put(path, JSON.stringify({ [key]: chosen }));
  await setUp(`${client} --write`);
  expect(parsed(path)).toHaveProperty(key, chosen);
});

test("a model to start with is told of, whoever made it", async () => {
  await setUp("opencode --write", { AQBRIDGE_DEFAULT_MODEL: "auto" });
  expect(parsed(".config/opencode/opencode.json")).toMatchObject({
    model: "aqbridge/auto",
    provider: { aqbridge: { models: { auto: { name: "Auto" } } } },
  });
});

test.each([
  ["claude-code", ".claude/settings.json", "{ broken"],
  ["aider", ".aider.conf.yml", "model: gpt\n"],
  ["codex", ".codex/config.toml", "[model_providers.aqbridge]\n"],
])(
  "%s: a file that cannot be edited safely stays as it is, and the person is told why",
  async (client, path, text) => {
    put(path, text);
    const { code, out, err } = await setUp(`${client} --write`);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/^aqbridge: .* was left alone, since .*\n$/);
    expect(read(path)).toBe(text);
    expect(readdirSync(dirname(join(home, path)))).toHaveLength(1);
  },
);

test("a place that cannot be written is one line and exit code 1", async () => {
  put(".claude", "a file");
  const { code, err } = await setUp("claude-code --write");
  expect(code).toBe(1);
  expect(err).toMatch(/^aqbridge: cannot edit .* \(ENOTDIR\)\n$/);
});

test("no client's file or screen holds the key; each says how it is found", async () => {
  const key = "canary-secret-key";
  for (const [name, { file }] of Object.entries(clients)) {
    const shown = await setUp(name, { AQBRIDGE_API_KEY: key });
    const written = file ? await setUp(`${name} --write`, { AQBRIDGE_API_KEY: key }) : shown;
    expect(written.code).toBe(0);
    expect(shown.out + shown.err + written.out + written.err).not.toContain(key);
    expect(shown.out).toContain("AQBRIDGE_API_KEY");
  }
  for await (const path of new Bun.Glob("**/*").scan({ cwd: home, dot: true })) {
    expect(read(path)).not.toContain(key);
  }
  expect(parsed(".claude/settings.json")).toMatchObject({ apiKeyHelper: "printenv AQBRIDGE_API_KEY" });
  expect(parsed(".codex/config.toml")).toMatchObject({
    model_providers: { aqbridge: { env_key: "AQBRIDGE_API_KEY" } },
  });
});

test("Claude Code is told anew of a bridge that has got a key since, and of one that has lost it", async () => {
  await setUp("claude-code --write");
  await setUp("claude-code --write", { AQBRIDGE_API_KEY: "canary-secret-key" });
  const helped = parsed(".claude/settings.json");
  expect(helped).toMatchObject({ apiKeyHelper: "printenv AQBRIDGE_API_KEY" });
  // It would be sent in the key's place.
  expect(helped).not.toHaveProperty("env.ANTHROPIC_AUTH_TOKEN");
  await setUp("claude-code --write");
  expect(parsed(".claude/settings.json")).toMatchObject({ env: { ANTHROPIC_AUTH_TOKEN: "any" } });
});

test("a token of the person's own stays in Claude Code's settings", async () => {
  put(".claude/settings.json", '{ "env": { "ANTHROPIC_AUTH_TOKEN": "sk-theirs" } }');
  await setUp("claude-code --write", { AQBRIDGE_API_KEY: "canary-secret-key" });
  expect(parsed(".claude/settings.json")).toMatchObject({ env: { ANTHROPIC_AUTH_TOKEN: "sk-theirs" } });
});

test("a line to paste is of the person's shell and names what was asked for", async () => {
  const { out } = await setUp("qwen-code --port 8080", { SHELL: "/usr/bin/fish" });
  expect(out).toContain("`aqbridge env qwen-code --port 8080 | source; qwen --auth-type openai`");
  const aider = await setUp("aider --host ::1", { AQBRIDGE_API_KEY: "canary-secret-key" });
  expect(aider.out).toContain('`eval "$(aqbridge env aider --host ::1)"; aider`');
});

test("a key of the person's own in Qwen Code's settings outlives --write and --undo", async () => {
  put(".qwen/settings.json", '{ "env": { "AQBRIDGE_API_KEY": "theirs" } }');
  await setUp("qwen-code --write");
  expect(parsed(".qwen/settings.json")).toMatchObject({ env: { AQBRIDGE_API_KEY: "theirs" } });
  await setUp("qwen-code --undo");
  expect(parsed(".qwen/settings.json")).toEqual({ env: { AQBRIDGE_API_KEY: "theirs" } });
});

test.each(["aider", "cline", "openai", "anthropic", "open-webui"])(
  "%s is not said to read a variable that it does not know, nor to need no key",
  async (client) => {
    const { out } = await setUp(client, { AQBRIDGE_API_KEY: "canary-secret-key" });
    expect(out).toContain("the client needs the value of AQBRIDGE_API_KEY.");
    expect(out).not.toMatch(/=any\b|any key/);
  },
);

test("aider is given Claude models in Anthropic's spelling, and any other model in its own", async () => {
  const { out } = await setUp("aider", { AQBRIDGE_DEFAULT_MODEL: "my.model" });
  expect(out).toContain('model: "anthropic/my.model"');
});

test("Cline's CLI is told by its own command, which takes the key from the person", async () => {
  const { out } = await setUp("cline");
  expect(out).toContain(`cline auth -p openai-compatible -k any -m claude-sonnet-4.5 -b ${url}/v1\``);
  const withKey = await setUp("cline", { AQBRIDGE_API_KEY: "canary-secret-key" });
  expect(withKey.out).toContain(" -k KEY ");
});

test("without a client they are listed, each with its file", async () => {
  const { code, out } = await setUp("");
  expect(code).toBe(0);
  for (const [name, { title }] of Object.entries(clients)) {
    expect(out).toMatch(new RegExp(`^${name} +${title}`, "m"));
  }
});

test.each(["--write", "--undo"])("%s without a client is refused", async (flag) => {
  expect(await setUp(flag)).toMatchObject({ code: 2, out: "" });
});

test("a client without a file refuses --write", async () => {
  expect(await setUp("cursor --write")).toMatchObject({ code: 2, out: "" });
});
