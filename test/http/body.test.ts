import { afterAll, describe, expect, test } from "bun:test";
import { BridgeError } from "../../src/errors.ts";
import { type BodyLimits, readJson } from "../../src/http/body.ts";
import { busyMs } from "../support/busy.ts";
import { until } from "../support/event-loop.ts";
import { manualClock } from "../support/manual-clock.ts";
import { rawAnswer } from "../support/raw-client.ts";
import { makeServer, startServer } from "../support/server.ts";
import { source } from "../support/turns.ts";

const maxBytes = 1024 * 1024;
const timeoutMs = 60_000;

const post = (body: string | Uint8Array | ReadableStream<Uint8Array>, headers: Record<string, string> = {}) =>
  new Request("http://localhost/v1/messages", {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });

const read = (request: Request, limits: Partial<BodyLimits> = {}) =>
  readJson(request, { maxBytes, timeoutMs, clock: manualClock(), ...limits });

/** The code of the failure. */
async function refusal(promise: Promise<unknown>): Promise<string | undefined> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof BridgeError)) throw new Error("It was not refused.", { cause: error });
  return error.code;
}

const bytes = (...values: number[]) => new Uint8Array(values);
const utf8 = (text: string) => new TextEncoder().encode(text);

const brokenBodies: Record<string, string | Uint8Array> = {
  empty: "",
  "white space": " \r\n\t ",
  "a word": "zebra-crossing-at-noon",
  "a form": "zebra=crossing+at+noon&giraffe=tall",
  "a cut object": '{"zebra-crossing": "at noon',
  "a cut array": '["zebra-crossing", ',
  "two values": '{"zebra":"crossing"} {"giraffe":"tall"}',
  "a comma too many": '{"zebra":"crossing",}',
  "a comma too few": '{"zebra":"crossing" "giraffe":"tall"}',
  "single quotes": "{'zebra':'crossing at noon'}",
  "names without quotes": "{zebra: 'crossing at noon'}",
  "a comment": '{"zebra":"crossing"} // at noon it is hot',
  "a bare line break in a string": '{"zebra":"crossing\nat noon"}',
  "an unknown escape": '{"zebra":"crossing \\x41t noon"}',
  "not a number": '{"zebra-crossing": NaN}',
  "a number with a zero before it": '{"zebra-crossing": 007}',
  "closing brackets": "]]]]]]]]]]}}}}}}}}}}zebra",
  "a boundary": '--zebra\r\ncontent-disposition: form-data; name="crossing"\r\n\r\nnoon\r\n--zebra--',
  "UTF-16": new Uint8Array(Buffer.from('{"zebra":"crossing at noon"}', "utf16le")),
  "a cut character": new Uint8Array([...utf8('{"zebra":"crossing at noon '), 0xe2, 0x82]),
  "a byte that UTF-8 does not have": new Uint8Array([
    ...utf8('{"zebra":"crossing'),
    0xff,
    ...utf8(' at noon"}'),
  ]),
  "compressed JSON": Bun.gzipSync(utf8('{"zebra":"crossing at noon"}')),
};

describe("a body that is not JSON", () => {
  const { app, requests } = makeServer();

  describe.each(["/v1/chat/completions", "/v1/messages", "/v1/messages/count_tokens", "/credentials"])(
    "POST %s",
    (path) => {
      test.each(Object.entries(brokenBodies))(
        "%s is refused, and none of it comes back",
        async (_name, body) => {
          const answer = await app.handle(
            new Request(`http://localhost${path}`, {
              method: "POST",
              headers: { host: "localhost", "content-type": "application/json" },
              body,
            }),
          );
          expect(answer.status).toBe(400);
          const text = await answer.text();
          expect(JSON.parse(text).error).toMatchObject({
            type: "invalid_request_error",
            message: expect.stringMatching(
              /^The request body (stops being valid JSON at byte \d+|is not valid UTF-8)\.$/,
            ),
          });
          const given = typeof body === "string" ? body : new TextDecoder().decode(body);
          for (let start = 0; start + 8 <= given.length; start++) {
            expect(text).not.toContain(given.slice(start, start + 8));
          }
        },
      );
    },
  );

  test("none of it reached the service", () => expect(requests).toEqual([]));

  test("one that cannot be decoded does not spoil a later one", async () => {
    expect(await refusal(read(post(bytes(0x22, 0xe2))))).toBe("invalid_json");
    expect(await read(post('"é"'))).toBe("é");
    expect(await read(post('\ufeff"é"'))).toBe("é");
  });
});

