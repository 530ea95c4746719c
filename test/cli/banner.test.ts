import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { banner } from "../../src/cli/banner.ts";
import { amazonService } from "../../src/cli/service.ts";
import { silentLog } from "../../src/log.ts";
import { createSecrets } from "../../src/secrets/secrets.ts";
import { runLine } from "../support/command-line.ts";
import { type Given, load } from "../support/config.ts";
import { temporaryFolder } from "../support/folder.ts";
import { manualClock } from "../support/manual-clock.ts";

const key = "sixteen-bytes-00";

interface Start extends Given {
  port?: number;
  addresses?: readonly string[];
}

/** The lines that a start prints, by their names. */
async function printed({
  port = 8000,
  addresses = [],
  ...given
}: Start = {}): Promise<Record<string, string>> {
  const { environment = {}, platform = "linux" } = given;
  const surroundings = { environment, platform, home: undefined };
  const loaded = load(given);
  const service = amazonService({
    config: loaded.config,
    surroundings,
    clock: manualClock(),
    log: silentLog,
    newId: () => "id",
    secrets: createSecrets(),
  });
  const text = await banner({ ...loaded, port, service, surroundings, host: { addresses: () => addresses } });
  const lines = text.split("\n").slice(1, -1);
  return Object.fromEntries(lines.map((line) => [line.slice(2, 13).trim(), line.slice(13)]));
}

const flags = (values: Record<string, string>): Given => ({ arguments: values });

test("the address is one that clients can take as it stands, for either protocol", async () => {
  const addressOf = async (given: Given) => {
    const { Anthropic, OpenAI } = await printed(given);
    expect(OpenAI).toBe(`${Anthropic}/v1`);
    return Anthropic;
  };
  expect(await addressOf({})).toBe("http://127.0.0.1:8000");
  expect(await addressOf(flags({ host: "[::1]" }))).toBe("http://[::1]:8000");
  expect(await addressOf(flags({ host: "192.168.1.5", "api-key": key }))).toBe("http://192.168.1.5:8000");
  expect(await addressOf(flags({ host: "0.0.0.0", "api-key": key }))).toBe("http://127.0.0.1:8000");
  expect(await addressOf(flags({ host: "[::]", "api-key": key }))).toBe("http://[::1]:8000");
});

describe("the login", () => {
  test("is none, with the command that makes one", async () => {
    expect((await printed())["login"]).toStartWith("none found; run `aqbridge login` (");
  });

  test("is told by whose it is, how long it lives and whether that is all", async () => {
    const credentials = join(temporaryFolder(), "login.json");
    const login = { access_token: "aoa", expires_at: "2099-01-01T00:00:00.000Z", auth_method: "builder-id" };
    const shown = async (members: object) => {
      writeFileSync(credentials, JSON.stringify({ ...login, ...members }));
      return (await printed(flags({ credentials })))["login"];
    };
    const whose = "aqbridge's own (AWS Builder ID), valid until 2099-01-01T00:00:00.000Z";
    expect(await shown({})).toBe(whose);
    const grant = { client_id: "id", client_secret: "secret", refresh_token: "aor" };
    expect(await shown(grant)).toBe(`${whose}, renewed automatically`);
  });
});

describe("the network", () => {
  const addresses = ["127.0.0.1", "::1", "192.168.1.5", "172.17.0.1", "fd00::5", "fe80::1"];
  const network = async (host: string) =>
    (await printed({ ...flags({ host, "api-key": key }), addresses }))["network"];

  test("is told the addresses by which it reaches a server that listens everywhere", async () => {
    const hint = "host names must be listed in server.allowed_hosts";
    expect(await network("0.0.0.0")).toBe(`http://192.168.1.5:8000, http://172.17.0.1:8000; ${hint}`);
    expect(await network("::")).toBe(
      `http://192.168.1.5:8000, http://172.17.0.1:8000, http://[fd00::5]:8000; ${hint}`,
    );
  });

  test("is not spoken of when one address is listened on", async () => {
    expect(await network("127.0.0.1")).toBeUndefined();
    expect(await network("192.168.1.5")).toBeUndefined();
  });
});

test("a key is told by where it stands, never by what it is", async () => {
  expect((await printed())["key"]).toBeUndefined();
  const lines = await printed({ environment: { AQBRIDGE_API_KEY: key } });
  expect(lines["key"]).toBe("set by AQBRIDGE_API_KEY");
  expect(JSON.stringify(lines)).not.toContain(key);
});

describe("clients are pointed here by a line", () => {
  const clients = async (start: Start = {}) => (await printed(start))["clients"];

  test("that names what another terminal cannot know", async () => {
    expect(await clients()).toBe('eval "$(aqbridge env)", or aqbridge setup');
    expect(await clients({ ...flags({ port: "0" }), port: 41234 })).toStartWith(
      'eval "$(aqbridge env --port 41234)"',
    );
    const given = { host: "::1", dir: "/srv/my bridge", config: "/srv/a.json", "log-level": "debug" };
    const files = { "/srv/a.json": {} };
    expect(await clients({ ...flags(given), files })).toStartWith(
      "eval \"$(aqbridge env --host ::1 --dir '/srv/my bridge' --config /srv/a.json)\"",
    );
    expect(await clients({ ...flags({ config: "a.json" }), files: { "a.json": {} } })).toContain(
      `--config ${join(process.cwd(), "a.json")}`,
    );
  });

  test("in the words of the person's shell", async () => {
    const fish = { environment: { SHELL: "/usr/bin/fish" } };
    expect(await clients(fish)).toStartWith("aqbridge env | source,");
    expect(await clients({ platform: "win32" })).toStartWith(
      "aqbridge env | Out-String | Invoke-Expression,",
    );
  });

  test("which does point them here", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "config.json");
    const content = JSON.stringify({ server: { api_key: key }, models: { default: "claude-opus-4.5" } });
    writeFileSync(path, content);
    const line = await clients({
      ...flags({ dir: folder, port: "9001" }),
      port: 9001,
      files: { [path]: content },
    });
    const command = /aqbridge (env[^)]*)\)/.exec(line ?? "")?.[1] ?? "";
    const { out } = await runLine(`${command} --shell bash`);
    expect(out).toContain("ANTHROPIC_BASE_URL='http://127.0.0.1:9001'");
    expect(out).toContain(`ANTHROPIC_AUTH_TOKEN='${key}'`);
    expect(out).toContain("ANTHROPIC_MODEL='claude-opus-4.5'");
  });
});
