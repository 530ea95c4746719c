import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/bun.ts";
import { reloaded } from "../../src/cli/reload.ts";
import { load } from "../support/config.ts";
import { temporaryFolder } from "../support/folder.ts";

const { config } = load();
const key = "a-key-of-16-bytes";

describe("a running server takes up", () => {
  test("aliases, log level and key, and nothing of its listener and its login", () => {
    const wanted = {
      ...config,
      apiKey: key,
      logLevel: "debug",
      modelAliases: { fast: "claude-haiku-4.5" },
      maxStreams: 3,
      port: 9000,
      credentialsFile: "/elsewhere.json",
    } as const;
    const { config: next, waiting } = reloaded(config, wanted);
    expect(next).toEqual({ ...wanted, port: config.port, credentialsFile: config.credentialsFile });
    expect(waiting).toEqual(["server.port", "credentials.file"]);
  });

  test("every timeout but those of its login and of its end", () => {
    const seconds = Object.keys(config).filter((name) => name.endsWith("TimeoutSeconds"));
    const wanted = { ...config, ...Object.fromEntries(seconds.map((name) => [name, 1])) };
    expect(reloaded(config, wanted).waiting).toEqual(["timeouts.oidc", "timeouts.drain"]);
  });

  test("not the certificates of a bundle that has changed, and says so", () => {
    const running = { ...config, caBundle: "/srv/ca.pem", caCertificates: ["old"] };
    expect(reloaded(running, { ...running, caCertificates: ["new"] })).toEqual({
      config: running,
      waiting: ["ssl.ca_bundle"],
    });
  });

  test("no configuration that takes the key from a listener which others can reach", () => {
    const open = { ...config, host: "0.0.0.0", apiKey: key };
    expect(() => reloaded(open, { ...config, apiKey: undefined })).toThrow(/needs an API key/);
  });
});

describe("on SIGHUP", () => {
  let folder: string;
  let child: Bun.Subprocess<"ignore", "pipe", "pipe">;
  let url: string;
  let logged: (what: RegExp) => Promise<string>;

  const configure = (content: unknown) =>
    writeFileSync(
      join(folder, "config.json"),
      typeof content === "string" ? content : JSON.stringify(content),
    );

  beforeEach(async () => {
    folder = temporaryFolder();
    configure({ logging: { level: "warn" } });
    child = Bun.spawn(
      [process.execPath, join(root, "src/main.ts"), "--demo", "--port=0", `--dir=${folder}`],
      {
        env: { HOME: folder, AQBRIDGE_LOG_FORMAT: "text" },
        stdin: "ignore",
        stdout: "pipe",
        stderr: "pipe",
      },
    );
    url = await lineReader(child.stdout)(/http\S+/);
    logged = lineReader(child.stderr);
    await logged(/^ {2}clients /m);
  });
  afterEach(async () => {
    child.kill("SIGKILL");
    await child.exited;
  });

  const ask = (model: string, apiKey?: string) =>
    fetch(`${url}/v1/messages`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(apiKey !== undefined && { "x-api-key": apiKey }) },
      body: JSON.stringify({
        model,
        max_tokens: 1000,
        stream: true,
        messages: [{ role: "user", content: "Hi" }],
      }),
    });

  test("new requests meet the new key, aliases and log level, while an open stream goes on to its end", async () => {
    const stream = (await ask("mine")).body?.getReader();
    if (!stream) throw new Error("no stream");
    const decoder = new TextDecoder();
    let text = decoder.decode((await stream.read()).value);

    configure({
      server: { api_key: key },
      models: { aliases: { mine: "claude-haiku-4.5" } },
      logging: { level: "info" },
    });
    child.kill("SIGHUP");
    await logged(/info {2}config\.reload\n/);

    expect((await ask("mine")).status).toBe(401);
    const answer = await ask("mine", key);
    expect(answer.headers.get("x-aqbridge-model")).toBe("claude-haiku-4.5");
    await answer.body?.cancel();

    expect(text).not.toContain("message_stop");
    for (;;) {
      const { done, value } = await stream.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
    expect(text).toMatch(/event: message_stop\ndata: .*\n\n$/);
  });

  test("what has changed before the first request holds for it, and for all that come with it", async () => {
    configure({ server: { api_key: key, max_streams: 1 }, logging: { level: "info" } });
    child.kill("SIGHUP");
    await logged(/info {2}config\.reload\n/);

    const answers = await Promise.all([ask("any"), ask("any", key), ask("any", key)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401, 529]);
    for (const { body } of answers) await body?.cancel();
  });

  test.each([
    ["cannot be read", "{ broken", /error config\.reload error=".*not valid JSON/],
    ["has a wrong value", { server: { api_key: 3 } }, /error config\.reload error="server\.api_key in/],
  ])("a configuration that %s changes nothing, and the log says so", async (_, content, line) => {
    configure(content);
    child.kill("SIGHUP");
    await logged(line);
    expect((await ask("any")).status).toBe(200);
  });

  test("what needs a restart is named", async () => {
    configure({ server: { host: "localhost" }, timeouts: { drain: 1 } });
    child.kill("SIGHUP");
    await logged(/warn {2}config\.restart-needed options="server\.host timeouts\.drain"\n/);
  });
});

/** Reads on until a pattern is found in what has not been looked at yet, and gives what it matches. */
function lineReader(stream: ReadableStream<Uint8Array<ArrayBuffer>>): (what: RegExp) => Promise<string> {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return async (what) => {
    for (;;) {
      const found = what.exec(text);
      if (found) {
        text = text.slice(found.index + found[0].length);
        return found[0];
      }
      const { done, value } = await reader.read();
      if (done) throw new Error(`The output ended without ${what}: ${text}`);
      text += value;
    }
  };
}