describe("a body that is JSON", () => {
  const values: Record<string, string> = {
    "an object": '{"a":[1,2.5,-3e2,true,false,null,"é😀"]}',
    "a string": '"a"',
    "white space around": " \n\t{} \r\n",
    "every escape": '"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\ud83d\\ude00"',
    "half a surrogate pair": '"\\ud800"',
    "names that objects have by themselves": '{"__proto__":{"a":1},"constructor":2}',
  };

  test.each(Object.entries(values))("%s is read as JSON.parse reads it", async (_name, text) => {
    expect(await read(post(text))).toEqual(JSON.parse(text));
    expect(await read(post(source([utf8(text)]).stream))).toEqual(JSON.parse(text));
  });

  test("a number that would be rounded stays as it is, but for settings", async () => {
    const text = '{"limit":9223372036854775807,"input":{"ids":[-9007199254740993],"size":1.0}}';
    const body = await read(post(text));
    expect(body).toMatchObject({ limit: 2 ** 63, input: { size: 1 } });
    expect(JSON.stringify(body)).toContain('"input":{"ids":[-9007199254740993],"size":1}');
  });

  test("a number among more values than any conversation has is read quickly, though rounded", async () => {
    const text = `[1234567890123456789${",1".repeat(200_001)}]`;
    const start = busyMs();
    expect(await read(post(text))).toContain(Number("1234567890123456789"));
    expect(busyMs() - start).toBeLessThan(1_000);
  });

  test("a byte order mark is not part of it", async () => {
    expect(await read(post(new Uint8Array([0xef, 0xbb, 0xbf, ...utf8("[1]")])))).toEqual([1]);
  });

  test("a character may be cut between two chunks", async () => {
    const text = utf8('"é😀"');
    expect(await read(post(source([...text].map((byte) => bytes(byte))).stream))).toBe("é😀");
  });
});

describe("content types", () => {
  const cases: [string, boolean][] = [
    ["application/json", true],
    ["application/json; charset=utf-8", true],
    ['Application/JSON ; Charset="UTF-8"', true],
    ["application/json;charset=utf8;v=1", true],
    ["application/json; charset=utf-16", false],
    ["application/json; charset=iso-8859-1", false],
    ["", false],
    ["text/plain", false],
    ["text/plain; application/json", false],
    ["application/x-www-form-urlencoded", false],
    ["multipart/form-data; boundary=application/json", false],
    ["text/json", false],
    ["application/jsonp", false],
    ["application/json, text/plain", false],
    ["application/octet-stream", false],
  ];

  test.each(cases)("%j: accepted is %p", async (type, isAccepted) => {
    const outcome = read(post("{}", { "content-type": type }));
    if (isAccepted) expect(await outcome).toEqual({});
    else expect(await refusal(outcome)).toBe("unsupported_content_type");
  });

  test("without one a body is refused", async () => {
    const request = new Request("http://localhost/", { method: "POST", body: utf8("{}") });
    expect(await refusal(read(request))).toBe("unsupported_content_type");
  });

  test.each(["gzip", "br", "zstd", "gzip, identity"])("%s is refused by name", async (encoding) => {
    expect(await refusal(read(post("{}", { "content-encoding": encoding })))).toBe(
      "unsupported_content_type",
    );
  });

  test("the encoding that changes nothing is accepted", async () => {
    expect(await read(post("{}", { "content-encoding": "Identity" }))).toEqual({});
  });

  test("a body of the wrong type is not read at all", async () => {
    const body = source([utf8("{}")]);
    expect(await refusal(read(post(body.stream, { "content-type": "text/plain" })))).toBe(
      "unsupported_content_type",
    );
    expect(body.pulls()).toBe(0);
  });
});

