import { afterAll, afterEach, describe, expect, test } from "bun:test";
import { createKeyCheck } from "../../src/http/doors.ts";
import { expectFailure, failureForms } from "../support/failure-form.ts";
import type { HttpAnswer } from "../support/http-answers.ts";
import { endLine } from "../support/log-lines.ts";
import { postText, rawAnswer, rawClient, requestText } from "../support/raw-client.ts";
import { signedIn, startServer } from "../support/server.ts";
import { foreignHosts, foreignPages, ownPages } from "../support/strangers.ts";
import { atBase } from "./support/base.ts";
import { startRig } from "./support/rig.ts";

const rig = startRig();
const key = "a key that is not told to anybody";
const locked = startRig({ config: { apiKey: key } });
afterAll(async () => {
  await rig.stop();
  await locked.stop();
});

let hitsBefore = 0;
afterEach(async () => {
  expect(rig.hits() - hitsBefore).toBe(0);
  await rig.expectBase();
  hitsBefore = rig.hits();
});

const body = {
  model: "claude-sonnet-4.5",
  max_tokens: 10,
  messages: [{ role: "user", content: "Hello" }],
  input: "Hello",
  client_id: "a",
  client_secret: "b",
  refresh_token: "c",
};
const routes = [
  "GET /",
  "GET /health",
  "GET /credentials",
  "POST /credentials",
  "GET /test/token",
  "GET /v1/models",
  "GET /v1/models/claude-sonnet-4.5",
  "POST /v1/chat/completions",
  "POST /v1/messages",
  "POST /v1/messages/count_tokens",
  "POST /v1/responses",
  "GET /v1/responses/resp_1",
  "DELETE /v1/responses/resp_1",
  "GET /nothing/here",
  "OPTIONS /v1/messages",
];
const split = (route: string) => route.split(" ") as [string, string];

const headersOf = (answer: HttpAnswer) => [...answer.headers.keys()];
const isCors = (name: string) => name.startsWith("access-control-");

function expectRefused(
  route: string,
  answer: HttpAnswer,
  form: keyof typeof failureForms,
  log = rig.log,
): string {
  expectFailure(split(route)[1], answer, failureForms[form]);
  expect(headersOf(answer).filter(isCors)).toEqual([]);
  const line = endLine(log, answer.headers.get("x-request-id") ?? "");
  expect(line).toContain("end=error");
  return line;
}

