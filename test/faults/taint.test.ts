import { beforeEach, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../support/folder.ts";
import { type OidcServer, startOidc } from "../support/oidc.ts";
import { exception, refusal, stream, text } from "../support/script.ts";
import { canary, canaryWord, watch, watchAnswer } from "../support/taint.ts";
import { canaryLogin, echoes } from "../support/taint-login.ts";
import { type Form, forms, outcomeOf } from "./support/forms.ts";
import { type Program, type ProgramOptions, until } from "./support/program-rig.ts";
import { type Release, useRelease } from "./support/release.ts";

const release = useRelease();

const apiKey = canary("key-");
let login: ReturnType<typeof canaryLogin>;
let folder: string;
let ownFile: string;
let service: ReturnType<Release["startService"]>;
let oidc: OidcServer;
beforeEach(() => {
  login = canaryLogin();
  folder = temporaryFolder();
  ownFile = join(folder, "amazonq_credentials.json");
  service = release.startService({ accessTokens: [login.access_token, "aoa-refreshed-1"] });
  oidc = release.kept(startOidc(login.refresh_token));
  writeFileSync(ownFile, JSON.stringify(login), { mode: 0o600 });
});

const secretsOf = () => [login.access_token, login.refresh_token, login.client_secret, apiKey];

const start = ({ flags = [], environment = {} }: ProgramOptions = {}) =>
  release.start({
    flags: [`--credentials=${ownFile}`, ...flags],
    environment: {
      AMAZONQ_ENDPOINT: service.url,
      AMAZONQ_OIDC_ENDPOINT: oidc.service.endpoint("us-east-1"),
      AQBRIDGE_API_KEY: apiKey,
      AQBRIDGE_LOG_LEVEL: "debug",
      ...environment,
    },
  });

interface Asked {
  method?: string;
  headers?: Record<string, string>;
  /** As it is when it is a text. */
  body?: unknown;
}

const ask = ({ url }: Program, path: string, { headers, body, method = body ? "POST" : "GET" }: Asked = {}) =>
  fetch(url + path, {
    method,
    headers: { "x-api-key": apiKey, "content-type": "application/json", ...headers },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });

/** What neither secrets nor prompts may stand in. */
async function watched(place: string, response: Response): Promise<string> {
  const headers = JSON.stringify([...response.headers]);
  return watch(place, (await response.text()) + headers);
}

const paths = { openai: "/v1/chat/completions", anthropic: "/v1/messages" } as const;
const converse = (program: Program, { protocol, stream }: Form, content = canaryWord()) => {
  const messages = [{ role: "user", content }];
  return ask(program, paths[protocol], {
    body: { model: "claude-sonnet-4.5", max_tokens: 1000, messages, stream },
  });
};

const logged = (program: Program, event: string) => until(event, () => program.logged(event).length > 0);

describe("property 8: a service that gives a secret back", () => {
  const said = ["ValidationException", "ServiceQuotaExceededException"];
  test.each(Object.entries(echoes))("row 34: %s is not repeated", async (_, echo) => {
    const program = await start();
    for (const [round, secret] of secretsOf().entries()) {
      const message = `Refused, for ${echo(secret)} is wrong.`;
      const answers = [
        ...said.map((type) => refusal(400, type, message)),
        refusal(403, "AccessDeniedException", message, echo(secret)),
        { status: 400, headers: { "x-amzn-requestid": secret, "x-amzn-errortype": secret }, body: message },
        { status: 200, headers: { "content-type": `text/html; token=${secret}` }, body: message },
        stream(exception("ValidationException", message)),
        stream(text("Well, "), exception("ValidationException", message)),
        stream(text("Well, "), { error: secret, message }),
      ];
      for (const [index, answer] of answers.entries()) {
        // Each answer meets each form once.
        const form = forms[(index + round) % forms.length] ?? { protocol: "openai", stream: true };
        service.simulator.script(answer);
        const outcome = await outcomeOf(form, await converse(program, form));
        watchAnswer("an answer", JSON.stringify(outcome));
      }
    }
    await until("the log", () => program.logged("req.end").length >= 32);
    const failed = program.logged("req.end").filter(({ end }) => end === "error");
    // All but those that a renewed login or a second try has helped.
    expect(failed.length).toBeGreaterThanOrEqual(20);
  });
});

describe("property 8: a login service that gives secrets back", () => {
  const refused = (error: string, told: string) =>
    Response.json({ error, error_description: told, message: told, refreshToken: told }, { status: 400 });
  const answers: [string, (all: string, one: string) => Response][] = [
    ["in its description", (all) => refused("invalid_request", all)],
    ["as its error", (all, one) => refused(one, all)],
    ["in a header", (all) => new Response(all, { status: 401, headers: { "x-amzn-errortype": all } })],
    ["as a page", (all) => new Response(`<html>${all}</html>`, { status: 403 })],
    ["as a token that is none", (all) => Response.json({ accessToken: `${all}\n`, expiresIn: 3600 })],
    ["and refuses the login", (all) => refused("invalid_grant", all)],
  ];
  test.each(answers)("%s is not repeated", async (_, answer) => {
    const [one = ""] = secretsOf();
    const again = () => answer(secretsOf().join(" "), one);
    oidc.answerNext(again, again, again);
    const program = await start();
    await watched("/test/token", await ask(program, "/test/token"));
    await watched("/credentials", await ask(program, "/credentials"));
    await logged(program, "login.refresh-failed");
  });
});

describe("property 8: what anyone can ask", () => {
  const badBodies = (fresh: string) => [
    `{"client_secret":"${fresh}"`,
    fresh,
    { client_secret: fresh },
    [fresh],
    { ...login, client_secret: { secret: fresh } },
    { ...login, refresh_token: `${fresh} and more` },
    { ...login, refresh_token: `${fresh}\n` },
    { ...login, region: fresh },
    { ...login, profile_arn: `arn:${fresh}` },
    { ...login, note: fresh, client_id: "" },
  ];

  test("tells nothing: state, metrics, models, a refreshed token", async () => {
    const program = await start();
    for (const form of forms) await (await converse(program, form)).text();
    const gets = ["/", "/health", "/metrics", "/v1/models", "/credentials", "/test/token", "/credentials"];
    for (const path of gets) {
      const response = await ask(program, path);
      expect(response.status).toBe(200);
      await watched(path, response);
    }
    const kept = JSON.parse(readFileSync(ownFile, "utf8"));
    expect([kept.access_token, kept.refresh_token]).toEqual(["aoa-refreshed-1", "aor-rotated-1"]);
    const line = program.logged("req.end").find(({ route }) => route === "/test/token");
    expect(JSON.stringify(line)).not.toMatch(/refreshed-1|rotated-1/);
  });

  test("row 87: tells nothing of a login that is posted, good or bad", async () => {
    const program = await start();
    for (const body of badBodies(canary())) {
      const response = await ask(program, "/credentials", { body });
      expect(response.status).toBe(400);
      await watched("/credentials", response);
    }
    const { access_token: accessToken, ...fresh } = canaryLogin();
    const accepted = await ask(program, "/credentials", { body: { ...fresh, accessToken } });
    expect(accepted.status).toBe(200);
    await watched("/credentials", accepted);
    service.simulator.script(
      refusal(400, "ValidationException", `No, ${fresh.client_secret}, ${accessToken}`),
    );
    await watched("an answer", await converse(program, { protocol: "openai", stream: false }));
  });

  test("tells nothing of what stands in a path, a query or a header", async () => {
    const program = await start();
    const asked: [string, Asked][] = secretsOf().flatMap((secret): [string, Asked][] => [
      [`/${secret}`, {}],
      [`/v1/models/${secret}`, {}],
      [`/v1/models/${encodeURIComponent(btoa(secret))}`, {}],
      [`/health?key=${secret}`, {}],
      [`/v1/messages?key=${secret}`, { method: "PUT" }],
      ["/v1/models", { headers: { "x-api-key": `${secret}x` } }],
      ["/v1/models", { headers: { "x-api-key": "", authorization: `Basic ${btoa(`:${secret}`)}` } }],
      ["/v1/models", { headers: { origin: `https://${secret}.example` } }],
      ["/v1/messages", { body: { model: secret, messages: secret, max_tokens: 1 } }],
    ]);
    for (const [path, given] of asked) await watched(path, await ask(program, path, given));
    await until("the log", () => program.logged("req.end").length >= asked.length);
  });
});

test("row 95: a stray failure is logged without the secrets in its words, its stack and its cause", async () => {
  // Run inside the program before it starts, by the runtime's own variable: the bridge has no hook for faults.
  const faults = join(folder, "faults.js");
  writeFileSync(
    faults,
    `process.on("SIGUSR2", () => {
      for (const secret of process.env.FAULTS.split(" ")) {
        const cause = new Error("caused by " + secret);
        void Promise.reject(new Error("refused: " + secret, { cause }));
        void Promise.reject(Object.assign(new TypeError(btoa(secret)), { secret }));
        setTimeout(() => { throw new Error(encodeURIComponent(JSON.stringify({ secret }))); });
      }
    });`,
  );
  const environment = { BUN_OPTIONS: `--preload=${faults}`, FAULTS: secretsOf().join(" ") };
  const program = await start({ environment });
  await (await ask(program, "/credentials")).text();
  program.signal("SIGUSR2");
  await until("the log", () => program.logged("proc.unhandled").length === 12);
  const stacks = program.logged("proc.unhandled").map(({ stack }) => stack);
  expect(stacks).toContainEqual(expect.stringMatching(/^Error: refused: \[(secret|token)\]\n +at /));
});

test("property 8: a dump holds what was said, and no secret that was said", async () => {
  const dump = join(folder, "dump");
  const program = await start({ flags: [`--debug-dump=${dump}`] });
  const word = canaryWord();
  const content = `${word}: ${secretsOf()
    .map((secret) => `${secret} is ${btoa(secret)}`)
    .join(", ")}`;
  const form: Form = { protocol: "anthropic", stream: true };
  const echo = content.slice(word.length);
  service.simulator.script(refusal(400, "ValidationException", echo), stream(text(content)));
  for (let turn = 0; turn < 2; turn++) await (await converse(program, form, content)).text();
  const read = () => readdirSync(dump).map((name) => readFileSync(join(dump, name), "utf8"));
  await until("the files", () => read().filter((file) => file.length > 0).length === 4);
  const files = read();
  watchAnswer("a dump", [...readdirSync(dump), ...files].join("\n"));
  expect(files.filter((file) => file.includes(word))).toHaveLength(3);
});

test("property 8: a process shows no secret of its file and its variables, and keeps them in files of its owner's alone", async () => {
  const program = await start();
  await watched("/test/token", await ask(program, "/test/token"));
  const shown = ["cmdline", "comm", "stat", "status"];
  for (const name of shown) watch(name, readFileSync(`/proc/${program.pid}/${name}`, "utf8"));
  const names = readdirSync(folder);
  watch("the name of a file", names.join(" "));
  const holders = names.filter((name) => /aor-rotated-1/.test(readFileSync(join(folder, name), "latin1")));
  expect(holders).toEqual(["amazonq_credentials.json"]);
  expect(statSync(ownFile).mode & 0o777).toBe(0o600);
});