describe("sizes", () => {
  const ofSize = (size: number) => utf8(`"${"a".repeat(size - 2)}"`);

  test("the limit itself is within it", async () => {
    expect(await read(post(ofSize(maxBytes)))).toHaveLength(maxBytes - 2);
    expect(await read(post(source([ofSize(maxBytes)]).stream))).toHaveLength(maxBytes - 2);
  });

  test("a length that is announced and too large is refused unread", async () => {
    const body = source([utf8("{}")]);
    const request = post(body.stream, { "content-length": `${maxBytes + 1}` });
    expect(await refusal(read(request))).toBe("request_too_large");
    expect(body.pulls()).toBe(0);
  });

  test("reading a body of unannounced length ends at the limit", async () => {
    const body = source(Array.from({ length: 100 }, () => ofSize(maxBytes / 4)));
    const request = post(body.stream);
    expect(await refusal(read(request))).toBe("request_too_large");
    expect(body.pulls()).toBeLessThanOrEqual(6);
    expect(request.body?.locked).toBe(false);
    expect(body.cancellations).toEqual([]);
  });
});

describe("the growth of a body", () => {
  const mib = 1024 * 1024;
  const halves = (count: number) =>
    Array.from({ length: count }, (_, index) => utf8((index === 0 ? "[1]" : "").padEnd(mib / 2)));

  test("whose length was not announced is told about each MiB", async () => {
    const told: number[] = [];
    const onGrowth = (bytes: number) => void told.push(bytes);
    expect(await read(post(source(halves(7)).stream), { maxBytes: 4 * mib, onGrowth })).toEqual([1]);
    expect(told).toEqual([mib, 2 * mib, 3 * mib]);
  });

  test("is not told when its length was announced", async () => {
    const onGrowth = () => {
      throw new Error("nobody was to be told");
    };
    const request = post(Buffer.concat(halves(7)), { "content-length": `${3.5 * mib}` });
    expect(await read(request, { maxBytes: 4 * mib, onGrowth })).toEqual([1]);
  });

  test("ends where there is no room for more, and the rest stays unread", async () => {
    const body = source(halves(100));
    const request = post(body.stream);
    const onGrowth = (bytes: number) => {
      if (bytes >= 2 * mib) throw new BridgeError("busy", "There is no room.", { code: "no_room" });
    };
    expect(await refusal(read(request, { maxBytes: 50 * mib, onGrowth }))).toBe("no_room");
    expect(body.pulls()).toBeLessThanOrEqual(6);
    expect(request.body?.locked).toBe(false);
    expect(body.cancellations).toEqual([]);
  });
});

describe("depth", () => {
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  const brackets = "[{".repeat(1000);

  const accepted: Record<string, string> = {
    "128 levels": nested(128),
    "128 levels, a thousand times side by side": `[${Array(1000).fill(nested(127)).join()}]`,
    "brackets in strings": JSON.stringify([brackets]),
    "brackets behind escaped quotes": JSON.stringify([`"${brackets}`, `\\"${brackets}`, `\\\\"${brackets}`]),
    "brackets behind a string that ends in a backslash": JSON.stringify([["\\"], brackets, "\\\\", brackets]),
    "brackets in names": JSON.stringify({ [brackets]: { [`"${brackets}`]: 1 } }),
  };
  test.each(Object.entries(accepted))("%s are accepted", async (_name, text) => {
    expect(await read(post(text))).toEqual(JSON.parse(text));
  });

  const refused: Record<string, string> = {
    "129 levels": nested(129),
    "129 levels of objects": `${'{"a":'.repeat(129)}1${"}".repeat(129)}`,
    "129 levels after strings with quotes": `["\\"","\\\\",${nested(128)}]`,
    "129 levels after a part that is not JSON": `[${nested(128)}`,
  };
  test.each(Object.entries(refused))("%s are refused", async (_name, text) => {
    expect(await refusal(read(post(text)))).toBe("body_too_deep");
  });

  const large: [string, string, string | undefined][] = [
    ["100 KB of brackets", "[".repeat(100_000), "body_too_deep"],
    ["50,000 objects in each other", '{"a":'.repeat(50_000), "body_too_deep"],
    ["a megabyte of quotes", '"'.repeat(maxBytes), "invalid_json"],
    ["a megabyte of backslashes", `"${"\\".repeat(maxBytes - 2)}"`, undefined],
    ["a megabyte of escaped quotes", `"${'\\"'.repeat(maxBytes / 2 - 1)}"`, undefined],
    ["a quarter of a million arrays side by side", `[${"[],".repeat(maxBytes / 4)}0]`, undefined],
  ];
  test.each(large)("%s is decided quickly", async (_name, text, code) => {
    const request = post(text);
    const start = busyMs();
    if (code) expect(await refusal(read(request))).toBe(code);
    else expect(await read(request)).toBeDefined();
    expect(busyMs() - start).toBeLessThan(1_000);
  });
});