describe("the key", () => {
  let lockedBefore = 0;
  afterEach(async () => {
    expect(locked.hits() - lockedBefore).toBe(0);
    await locked.expectBase();
    lockedBefore = locked.hits();
  });

  const wrong = [
    [],
    ["X-Api-Key: "],
    [`X-Api-Key: ${key}x`],
    [`X-Api-Key: ${key.slice(1)}`],
    ["Authorization: Bearer no"],
  ];
  const guarded = routes.filter((route) => route !== "GET /health" && !route.startsWith("OPTIONS"));

  test.each(guarded)("row 12: %s needs it, and refuses a wrong one as it does none", async (route) => {
    const said = new Set<string>();
    for (const headers of wrong) {
      const answer = await rawAnswer(locked.url, requestText(route, [...headers, "Content-Length: 100"]));
      expectRefused(route, answer, "key", locked.log);
      expect(answer.headers.get("www-authenticate")).toBe("Bearer");
      said.add(answer.body.replace(/req_[^"]*/, ""));
    }
    expect(said.size).toBe(1);
  });

  test("row 12: is let in with it, by either vendor's header", async () => {
    for (const header of [`X-Api-Key: ${key}`, `Authorization: Bearer ${key}`]) {
      expect((await rawAnswer(locked.url, requestText("GET /v1/models", [header]))).status).toBe(200);
    }
  });

  test("row 12: without it /health says that there is a server, with it how the server is", async () => {
    const ask = async (...headers: string[]) =>
      JSON.parse((await rawAnswer(locked.url, requestText("GET /health", headers))).body);
    for (const headers of wrong) expect(await ask(...headers)).toEqual({ status: "ok" });
    expect(await ask(`X-Api-Key: ${key}`)).toMatchObject({
      status: "ok",
      version: "0.0.0",
      credentials: "ready",
    });
  });

  test("row 12: is in no line of the log", () => {
    expect(locked.log.join("")).not.toContain(key);
  });

  test("row 12: takes as long to refuse whether its beginning is right or not", () => {
    const hasKey = createKeyCheck(key);
    const requestWith = (guess: string) =>
      new Request("http://localhost", { headers: { "x-api-key": guess } });
    const guesses = [0, 8, 16, 32].map((right) =>
      requestWith(key.slice(0, right) + "~".repeat(key.length - right)),
    );
    const times = guesses.map(() => [] as number[]);
    for (let round = 0; round < 100; round++) {
      for (const [index, guess] of guesses.entries()) {
        const start = performance.now();
        for (let n = 0; n < 100; n++) if (hasKey(guess)) throw new Error("It was let in.");
        times[index]?.push(performance.now() - start);
      }
    }
    // The fastest of many rounds is the one that nothing else has disturbed.
    const fastest = times.map((each) => Math.min(...each));
    expect(Math.max(...fastest) / Math.min(...fastest)).toBeLessThan(1.5);
  });
});

describe("the name that the server is called by", () => {
  test.each(routes)("row 13: %s is refused to any other, before its body is sent", async (route) => {
    for (const host of foreignHosts) {
      const request = `${route} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n`;
      const line = expectRefused(route, await rawAnswer(rig.url, request), "host");
      if (/^[\w.]+$/.test(host)) expect(line).toContain(host.slice(0, 100));
    }
  });

  test("row 13: is refused when there are two, and when it is very long, of which little is logged", async () => {
    const two = "GET /health HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n";
    expectRefused("GET /health", await rawAnswer(rig.url, two), "host");
    const long = `GET /health HTTP/1.1\r\nHost: ${"evil".repeat(1000)}.example\r\n\r\n`;
    const line = expectRefused("GET /health", await rawAnswer(rig.url, long), "host");
    expect(line.length).toBeLessThan(500);
  });

  test("row 13: may be any of this machine's own, with any port", async () => {
    for (const host of ["localhost", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:65535", "[::1]", "[::1]:8000"]) {
      expect((await rawAnswer(rig.url, `GET /health HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).status).toBe(200);
    }
  });
});

describe("a page", () => {
  test.each(routes)("row 14: %s is refused to a foreign one, which learns nothing", async (route) => {
    for (const headers of foreignPages) {
      const request = requestText(route, [
        ...headers,
        "Content-Type: application/json",
        "Content-Length: 100",
      ]);
      expectRefused(route, await rawAnswer(rig.url, request), "origin");
    }
  });

  test("row 14: of another origin cannot set the login by a form", async () => {
    for (const headers of foreignPages) {
      expectRefused(
        "POST /credentials",
        await rawAnswer(rig.url, postText("/credentials", body, ...headers)),
        "origin",
      );
    }
    const status = await rawAnswer(rig.url, requestText("GET /credentials"));
    expect(JSON.parse(status.body)).toMatchObject({ status: "ready", source: null });
  });

  test("row 14: of this machine may read every answer, by its own name and never by all", async () => {
    for (const origin of ownPages) {
      const preflight = await rawAnswer(rig.url, requestText("OPTIONS /v1/messages", [`Origin: ${origin}`]));
      const { status, headers } = await rawAnswer(
        rig.url,
        requestText("GET /nothing", [`Origin: ${origin}`]),
      );
      expect([preflight.status, status]).toEqual([204, 404]);
      for (const given of [preflight.headers, headers]) {
        expect(given.get("access-control-allow-origin")).toBe(origin);
        expect(given.get("vary")).toBe("origin");
        expect(given.has("access-control-allow-credentials")).toBe(false);
      }
    }
  });

  test("row 14: that was listed is let in, exactly as it was listed", async () => {
    const listed = startRig({ config: { allowedOrigins: ["https://chat.example"] } });
    const statusFor = async (origin: string) =>
      (await rawAnswer(listed.url, requestText("GET /health", [`Origin: ${origin}`]))).status;
    expect(await statusFor("https://chat.example")).toBe(200);
    for (const origin of [
      "http://chat.example",
      "https://chat.example:444",
      "https://a.chat.example",
      "null",
    ]) {
      expect(await statusFor(origin)).toBe(403);
    }
    await listed.stop();
  });
});

describe("those who are not let in", () => {
  const doors = [
    { row: 12, door: "auth", lines: [], cause: undefined },
    { row: 13, door: "host", lines: ["Host: evil.example"], cause: 'cause="Host: evil.example"' },
    { row: 14, door: "origin", lines: ["Origin: https://evil.example"], cause: 'cause="Origin: https:' },
  ];
  const ask = (url: string, lines: readonly string[]) => {
    const hosts = lines.some((line) => line.startsWith("Host:")) ? [] : ["Host: localhost"];
    return rawAnswer(url, `${["GET /v1/models HTTP/1.1", ...hosts, ...lines].join("\r\n")}\r\n\r\n`);
  };

  test.each(doors)(
    "row $row: are told of once a minute, with how many more there were: $door",
    async (each) => {
      const { door, lines, cause } = each;
      const knocked = startRig({ config: { apiKey: key } });
      const warnings = () => knocked.log.filter((line) => / (warn|error) /.test(line));
      for (let n = 0; n < 100; n++) await ask(knocked.url, lines);
      expect(warnings()).toHaveLength(1);
      expect(warnings()[0]).toMatch(new RegExp(`warn {2}sec\\.${door} rid=req_.* suppressed=0\n$`));
      if (cause !== undefined) expect(warnings()[0]).toContain(cause);

      knocked.clock.advance(59_999);
      await ask(knocked.url, lines);
      expect(warnings()).toHaveLength(1);
      knocked.clock.advance(1);
      await ask(knocked.url, lines);
      await ask(knocked.url, lines);
      expect(warnings().slice(1)).toEqual([expect.stringContaining("suppressed=100\n")]);

      // Each is in the log for whoever debugs, and in the figures.
      expect(knocked.log.filter((line) => / debug req\.end .*end=error/.test(line))).toHaveLength(103);
      const bearer = { authorization: `Bearer ${key}` };
      const figures = await (await fetch(`${knocked.url}/metrics`, { headers: bearer })).text();
      expect(figures).toContain(`aqbridge_refused_total{door="${door}"} 103\n`);
      await knocked.stop();
    },
  );

  test("row 14: at one door do not keep those at another from the log", async () => {
    const knocked = startRig({ config: { apiKey: key } });
    for (const { lines } of [...doors, ...doors]) await ask(knocked.url, lines);
    const said = knocked.log.flatMap((line) => /warn {2}(sec\.\w+)/.exec(line)?.[1] ?? []);
    expect(said).toEqual(["sec.auth", "sec.host", "sec.origin"]);
    await knocked.stop();
  });

  test("row 12: have nothing of the key that they tried in the log", async () => {
    const knocked = startRig({ config: { apiKey: key } });
    await ask(knocked.url, ["X-Api-Key: a-wrong-key-of-somebody"]);
    expect(knocked.log.join("")).not.toContain("a-wrong-key");
    await knocked.stop();
  });
});

describe("a path", () => {
  const methods: Readonly<Record<string, string>> = {
    "/": "GET, HEAD",
    "/health": "GET, HEAD",
    "/credentials": "GET, HEAD, POST",
    "/test/token": "GET, HEAD",
    "/v1/models": "GET, HEAD",
    "/v1/models/any": "GET, HEAD",
    "/v1/chat/completions": "POST",
    "/v1/messages": "POST",
    "/v1/messages/count_tokens": "POST",
    "/v1/responses": "POST",
    "/v1/responses/resp_1": "DELETE, GET, HEAD",
  };
  const all = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT"];

  test.each(Object.entries(methods))(
    "row 15: %s takes %s and names them to all others",
    async (path, allowed) => {
      for (const method of all.filter((each) => !allowed.split(", ").includes(each))) {
        const answer = await rawAnswer(rig.url, requestText(`${method} ${path}`, ["Content-Length: 0"]));
        expect([method, answer.status]).toEqual([method, 405]);
        expect(answer.headers.get("allow")?.split(", ").toSorted().join(", ")).toBe(allowed);
        if (method !== "HEAD") expectFailure(path, answer, failureForms.method);
      }
    },
  );

  test("row 15: that is none is not found, in the words of the protocol that it looks like", async () => {
    for (const path of [
      "/v2",
      "/v1/nothing",
      "/favicon.ico",
      "/v1/messages/batches",
      "/messages/x",
      "/%00",
      "//",
    ]) {
      for (const method of ["GET", "POST", "DELETE"]) {
        const answer = await rawAnswer(rig.url, requestText(`${method} ${path}`, ["Content-Length: 0"]));
        expectFailure(path, answer, failureForms.path);
        expect(answer.headers.has("allow")).toBe(false);
      }
    }
    const ends = rig.log.filter((line) => / class=(not-found|method-not-allowed)\b/.test(line));
    expect(ends.length).toBeGreaterThan(7 * 3);
    for (const end of ends) expect(end).toMatch(/^\S+ info +req\.end /);
  });

  test("row 15: that can be asked for with GET can be with HEAD, for the same status and no body", async () => {
    for (const [path] of Object.entries(methods).filter(([, allowed]) => allowed.includes("HEAD"))) {
      const client = rawClient(rig.url, requestText(`HEAD ${path}`), requestText(`GET ${path}`));
      const [head, get] = await client.answers("HEAD", "GET");
      client.socket.destroy();
      expect([path, head?.status]).toEqual([path, get?.status]);
    }
  });
});

test("row 88: HEAD of /test/token looks at the login and has it renewed by nobody", async () => {
  const login = signedIn("aoa-a-token");
  let refreshes = 0;
  const refresh: typeof login.refresh = (signal) => {
    refreshes++;
    return login.refresh(signal);
  };
  const server = atBase(startServer({ tokens: { ...login, refresh } }));
  for (const [method, wanted] of [
    ["HEAD", 0],
    ["GET", 1],
  ] as const) {
    expect((await rawAnswer(server.url, requestText(`${method} /test/token`))).status).toBe(200);
    expect(refreshes).toBe(wanted);
  }
  await server.stop();
});

describe("bytes that are no HTTP", () => {
  const json = ["Content-Type: application/json"];
  const post = (headers: readonly string[], text: string) =>
    requestText("POST /v1/messages", [...json, ...headers], text);
  const get = (...headers: readonly string[]) => requestText("GET /health", headers);
  const malformed: Readonly<Record<string, string | Uint8Array>> = {
    "a chunk without a size": post(["Transfer-Encoding: chunked"], "zz\r\nhello\r\n0\r\n\r\n"),
    "both a length and chunks": post(["Content-Length: 5", "Transfer-Encoding: chunked"], "0\r\n\r\n"),
    "two lengths": post(["Content-Length: 2", "Content-Length: 3"], "{}"),
    "a length below zero": post(["Content-Length: -2"], "{}"),
    "a length in words": post(["Content-Length: two"], "{}"),
    "chunks inside another coding": post(["Transfer-Encoding: gzip, chunked"], "0\r\n\r\n"),
    "a coding that looks like chunks": post(["Transfer-Encoding: xchunked"], "0\r\n\r\n"),
    "a NUL in a header": get("X: a\0b"),
    "a NUL in the path": "GET /he\0alth HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "bare line feeds": "GET /health HTTP/1.1\nHost: localhost\n\n",
    "a space before a colon": get("X : 1"),
    "a folded header": get("X: 1\r\n  2"),
    "17 KB of headers": get(`X: ${"a".repeat(17_000)}`),
    "200 headers": get(...Array.from({ length: 200 }, (_, index) => `X${index}: 1`)),
    "no Host": "GET /health HTTP/1.1\r\n\r\n",
    "no method": "/health HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a method that is none": "ZEBRA /health HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a path without a slash": "GET health HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "another version": "GET /health HTTP/3.0\r\nHost: localhost\r\n\r\n",
    "a greeting in TLS": Buffer.from(`16030102000100${"01fc0303".repeat(100)}`, "hex"),
    "the preface of HTTP/2": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0",
    "nothing but line ends": "\r\n\r\n",
    "a greeting": "hello\r\n\r\n",
  };

  test.each(Object.entries(malformed))(
    "row 16: %s get an empty refusal at most, and the connection ends",
    async (_, bytes) => {
      const before = rig.log.length;
      const client = rawClient(rig.url, bytes);
      const answers = await client.answers("POST", "POST");
      expect(client.isClosed()).toBe(true);
      expect(answers.length).toBeLessThanOrEqual(1);
      for (const { status, body: said } of answers) {
        expect([400, 431, 505]).toContain(status);
        expect(said).toBe("");
      }
      // Nobody was asked anything; a body that breaks off is a client that has left.
      const others = rig.log.slice(before).filter((line) => !line.includes("end=gone"));
      expect(others).toEqual([]);
    },
  );
});
