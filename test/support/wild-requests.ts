import fc from "fast-check";
import { foreignHosts, foreignPages, ownPages } from "./strangers.ts";

/** A request as a hostile or broken program may send it, and what the server may do with it at the very most. */
export interface WildRequest {
  method: string;
  text: string;
  /** In its body; none but a legitimate request may bring it to the service. */
  marker: string;
  /** Whether nothing speaks against asking the service for an answer. */
  mayAsk: boolean;
  /** Whether nothing speaks against setting the login. */
  maySetLogin: boolean;
  /** Whether it is whole and well-formed HTTP, so that an answer is due. */
  isHttp: boolean;
  /** Whether its body is as long as it says. */
  isDelimited: boolean;
  isFromOutside: boolean;
}

const often = <T>(usual: T, ...others: readonly fc.Arbitrary<T>[]): fc.Arbitrary<T> =>
  fc.oneof({ arbitrary: fc.constant(usual), weight: 3 * others.length }, ...others);

const method = often(
  "POST",
  fc.constantFrom("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT"),
  fc.constantFrom("post", "ZEBRA", "P\0ST", "", "GET GET", "A".repeat(5_000)),
);

const models = ["/v1/chat/completions", "/v1/messages", "/v1/responses"] as const;
const path = fc.oneof(
  fc.constantFrom(...models, ...models, "/credentials"),
  fc.constantFrom(
    "/",
    "/health",
    "/metrics",
    "/test/token",
    "/v1/models",
    "/v1/messages/count_tokens",
    "/v1/responses/x",
  ),
  fc.constantFrom(
    "/v1//messages",
    "/v1/messages/",
    "/V1/messages",
    "/v1/./messages",
    "/health/../v1/messages",
  ),
  fc.constantFrom(
    "/%76%31/messages",
    "/v1%2fmessages",
    "/v1/messages%00",
    "/%",
    "//",
    "/*",
    "*",
    "",
    "messages",
  ),
  fc.constantFrom(
    "http://localhost/v1/messages",
    "http://evil.example/v1/messages",
    "/v1/messages#x",
    "/v1/messages?a=/health",
  ),
  fc.string({ unit: "binary", maxLength: 40 }).map((text) => `/${text}`),
  fc.constant(`/${"a".repeat(20_000)}`),
);

const version = often("HTTP/1.1", fc.constantFrom("HTTP/1.0", "HTTP/3.0", "http/1.1", "HTTP/1.1 ", ""));

const ownHosts = ["localhost", "localhost:8000", "127.0.0.1", "[::1]:1", "LOCALHOST"] as const;
const host = often<readonly string[]>(
  ["localhost"],
  fc.constantFrom(...ownHosts).map((name) => [name]),
  fc.constantFrom(...foreignHosts).map((name) => [name]),
  fc.constantFrom([], ["localhost", "localhost"], ["localhost", "evil.example"]),
  fc.string({ unit: "binary", maxLength: 30 }).map((name) => [name]),
);

const page = often<readonly string[]>(
  [],
  fc.constantFrom(...foreignPages),
  fc.constantFrom(...ownPages).map((origin) => [`Origin: ${origin}`]),
);

