import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { exported, shells } from "../../src/cli/shells.ts";
import { runLine } from "../support/command-line.ts";
import { temporaryFolder } from "../support/folder.ts";
import { run } from "../support/program.ts";

const key = 'it\'s $HOME "and" `id`';

/** What a real shell makes of the lines. */
async function evaluated(shell: string, lines: string, name: string): Promise<string> {
  const { stdout, stderr } = await run([shell, "-c", `eval "$1"; printf %s "$${name}"`, shell, lines], 5000, {
    environment: { PATH: "/usr/bin:/bin" },
  });
  expect(stderr).toBe("");
  return stdout;
}

describe.each(["bash", "sh"])("%s", (shell) => {
  test("reads back what is exported", async () => {
    expect(await evaluated(shell, exported.bash({ AQ: key }), "AQ")).toBe(key);
  });
});

test("bash reads back any value but one with a NUL", async () => {
  const values = fc.sample(fc.string({ unit: "binary", maxLength: 40 }), { numRuns: 200, seed: 4 });
  const given = values.map((value) => value.replaceAll("\0", "").toWellFormed());
  const lines = exported.bash(Object.fromEntries(given.map((value, index) => [`V${index}`, value])));
  const print = given.map((_, index) => `"$V${index}"`).join(" ");
  const script = `${lines}\nprintf '%s\\0' ${print}`;
  const { stdout } = await run(["bash", "-c", script], 5000, { environment: { LC_ALL: "C.UTF-8" } });
  expect(stdout.split("\0").slice(0, -1)).toEqual(given);
});

const golden = {
  bash: "export AQ='it'\\''s $HOME \"and\" `id`'",
  zsh: "export AQ='it'\\''s $HOME \"and\" `id`'",
  fish: "set -gx AQ 'it\\'s $HOME \"and\" `id`'",
  powershell: "$env:AQ = 'it''s $HOME \"and\" `id`'",
  nushell: '{\n  "AQ": "it\'s $HOME \\"and\\" `id`"\n}',
};

test.each(shells)("%s is given quotes of its own", (shell) => {
  expect(exported[shell]({ AQ: key })).toBe(golden[shell]);
});

test("fish and PowerShell have more to escape", () => {
  expect(exported.fish({ A: "a\\'b" })).toBe("set -gx A 'a\\\\\\'b'");
  expect(exported.powershell({ A: "a\u2019b" })).toBe("$env:A = 'a\u2019\u2019b'");
});

describe("what is exported", () => {
  test("points Claude Code and OpenAI's SDK to the bridge, with the window that Claude Code is to believe in", async () => {
    expect(await runLine("env --shell bash")).toMatchObject({
      code: 0,
      err: "",
      out: `export ANTHROPIC_BASE_URL='http://127.0.0.1:8000'
export ANTHROPIC_MODEL='claude-sonnet-4.5'
export CLAUDE_CODE_MAX_CONTEXT_TOKENS='200000'
export ANTHROPIC_AUTH_TOKEN='any'
export OPENAI_BASE_URL='http://127.0.0.1:8000/v1'
export OPENAI_API_KEY='any'
`,
    });
  });

  test("is what one client reads, when one is named", async () => {
    const { out } = await runLine("env openai --shell fish");
    expect(out).toBe("set -gx OPENAI_BASE_URL 'http://127.0.0.1:8000/v1'\nset -gx OPENAI_API_KEY 'any'\n");
  });

  test("follows the configuration: port, key, default model", async () => {
    const folder = temporaryFolder();
    const settings = { server: { port: 9001 }, models: { default: "some-new-model" } };
    writeFileSync(join(folder, "config.json"), JSON.stringify(settings));
    const environment = { AQBRIDGE_API_KEY: "a'key", AQBRIDGE_DIR: folder };
    const { out } = await runLine("env claude-code --shell bash", { environment });
    expect(await evaluated("bash", out, "ANTHROPIC_AUTH_TOKEN")).toBe("a'key");
    expect(await evaluated("bash", out, "AQBRIDGE_API_KEY")).toBe("a'key");
    expect(await evaluated("bash", out, "ANTHROPIC_BASE_URL")).toBe("http://127.0.0.1:9001");
    expect(await evaluated("bash", out, "ANTHROPIC_MODEL")).toBe("some-new-model");
    expect(out).not.toContain("MAX_CONTEXT_TOKENS");
  });

  test.each([
    ["::1", "http://[::1]:8000"],
    ["localhost", "http://localhost:8000"],
    ["0.0.0.0 --api-key a-key-of-16-bytes", "http://127.0.0.1:8000"],
    [":: --api-key a-key-of-16-bytes", "http://[::1]:8000"],
  ])("has an address that a client can reach when the host is %s", async (host, url) => {
    const { out } = await runLine(`env anthropic --shell bash --host ${host}`);
    expect(out).toContain(`ANTHROPIC_BASE_URL='${url}'\n`);
  });

  test("is nothing when the port is not known", async () => {
    expect(await runLine("env --port 0")).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringContaining("--port"),
    });
  });
});

test.each([
  [{ SHELL: "/usr/bin/fish" }, "linux", /^set -gx /],
  [{ SHELL: "/opt/nu" }, "linux", /^\{\n/],
  [{ SHELL: "/bin/tcsh" }, "linux", /^export /],
  [{}, "darwin", /^export /],
  [{}, "win32", /^\$env:/],
] as const)("%j on %s means the shell's own lines", async (environment, platform, line) => {
  expect((await runLine("env", { environment, platform })).out).toMatch(line);
});
