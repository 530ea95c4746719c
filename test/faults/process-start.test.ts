import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../support/folder.ts";
import { type Form, outcomeOf, post } from "./support/forms.ts";
import { eventsIn, freePort } from "./support/program-rig.ts";
import { atOnceMs, useRelease } from "./support/release.ts";

const home = temporaryFolder();
const { start, run } = useRelease();

const oneLine = /^aqbridge: [^\n]+\n$/;

/** What a person is told, without the lines of the log. */
const saidIn = (stderr: string) => stderr.replace(/^\{.*\n/gm, "");

test.each(["0.0.0.0", "127.0.0.1", "::1"])(
  "row 89: a port that something on %s has ends it at once with 1, and leaves the other alone",
  async (hostname) => {
    const occupant = Bun.serve({ hostname, port: 0, fetch: () => new Response("mine") });
    const port = String(occupant.port);
    try {
      const { code, stdout, stderr } = await run(["--demo", `--port=${port}`], atOnceMs);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(eventsIn(stderr, "proc.listen")).toMatchObject([
        { level: "error", code: "EADDRINUSE", host: "127.0.0.1", port: occupant.port },
      ]);
      const said = saidIn(stderr);
      expect(said).toMatch(oneLine);
      expect(said).toContain(`port ${port} is in use`);
      expect(said).toContain(`lsof -i :${port}`);
      expect(await (await fetch(occupant.url)).text()).toBe("mine");
    } finally {
      await occupant.stop(true);
    }
  },
);

test("row 89: two bridges never share a port", async () => {
  const first = await start({ flags: ["--demo"] });
  const { port } = new URL(first.url);
  expect(await run(["--demo", `--port=${port}`], atOnceMs)).toMatchObject({ code: 1, stdout: "" });
  expect((await fetch(`${first.url}/health`)).ok).toBe(true);
});

const loopback = ["127.0.0.1", "127.0.0.2", "[::1]", "localhost"];
const reachable = ["0.0.0.0", "::", "192.0.2.1", "bridge.example"];
const keys = {
  "no key": "",
  "a key of 15 bytes": "123456789012345",
  "a key of 16 bytes": "1234567890123456",
};

test.each(
  reachable.flatMap((host) =>
    Object.entries(keys)
      .slice(0, 2)
      .map(([name, key]) => [host, name, key] as const),
  ),
)("row 90: %s with %s is refused with 2 before anything listens", async (host, _, key) => {
  const port = freePort();
  const environment = key ? { AQBRIDGE_API_KEY: key } : undefined;
  const ended = await run(
    ["--demo", `--host=${host}`, `--port=${port}`],
    atOnceMs,
    environment && { environment },
  );
  expect(ended).toMatchObject({ code: 2, stdout: "" });
  expect(saidIn(ended.stderr)).toMatch(oneLine);
  expect(saidIn(ended.stderr)).toContain(`--host ${host}`);
  expect(eventsIn(ended.stderr, "proc.config")).toMatchObject([{ level: "error" }]);
  if (key) expect(ended.stderr).not.toContain(key);
});

test.each(["0.0.0.0", "::"])(
  "row 90: %s with a long enough key starts, and asks for it everywhere",
  async (host) => {
    const key = keys["a key of 16 bytes"];
    const { url } = await start({
      flags: ["--demo", `--host=${host}`],
      environment: { AQBRIDGE_API_KEY: key },
    });
    for (const path of ["/", "/v1/models", "/credentials", "/metrics", "/nowhere"]) {
      expect((await fetch(url + path)).status).toBe(401);
    }
    const answer = await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
    expect(answer.status).toBe(200);
  },
);

test.each(loopback)("row 90: %s needs no key", async (host) => {
  const { url } = await start({ flags: ["--demo", `--host=${host}`], host });
  expect((await fetch(`${url}/v1/models`)).status).toBe(200);
});

const socks = "socks5://ada:proxy-password@127.0.0.1:9";

test.each([
  ["HTTPS_PROXY", "socks5://127.0.0.1:9", {}],
  ["all_proxy", "socks5://127.0.0.1:9", { HTTP_PROXY: "http://127.0.0.1:9" }],
  ["https_proxy", "ftp://127.0.0.1:9", { HTTPS_PROXY: "http://127.0.0.1:9" }],
])(
  "row 42: a proxy of a kind that is not spoken ends it with 2 and names %s",
  async (name, address, others) => {
    const environment = { ...others, [name]: address.replace("//", "//ada:proxy-password@") };
    const ended = await run(["--port=0"], atOnceMs, { environment });
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(saidIn(ended.stderr)).toMatch(oneLine);
    expect(saidIn(ended.stderr)).toContain(
      `${name} names a proxy of a kind that is not supported (${address})`,
    );
  },
);

test("row 42: such a proxy is nobody's business where it is not taken", async () => {
  const exempt = { HTTPS_PROXY: socks, NO_PROXY: ".amazonaws.com" };
  expect((await start({ environment: exempt })).stderr()).not.toContain("proxy");
});

test("row 42: the demo asks no proxy", async () => {
  const { url } = await start({
    flags: ["--demo"],
    environment: { HTTPS_PROXY: socks, http_proxy: "http://127.0.0.1:9", ALL_PROXY: socks },
  });
  const form: Form = { protocol: "openai", stream: false };
  expect(await outcomeOf(form, await post(url, form))).toMatchObject({ status: 200, stopReason: "stop" });
});

const folder = (name: string, mode: number) => {
  const path = join(home, name);
  mkdirSync(path, { recursive: true });
  chmodSync(path, mode);
  return path;
};
const file = (name: string, text: string) => {
  const path = join(home, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
};
const configured = (content: unknown) =>
  `--config=${file(`config-${Bun.hash(JSON.stringify(content))}.json`, JSON.stringify(content))}`;

test.each([
  [0o600, false],
  [0o664, false],
  [0o666, true],
])("a config file of mode %o, which anyone may change, is told of: %j", async (mode, isTold) => {
  const path = file("changeable.json", JSON.stringify({ server: { port: 1 } }));
  chmodSync(path, mode);
  const { code, stderr } = await run(["config", `--config=${path}`], atOnceMs);
  expect(code).toBe(0);
  expect(stderr.includes(`Others can change ${path}`)).toBe(isTold);
});

test.each<[string, string, readonly string[], Record<string, string>?]>([
  ["an unknown flag", "--prot", ["--prot=8000"]],
  ["an unknown command", "serv", ["serv"]],
  ["a port that is no number", "--port", ["--port=80x"]],
  ["a port out of range", "--port", ["--port=65536"]],
  ["a flag without its value", "--port", ["--port"]],
  ["a wrong type in config.json", "server.max_streams", [configured({ server: { max_streams: "many" } })]],
  ["no stream at all", "server.max_streams", [configured({ server: { max_streams: 0 } })]],
  ["a cap below what it needs", "server.max_memory_mb", [configured({ server: { max_memory_mb: 1 } })]],
  ["a negative timeout", "timeouts.drain", [configured({ timeouts: { drain: -1 } })]],
  ["a timeout for ever", "timeouts.drain", [configured({ timeouts: { drain: 1e9 } })]],
  ["a wildcard origin", "server.allowed_origins", [configured({ server: { allowed_origins: ["*"] } })]],
  ["an unknown log format", "logging.format", [configured({ logging: { format: "xml" } })]],
  ["an unknown log format in a variable", "AQBRIDGE_LOG_FORMAT", [], { AQBRIDGE_LOG_FORMAT: "xml" }],
  ["a log file in no folder", "logging.file", [configured({ logging: { file: "missing/log" } })]],
  ["a log file that is a folder", "logging.file", [configured({ logging: { file: "." } })]],
  ["a dump where others can look", "--debug-dump", [`--debug-dump=${folder("shared", 0o755)}`]],
  ["a dump that is a file", "--debug-dump", [`--debug-dump=${file("dump", "")}`]],
  ["a config file that is not there", "/nonexistent.json", ["--config=/nonexistent.json"]],
  ["a config file that is not JSON", "broken.json", [`--config=${file("broken.json", "{ broken")}`]],
  ["http to another machine", "AMAZONQ_ENDPOINT", [], { AMAZONQ_ENDPOINT: "http://q.example" }],
  ["a region that is none", "AMAZONQ_REGION", [], { AMAZONQ_REGION: "evil.example/" }],
  ["a CA bundle that is not there", "AMAZONQ_CA_BUNDLE", [], { AMAZONQ_CA_BUNDLE: "/nonexistent.pem" }],
  ["a CA bundle without certificates", "AMAZONQ_CA_BUNDLE", [], { AMAZONQ_CA_BUNDLE: file("ca.pem", "no") }],
  ["a truth that is none", "AMAZONQ_SSL_VERIFY", [], { AMAZONQ_SSL_VERIFY: "maybe" }],
])("row 99: %s ends it with 2 and one line that names %s", async (_, name, flags, environment = {}) => {
  const ended = await run(["--demo", "--port=0", ...flags], atOnceMs, { environment });
  expect(ended).toMatchObject({ code: 2, stdout: "" });
  const said = saidIn(ended.stderr);
  expect(said).toMatch(oneLine);
  expect(said).toContain(name);
  // A command line that cannot be read is nobody's configuration yet.
  const isRead = !/^aqbridge: (Unknown (option|command)|.* needs a value)/.test(said);
  expect(eventsIn(ended.stderr, "proc.config")).toMatchObject(isRead ? [{ level: "error" }] : []);
});