describe("time", () => {
  test("a body that does not arrive in time is given up", async () => {
    const clock = manualClock();
    const body = source([utf8('{"a":')], { thenSilent: true });
    const outcome = refusal(read(post(body.stream), { clock }));
    await until(() => body.pulls() === 2);
    clock.advance(timeoutMs - 1);
    await until(() => clock.waiting() === 1);
    clock.advance(1);
    expect(await outcome).toBe("body_timeout");
    expect(clock.waiting()).toBe(0);
  });

  test("one that dribbles is given up at the same time", async () => {
    const clock = manualClock();
    const dribbling = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          clock.advance(timeoutMs / 10);
          controller.enqueue(utf8(" "));
        },
      },
      { highWaterMark: 0 },
    );
    expect(await refusal(read(post(dribbling), { clock, maxBytes: 1_000 }))).toBe("body_timeout");
  });

  test.each(["{}", "{"])("after %p no timer is left", async (text) => {
    const clock = manualClock();
    await read(post(text), { clock }).catch(() => {});
    await until(() => clock.waiting() === 0);
  });
});

describe("over a socket", () => {
  const server = startServer({ config: { maxBodyBytes: 4096 } });
  afterAll(() => server.stop());
  const head = (...lines: string[]) =>
    ["POST /v1/messages HTTP/1.1", "Host: localhost", ...lines, "", ""].join("\r\n");

  test("a length that is too large is answered before the body is sent", async () => {
    const request = head("Content-Type: application/json", "Content-Length: 33000000");
    const { status, body } = await rawAnswer(server.url, request);
    expect(status).toBe(413);
    expect(JSON.parse(body).error.type).toBe("request_too_large");
  });

  test("a chunked body that passes the limit is answered there", async () => {
    const request = head("Content-Type: application/json", "Transfer-Encoding: chunked");
    const { status, body } = await rawAnswer(server.url, `${request}1800\r\n${" ".repeat(0x1800)}\r\n`);
    expect(status).toBe(413);
    expect(JSON.parse(body).error.type).toBe("request_too_large");
  });

  test("a form is answered before it is sent", async () => {
    const request = head("Content-Type: application/x-www-form-urlencoded", "Content-Length: 100");
    expect((await rawAnswer(server.url, request)).status).toBe(415);
  });

  test("none of them reached the service", () => expect(server.requests).toEqual([]));

  test("row 97: a chunked body is refused as busy once there is no more room as it grows", async () => {
    const mib = 1024 * 1024;
    const asked: number[] = [];
    const refuse = (pendingBytes: number) => {
      asked.push(pendingBytes);
      return pendingBytes < 2 * mib ? undefined : new BridgeError("busy", "There is no room for this.");
    };
    const small = startServer({ refuse });
    const request = head("Content-Type: application/json", "Transfer-Encoding: chunked");
    const chunk = `80000\r\n${" ".repeat(mib / 2)}\r\n`;
    const { status } = await rawAnswer(small.url, request, ...Array(8).fill(chunk));
    expect(status).toBe(529);
    expect(asked[0]).toBe(0);
    expect(asked[1]).toBeWithin(mib, 2 * mib);
    expect(asked.at(-1)).toBeWithin(2 * mib, 3 * mib);
    expect(small.requests).toEqual([]);
    await small.stop();
  });
});
