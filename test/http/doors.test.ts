import { afterAll, describe, expect, test } from "bun:test";
import { createDoors, type DoorPolicy, preflightHeaders } from "../../src/http/doors.ts";
import { shuttingDown } from "../../src/process/shut-down.ts";
import { rawAnswer } from "../support/raw-client.ts";
import { startServer } from "../support/server.ts";
import { foreignHosts } from "../support/strangers.ts";

const openPolicy: DoorPolicy = {
  host: "127.0.0.1",
  allowedHosts: [],
  allowedOrigins: [],
  apiKey: undefined,
};
const key = "0123456789abcdef";

/** The code of the refusal, or the browser's headers for a request that is admitted. */
function admission(
  headers: Record<string, string>,
  policy: Partial<DoorPolicy> = {},
  path = "/v1/models",
  method = "GET",
) {
  const request = new Request(`http://localhost${path}`, {
    method,
    headers: { host: "localhost", ...headers },
  });
  const { refusal, corsHeaders } = createDoors({ ...openPolicy, ...policy })(request, path);
  return refusal ? (refusal.code ?? refusal.kind) : corsHeaders;
}

describe("the address that the server listens on", () => {
  test.each([
    ["127.0.0.2", "127.0.0.2"],
    ["192.168.1.5", "192.168.1.5:8000"],
    ["fd00::5", "[fd00::5]:8000"],
    ["FD00::5", "[fd00::5]"],
    ["bridge.lan", "Bridge.lan:8000"],
  ])("row 13: listening on %s, the server may be called %s", (host, header) => {
    expect(admission({ host: header })).toBe("host_not_allowed");
    expect(admission({ host: header }, { host })).toEqual({});
  });

  test.each(["0.0.0.0", "::", "0:0:0:0:0:0:0:0", "0"])(
    "row 13: is not a name when it stands for all addresses: %s",
    (host) => {
      for (const header of [host, `[${host}]`, `${host}:8000`, "192.168.1.5"]) {
        expect(admission({ host: header }, { host })).toBe("host_not_allowed");
      }
    },
  );
});

describe("this machine's own addresses", () => {
  const addresses = () => ["127.0.0.1", "192.168.1.5", "fd00::5"];
  const asked = (policy: Partial<DoorPolicy>, given = addresses) => {
    const admit = createDoors({ ...openPolicy, apiKey: key, ...policy }, given);
    return (host: string) =>
      admit(new Request("http://x/", { headers: { host, "x-api-key": key } }), "/").refusal?.code;
  };

  test.each(["0.0.0.0", "::"])(
    "are names of a server that has a key and listens on all of them: %s",
    (host) => {
      const refusalOf = asked({ host });
      for (const own of ["192.168.1.5", "192.168.1.5:8000", "[fd00::5]", "[FD00::5]:8000", "127.0.0.1"]) {
        expect([own, refusalOf(own)]).toEqual([own, undefined]);
      }
    },
  );

  test("do not admit any other address, however it is spelled", () => {
    const refusalOf = asked({ host: "0.0.0.0" });
    const others = [
      "192.168.1.6",
      "192.168.1.5.evil.example",
      "192.168.1.5:8000:1",
      "192.168.1.5.",
      "192.168.261",
      "0xc0a80105",
      "3232235781",
      "fd00::5",
      "[fd00:0::5]",
      "[::ffff:192.168.1.5]",
      "bridge.lan",
      "0.0.0.0",
      "[::]",
      "",
    ];
    for (const other of others) expect([other, refusalOf(other)]).toEqual([other, "host_not_allowed"]);
  });

  test("are not names without a key, nor where the server listens on only one address", () => {
    expect(asked({ host: "0.0.0.0", apiKey: undefined })("192.168.1.5")).toBe("host_not_allowed");
    expect(asked({ host: "127.0.0.1" })("192.168.1.5")).toBe("host_not_allowed");
    expect(asked({ host: "192.168.1.5" })("[fd00::5]")).toBe("host_not_allowed");
  });

  test("are looked up again when one is unknown, as networks come and go", () => {
    const current = ["10.0.0.1"];
    const refusalOf = asked({ host: "0.0.0.0" }, () => current);
    expect(refusalOf("10.0.0.2")).toBe("host_not_allowed");
    current.push("10.0.0.2");
    expect(refusalOf("10.0.0.2")).toBeUndefined();
  });
});

