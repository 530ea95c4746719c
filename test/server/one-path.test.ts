import { afterAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { HttpAnswer } from "../support/http-answers.ts";
import { rawAnswer, rawClient } from "../support/raw-client.ts";
import { signedIn, startServer } from "../support/server.ts";

const key = "0123456789abcdef";

/** Names of every length that local networks have, and whatever else the configuration accepts as one. */
const hosts = [
  ...Array.from({ length: 12 }, (_, index) => "nas-in-the-cellar".slice(0, index + 1)),
  ...fc.sample(fc.stringMatching(/^[A-Za-z\d][\w.-]{0,5}(:\d{1,5})?$/), { numRuns: 50, seed: 1 }),
  "[::1]:99999",
  "localhost:0",
  "nas:80",
];
const server = startServer({
  config: { apiKey: key, allowedHosts: hosts },
  tokens: { ...signedIn("aoa-secret"), set: () => Promise.reject(new Error("Nobody may set it.")) },
});
afterAll(() => server.stop());

const send = (method: string, host: string, target: string, ...headers: string[]): Promise<HttpAnswer> =>
  rawAnswer(
    server.url,
    [`${method} ${target} HTTP/1.1`, `Host: ${host}`, "Connection: close", ...headers, "", ""].join("\r\n"),
  );
const withKey = `X-Api-Key: ${key}`;

const route = fc.constantFrom(
  "/",
  "/health",
  "/credentials",
  "/test/token",
  "/metrics",
  "/v1/models",
  "/v1/models/x",
  "/v1/chat/completions",
  "/v1/messages",
  "/v1/responses/x",
  "/anthropic/v1/messages",
  "/nothing/here",
);
const oddity = fc.constantFrom(
  "?",
  "??",
  "#",
  "//",
  "/",
  "/.",
  "/..",
  "%2f",
  "%3f",
  "%68",
  ";",
  "\\",
  "@",
  ":",
  "&a=",
);
const target = fc
  .tuple(
    fc.constantFrom("", "", "http://evil.example", "https://a", "http://a:1", "http:/", "//a", "*"),
    fc.array(fc.oneof(route, oddity), { minLength: 1, maxLength: 5 }),
  )
  .map(([start, pieces]) => start + pieces.join(""));
const method = fc.constantFrom("GET", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
const host = fc.constantFrom(...hosts);
/** With any other name the runtime leaves `/./` and `/../` in the path. */
const properHost = fc.constantFrom(...hosts.filter((name) => URL.canParse(`http://${name}`)));

/** What the runtime itself refuses reaches neither doors nor router. */
const isHttp = ({ headers }: HttpAnswer) => headers.has("x-request-id");
const said = ({ status, body }: HttpAnswer) => ({
  status,
  body: body.replaceAll(/"req_\d+"/g, "").replaceAll(/^aqbridge_.*\n/gm, ""),
});

describe("whatever name the server is called by, and whatever it is asked for", () => {
  test("without the key the only answer is that there is a server, to GET and HEAD of /health", async () => {
    await fc.assert(
      fc.asyncProperty(method, host, target, async (how, name, what) => {
        const answer = await send(how, name, what);
        if (!isHttp(answer) || answer.status === 401) return;
        if (how === "OPTIONS") return expect(answer.status).toBe(204);
        expect(["GET", "HEAD"]).toContain(how);
        expect(said(answer)).toEqual({ status: 200, body: how === "GET" ? '{"status":"ok"}' : "" });
        const served = await send("GET", name, what, withKey);
        expect(JSON.parse(served.body)).toMatchObject({ status: "ok", version: "1.2.3" });
      }),
      { numRuns: 2_000 },
    );
  });

  test("with the key the name makes no difference", async () => {
    await fc.assert(
      fc.asyncProperty(method, properHost, target, async (how, name, what) => {
        const answer = await send(how, name, what, withKey);
        expect(said(answer)).toEqual(said(await send(how, "localhost", what, withKey)));
      }),
      { numRuns: 500 },
    );
  });

  test("nothing reached the service", () => expect(server.requests).toEqual([]));
});

describe.each(["n", "na", "nas", "nas-", "nas:80", "localhost"])("called %s, without the key", (name) => {
  test.each(["/v1/models", "/credentials", "/metrics", "/v1/chat/completions"])(
    "/health?%s is /health, and only to be read",
    async (path) => {
      for (const mark of ["?", "?xxxx", "?/"]) {
        expect(await send("GET", name, `/health${mark}${path}`)).toMatchObject({
          status: 200,
          body: '{"status":"ok"}',
        });
        expect((await send("POST", name, `/health${mark}${path}`)).status).toBe(401);
      }
    },
  );
});

test("a connection lives on after a refusal, and its answers come in order", async () => {
  const get = (target: string) => `GET ${target} HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: ${key}\r\n\r\n`;
  const client = rawClient(server.url, get("/nothing") + get("/health") + get("/v1/messages"));
  const answers = await client.answers("GET", "GET", "GET");
  expect(answers.map(({ status }) => status)).toEqual([404, 200, 405]);
  expect(client.isClosed()).toBe(false);
  client.socket.destroy();
});