const type = often(
  "application/json",
  fc.constantFrom("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""),
  fc.constantFrom("application/json; charset=utf-16", "application/json, text/plain", "application/jsonp"),
);

const extra = fc.array(
  fc.constantFrom(
    "Content-Encoding: gzip",
    "Expect: 100-continue",
    "Expect: miracles",
    "Connection: close",
    "Connection: Upgrade\r\nUpgrade: websocket",
    "Upgrade: h2c",
    "X-Forwarded-Host: localhost",
    "X-HTTP-Method-Override: POST",
    "Accept: text/event-stream",
    "anthropic-version: 2023-06-01",
    "X-Api-Key: any",
    "Range: bytes=0-1",
    "Cookie: a=b",
    ": empty",
    "No colon",
    "Sp ace: 1",
    "Folded: 1\r\n 2",
    "Nul: a\0b",
    `Long: ${"x".repeat(17_000)}`,
    "Host : localhost",
  ),
  { maxLength: 2 },
);

const bodyFor = (marker: string): fc.Arbitrary<string> => {
  const whole = {
    model: "claude-sonnet-4.5",
    max_tokens: 10,
    messages: [{ role: "user", content: marker }],
    input: marker,
    store: false,
    client_id: marker,
    client_secret: marker,
    refresh_token: marker,
  };
  const text = JSON.stringify(whole);
  return often(
    text,
    fc.boolean().map((stream) => JSON.stringify({ ...whole, stream })),
    fc.nat(text.length).map((length) => text.slice(0, length)),
    fc
      .jsonValue()
      .map((value) => JSON.stringify({ ...whole, messages: value, input: value, client_id: value })),
    fc.constantFrom(
      "",
      "[".repeat(100_000),
      `${text}${text}`,
      `client_id=${marker}&refresh_token=${marker}`,
      "\0".repeat(100),
    ),
    fc.string({ unit: "binary", maxLength: 200 }),
  );
};

/** How a body is delimited: with it, or against it. */
const framing = often(
  "length",
  fc.constantFrom(
    "chunks",
    "small chunks",
    "none",
    "short",
    "long",
    "both",
    "two lengths",
    "negative",
    "no number",
  ),
  fc.constantFrom("bad chunks", "unended chunks", "odd coding"),
);
const trueFramings = ["length", "chunks", "small chunks"];
/** They leave something of the body over, but for one without anything, or with nothing but the line ends that HTTP skips. */
const framingsShort = ["none", "short"];
const isWithin = (framing: string, body: string): boolean =>
  trueFramings.includes(framing) || (framingsShort.includes(framing) && /^[\r\n]*$/.test(body));

const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

/** The lines and the bytes of a body. */
const framed: Readonly<Record<string, (body: string) => readonly [lines: readonly string[], bytes: string]>> =
  {
    length: (body) => [[`Content-Length: ${Buffer.byteLength(body)}`], body],
    chunks: (body) => [["Transfer-Encoding: chunked"], `${body && chunk(body)}0\r\n\r\n`],
    "small chunks": (body) => [
      ["Transfer-Encoding: chunked"],
      `${(body.match(/[\s\S]{1,50}/gu) ?? []).slice(0, 2_000).map(chunk).join("")}0\r\n\r\n`,
    ],
    none: (body) => [[], body],
    short: (body) => [[`Content-Length: ${Math.floor(Buffer.byteLength(body) / 2)}`], body],
    long: (body) => [[`Content-Length: ${Buffer.byteLength(body) + 10}`], body],
    both: (body) => [
      [`Content-Length: ${Buffer.byteLength(body)}`, "Transfer-Encoding: chunked"],
      chunk(body),
    ],
    "two lengths": (body) => [[`Content-Length: ${Buffer.byteLength(body)}`, "Content-Length: 1"], body],
    negative: (body) => [["Content-Length: -1"], body],
    "no number": (body) => [["Content-Length: 0x10"], body],
    "bad chunks": (body) => [["Transfer-Encoding: chunked"], `zz\r\n${body}\r\n0\r\n\r\n`],
    "unended chunks": (body) => [["Transfer-Encoding: chunked"], chunk(body || "x")],
    "odd coding": (body) => [["Transfer-Encoding: chunked, gzip"], chunk(body)],
  };

let markers = 0;

export const wildRequest: fc.Arbitrary<WildRequest> = fc
  .record({ method, path, version, host, page, type, extra, framing, marker: fc.nat() })
  .chain((parts) => {
    const marker = `marker-${parts.marker}-${markers++}-`;
    return bodyFor(marker).map((body) => assembled(parts, marker, body));
  });

interface Parts {
  method: string;
  path: string;
  version: string;
  host: readonly string[];
  page: readonly string[];
  type: string;
  extra: readonly string[];
  framing: string;
}

function assembled(parts: Parts, marker: string, body: string): WildRequest {
  const [lines, bytes] = framed[parts.framing]?.(body) ?? [[], body];
  const head = [
    `${parts.method} ${parts.path} ${parts.version}`,
    ...parts.host.map((name) => `Host: ${name}`),
    ...parts.page,
    ...(parts.type && [`Content-Type: ${parts.type}`]),
    ...parts.extra,
    ...lines,
  ];
  const isOwnHost = parts.host.length === 1 && ownHosts.some((name) => name === parts.host[0]);
  const isOwnPage =
    parts.page.length === 0 || ownPages.some((origin) => parts.page[0] === `Origin: ${origin}`);
  const isJson =
    parts.method === "POST" &&
    parts.type === "application/json" &&
    !parts.extra.includes("Content-Encoding: gzip");
  const isLetIn = isOwnHost && isOwnPage && isJson;
  return {
    method: parts.method,
    text: `${head.join("\r\n")}\r\n\r\n${bytes}`,
    marker,
    mayAsk: isLetIn && /\/(completions|messages|responses)\/?([?#]|$)/.test(parts.path),
    maySetLogin: isLetIn && /\/credentials\/?([?#]|$)/.test(parts.path),
    isHttp: isPlain(parts) && trueFramings.includes(parts.framing),
    isDelimited: isWithin(parts.framing, body),
    isFromOutside: !isOwnHost || !isOwnPage,
  };
}

/** Nothing about it is so odd that the runtime may close the connection without an answer. */
const isPlain = ({
  method: name,
  path: target,
  version: spoken,
  host: hosts,
  extra: headers,
}: Parts): boolean =>
  /^(GET|POST|PUT|PATCH|DELETE)$/.test(name) &&
  /^\/[!-~]{0,200}$/.test(target) &&
  spoken === "HTTP/1.1" &&
  hosts.length === 1 &&
  /^[!-~]+$/.test(hosts[0] ?? "") &&
  headers.every((line) => /^(X-|anthropic|Accept|Range|Cookie)/.test(line));