describe("the Host header", () => {
  const server = startServer({ config: { allowedHosts: ["bridge.lan", "Proxy.Lan:8443", "[fe80::1]"] } });
  afterAll(() => server.stop());
  const statusOf = async (host: string, path = "/health") =>
    (await rawAnswer(server.url, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).status;

  test.each([
    "localhost",
    "localhost:8000",
    "LocalHost",
    "127.0.0.1",
    "127.0.0.1:1",
    "127.0.0.1:65535",
    "[::1]",
    "[::1]:8000",
    "bridge.lan",
    "BRIDGE.LAN:8000",
    "proxy.lan:8443",
    "[fe80::1]:8000",
  ])("%j is this machine, or a listed name", async (host) => {
    expect(await statusOf(host)).toBe(200);
  });

  const foreign = [
    ...foreignHosts,
    "bridge.lan.evil.example",
    "0.0.0.0:8000",
    "[0:0:0:0:0:0:0:1]",
    "localhost:123456",
    "evil.example, localhost",
    "localhost#",
    "proxy.lan",
    "proxy.lan:8444",
    "löcalhost",
  ];
  test.each(foreign)("%j is refused", async (host) => {
    expect(await statusOf(host)).toBe(403);
  });

  test("two headers are refused, whichever comes first and even if both are right", async () => {
    for (const hosts of [
      ["localhost", "evil.example"],
      ["evil.example", "localhost"],
      ["localhost", "localhost"],
    ]) {
      const lines = hosts.map((host) => `Host: ${host}\r\n`).join("");
      expect((await rawAnswer(server.url, `GET /health HTTP/1.1\r\n${lines}\r\n`)).status).toBe(403);
    }
  });

  test("a request of HTTP/1.0 without one is refused", async () => {
    expect((await rawAnswer(server.url, "GET /health HTTP/1.0\r\n\r\n")).status).toBe(403);
  });

  test("the name in the request line does not count, only the header", async () => {
    const ask = (target: string, host: string) =>
      rawAnswer(server.url, `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    expect((await ask("http://localhost/health", "evil.example")).status).toBe(403);
    expect((await ask("http://evil.example/health", "localhost")).status).toBe(200);
  });

  test("refused before routing: a path that does not exist says no more than one that does", async () => {
    expect(await statusOf("evil.example", "/nothing/here")).toBe(403);
  });

  test("refused before the body is read, or its type looked at", async () => {
    for (const path of ["/v1/chat/completions", "/v1/messages", "/credentials"]) {
      const { status, headers } = await rawAnswer(
        server.url,
        `POST ${path} HTTP/1.1\r\nHost: evil.example\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\n`,
      );
      expect(status).toBe(403);
      expect(headers.get("x-should-retry")).toBe("false");
    }
  });

  test("the refusal is in the terms of the path's protocol, however odd the name is", async () => {
    for (const host of ["evil.example", "a@b", ""]) {
      const ask = async (path: string) =>
        JSON.parse((await rawAnswer(server.url, `POST ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).body);
      expect((await ask("/v1/messages")).error.type).toBe("permission_error");
      expect((await ask("/messages?beta=true")).type).toBe("error");
      expect((await ask("/chat/completions")).error.code).toBe("host_not_allowed");
    }
  });

  test("a refused request is logged by its route", () => {
    expect(server.log.every((line) => / route=\/\S+ /.test(line))).toBe(true);
  });
});

describe("the origin of a web page", () => {
  const own = [
    "http://localhost",
    "http://localhost:3000",
    "https://localhost:8443",
    "http://127.0.0.1:5173",
    "http://[::1]:8080",
    "HTTP://LOCALHOST:3000",
    "app://obsidian.md",
    "app://-",
    "tauri://localhost",
    "vscode-webview://1a2b3c4d",
    "vscode-file://vscode-app",
  ];
  test.each(own)("%s is admitted, and named in the answer", (origin) => {
    expect(admission({ origin })).toEqual({
      "access-control-allow-origin": origin,
      "access-control-expose-headers": "x-request-id, request-id, retry-after, x-should-retry",
      vary: "origin",
    });
    expect(admission({ origin, "sec-fetch-site": "cross-site" })).toBeObject();
  });

  test.each([
    "https://evil.example",
    "http://evil.example:8000",
    "https://localhost.evil.example",
    "https://evil.example/http://localhost",
    "http://localhost@evil.example",
    "http://localhost.",
    "http://localhost:3000/",
    "http://localhost:3000, https://evil.example",
    "http://0.0.0.0:8000",
    "http://127.1",
    "http://192.168.1.10:3000",
    "chrome-extension://abcdefghijklmnop",
    "moz-extension://0000",
    "safari-web-extension://0000",
    "file://",
    "data:",
    "null",
    "",
    "app://evil/path",
    "xapp://localhost",
  ])("%j is refused", (origin) => {
    expect(admission({ origin })).toBe("origin_not_allowed");
    expect(admission({ origin, "sec-fetch-site": "same-origin" })).toBe("origin_not_allowed");
  });

  const sites: [string, boolean][] = [
    ["none", true],
    ["same-origin", true],
    ["same-site", false],
    ["cross-site", false],
    ["", false],
    ["anything", false],
  ];
  test.each(sites)("without an origin, Sec-Fetch-Site %j is admitted: %p", (site, isLetIn) => {
    expect(admission({ "sec-fetch-site": site })).toEqual(isLetIn ? {} : "origin_not_allowed");
  });

  test("programs that name no origin are admitted, and get no headers for browsers", () => {
    expect(admission({})).toEqual({});
  });

  test("a listed origin is admitted, exactly as it was listed", () => {
    const policy = { allowedOrigins: ["https://Chat.example"] };
    expect(admission({ origin: "https://chat.example" }, policy)).toMatchObject({
      "access-control-allow-origin": "https://chat.example",
    });
    for (const origin of ["http://chat.example", "https://chat.example:8443", "https://a.chat.example"]) {
      expect(admission({ origin }, policy)).toBe("origin_not_allowed");
    }
  });

  test("no answer to a browser allows all origins, or credentials", () => {
    for (const origin of own) {
      const said = JSON.stringify({
        ...preflightHeaders(new Request("http://localhost", { headers: { origin } })),
        ...(admission({ origin }) as object),
      });
      expect(said).not.toContain("*");
      expect(said).not.toContain("credentials");
    }
  });
});

describe("the key", () => {
  const policy = { apiKey: key };
  const right: Record<string, string>[] = [
    { authorization: `Bearer ${key}` },
    { authorization: `bearer  ${key}` },
    { "x-api-key": key },
    { "x-api-key": key, authorization: `Bearer ${key}` },
    { "x-api-key": "of another service", authorization: `Bearer ${key}` },
    { "x-api-key": "", authorization: `Bearer ${key}` },
    { "x-api-key": key, authorization: "Basic of-another-service" },
  ];
  test.each(right)("is accepted in either vendor's header: %j", (headers) => {
    expect(admission(headers, policy)).toEqual({});
  });

  const wrong: Record<string, string>[] = [
    {},
    { "x-api-key": "" },
    { "x-api-key": "0" },
    { "x-api-key": key.slice(0, -1) },
    { "x-api-key": `${key}0` },
    { "x-api-key": key.toUpperCase() },
    { "x-api-key": "x".repeat(10_000) },
    { "x-api-key": `Bearer ${key}` },
    { authorization: key },
    { authorization: `Basic ${key}` },
    { authorization: `Bearer${key}` },
    { authorization: "Bearer" },
    { cookie: `key=${key}` },
  ];
  test.each(wrong)(
    "is refused in the same way when it is missing and when it is wrong, whatever its length: %j",
    (headers) => {
      expect(admission(headers, policy)).toBe("authentication");
    },
  );

  test("is not asked for where none is set", () => {
    expect(admission({ "x-api-key": "anything" })).toEqual({});
  });

  test("does not open the other doors", () => {
    expect(admission({ "x-api-key": key, host: "evil.example" }, policy)).toBe("host_not_allowed");
    expect(admission({ "x-api-key": key, origin: "https://evil.example" }, policy)).toBe(
      "origin_not_allowed",
    );
  });

  test("only /health can be read without it, and only read", () => {
    for (const method of ["GET", "HEAD"]) {
      expect(admission({}, policy, "/health", method)).toEqual({});
    }
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
      expect(admission({}, policy, "/health", method)).toBe("authentication");
    }
    for (const path of [
      "/",
      "/health/",
      "//health",
      "/v1/health",
      "/credentials",
      "/test/token",
      "/Health",
    ]) {
      expect(admission({}, policy, path)).toBe("authentication");
    }
  });

  describe("over a socket", () => {
    const server = startServer({ config: { apiKey: key } });
    afterAll(() => server.stop());
    const ask = (head: string) => rawAnswer(server.url, `${head}\r\nHost: localhost\r\n\r\n`);

    test.each([
      "GET /",
      "GET /v1/models",
      "GET /credentials",
      "GET /test/token",
      "GET /nothing/here",
      "GET /health/../credentials",
      "GET /credentials?/health",
      "GET //health",
      "DELETE /v1/models",
      `GET /v1/models?key=${key}`,
    ])("%s needs it", async (line) => {
      const { status, headers, body } = await ask(`${line} HTTP/1.1`);
      expect(status).toBe(401);
      expect(headers.get("www-authenticate")).toBe("Bearer");
      expect(headers.get("x-should-retry")).toBe("false");
      expect(JSON.parse(body).error.code).toBe("invalid_api_key");
    });

    test("a body is not waited for", async () => {
      const lines = "POST /v1/messages HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 1000";
      const { status, body } = await ask(lines);
      expect(status).toBe(401);
      expect(JSON.parse(body).error.type).toBe("authentication_error");
    });

    test("a page's preflight is answered without it, its request is not", async () => {
      const origin = "Origin: http://localhost:3000";
      const preflight = await ask(
        `OPTIONS /v1/messages HTTP/1.1\r\n${origin}\r\nAccess-Control-Request-Method: POST`,
      );
      expect(preflight.status).toBe(204);
      expect((await ask(`POST /v1/messages HTTP/1.1\r\n${origin}`)).status).toBe(401);
    });

    test("a page of this machine may read that it is needed, a foreign one may not", async () => {
      const asked = (origin: string) => ask(`GET /v1/models HTTP/1.1\r\nOrigin: ${origin}`);
      const own = await asked("http://localhost:3000");
      expect(own.status).toBe(401);
      expect(own.headers.get("access-control-allow-origin")).toBe("http://localhost:3000");
      expect(own.headers.get("vary")).toBe("origin");
      const foreign = await asked("https://evil.example");
      expect(foreign.status).toBe(403);
      expect(foreign.headers.has("access-control-allow-origin")).toBe(false);
    });

    test("with it a request is served", async () => {
      expect((await ask(`GET /v1/models HTTP/1.1\r\nX-Api-Key: ${key}`)).status).toBe(200);
    });

    test("nothing that was refused reached the service, and the key is in no log line", () => {
      expect(server.requests).toEqual([]);
      expect(server.log.join("")).not.toContain(key);
    });
  });
});

describe("a browser over a socket", () => {
  const server = startServer();
  afterAll(() => server.stop());
  const ask = (line: string, ...headers: string[]) =>
    rawAnswer(server.url, [`${line} HTTP/1.1`, "Host: localhost", ...headers, "", ""].join("\r\n"));
  const corsOf = (headers: ReadonlyMap<string, string>) =>
    [...headers].filter(([name]) => name.startsWith("access-control-"));

  test.each([
    "GET /test/token",
    "GET /credentials",
    "HEAD /",
    "OPTIONS /v1/messages",
    "POST /credentials",
    "PUT /x",
  ])("%s from a foreign page is refused, without a header that would let it read why", async (line) => {
    for (const header of ["Origin: https://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site"]) {
      const { status, headers } = await ask(line, header);
      expect(status).toBe(403);
      expect(corsOf(headers)).toEqual([]);
    }
  });

  test("a page of this machine is told by the preflight what it may send", async () => {
    const { status, headers, body } = await ask(
      "OPTIONS /v1/chat/completions",
      "Origin: http://localhost:3000",
      "Access-Control-Request-Method: POST",
      "Access-Control-Request-Headers: authorization,content-type,x-stainless-os",
    );
    expect(status).toBe(204);
    expect(body).toBe("");
    expect(Object.fromEntries(corsOf(headers))).toEqual({
      "access-control-allow-origin": "http://localhost:3000",
      "access-control-allow-methods": "GET, POST, DELETE, OPTIONS",
      "access-control-allow-headers": "authorization,content-type,x-stainless-os",
      "access-control-expose-headers": "x-request-id, request-id, retry-after, x-should-retry",
      "access-control-max-age": "600",
    });
    expect(headers.get("vary")).toBe("origin");
  });

  test.each(["GET /health", "GET /nothing/here", "DELETE /health", "POST /v1/messages"])(
    "a page of this machine may read every answer, failures included: %s",
    async (line) => {
      const { headers } = await ask(line, "Origin: http://localhost:3000");
      expect(headers.get("access-control-allow-origin")).toBe("http://localhost:3000");
      expect(headers.get("vary")).toBe("origin");
    },
  );

  test("a page of this machine may read that there is no room for its request, and when to try again", async () => {
    const full = startServer({ refuse: () => shuttingDown });
    const request = "POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost:3000\r\n\r\n";
    const { status, headers } = await rawAnswer(full.url, request);
    expect(status).toBe(529);
    expect(headers.get("access-control-allow-origin")).toBe("http://localhost:3000");
    expect(headers.get("access-control-expose-headers")).toContain("retry-after");
    expect(headers.get("retry-after")).toBe("1");
    await full.stop();
  });
});
