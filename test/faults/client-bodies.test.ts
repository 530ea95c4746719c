import { afterAll, afterEach, describe, expect, test } from "bun:test";
import { anthropicFields } from "../../src/protocols/anthropic/fields.ts";
import type { FieldTable } from "../../src/protocols/fields.ts";
import { openaiFields } from "../../src/protocols/openai/fields.ts";
import { responsesFields } from "../../src/protocols/openai-responses/fields.ts";
import { expectFailure, failureForms } from "../support/failure-form.ts";
import type { HttpAnswer } from "../support/http-answers.ts";
import { endLine } from "../support/log-lines.ts";
import { postText, rawAnswer, requestText } from "../support/raw-client.ts";
import { canaryWord } from "../support/taint.ts";
import { startRig } from "./support/rig.ts";

const rig = startRig({ config: { maxBodyBytes: 4 * 1024 * 1024 } });
afterAll(rig.stop);

let hitsBefore = 0;
/** After each of these tests the server is as it was before, and has asked the service for nothing but `asked`. */
let asked = 0;
afterEach(async () => {
  const [hits, wanted] = [rig.hits() - hitsBefore, asked];
  asked = 0;
  await rig.expectBase();
  hitsBefore = rig.hits();
  expect(hits).toBe(wanted);
});

const model = "claude-sonnet-4.5";
const hello = { role: "user", content: "Hello" };
const chat = { model, messages: [hello] };
const message = { ...chat, max_tokens: 20_000, stream: false };
const response = { model, input: [hello], store: false };
const requests: Readonly<Record<string, object>> = {
  "/v1/chat/completions": chat,
  "/v1/messages": message,
  "/v1/responses": response,
};
const answers = Object.entries(requests);
const paths = [...Object.keys(requests), "/v1/messages/count_tokens", "/credentials"];

const send = (path: string, body: string | Uint8Array, ...headers: readonly string[]) =>
  rawAnswer(
    rig.url,
    requestText(`POST ${path}`, [
      "Content-Type: application/json",
      `Content-Length: ${Buffer.byteLength(body)}`,
      ...headers,
    ]),
    body,
  );
const ask = (path: string, change: object) =>
  rawAnswer(rig.url, postText(path, { ...requests[path], ...change }));

/** A refusal that says `class` in the log, and that is the client's to mend. */
function expectRefusal(path: string, answer: HttpAnswer, form: keyof typeof failureForms, param?: string) {
  expectFailure(path, answer, { ...failureForms[form], ...(param !== undefined && { param }) });
  const line = endLine(rig.log, answer.headers.get("x-request-id") ?? "");
  expect(line).toContain("end=error");
  expect(line).toMatch(/\bwarn\b/i);
}

describe("a body that is not JSON", () => {
  const utf8 = (text: string) => new TextEncoder().encode(text);
  /** With the byte at which it stops being JSON; without one it is not even text. */
  const broken: [string, string | Uint8Array, number?][] = [
    ["empty", "", 0],
    ["white space", " \r\n\t ", 5],
    ["a word", "zebra-crossing-at-noon", 0],
    ["a word's beginning", '{"zebra-crossing": tru', 22],
    ["a form", "zebra=crossing+at+noon&giraffe=tall", 0],
    ["a cut object", '{"zebra-crossing": "at noon"', 28],
    ["a cut string", '{"zebra-crossing": "at noon', 27],
    ["a cut array", '["zebra-crossing", ', 19],
    ["two values", '{"zebra":"crossing"} {"giraffe":"tall"}', 21],
    ["a comma too many", '{"zebra":"crossing",}', 20],
    ["a comma too few", '{"zebra":"crossing" "giraffe":"tall"}', 20],
    ["a colon too few", '{"zebra" "crossing at noon"}', 9],
    ["single quotes", "{'zebra':'crossing at noon'}", 1],
    ["names without quotes", "{zebra: 'crossing at noon'}", 1],
    ["a comment", '{"zebra":"crossing"} // at noon it is hot', 21],
    ["a line break in a string", '{"zebra":"crossing\nat noon"}', 18],
    ["an unknown escape", '{"zebra":"crossing \\x41t noon"}', 20],
    ["an escape cut short", '{"zebra":"crossing \\u12"}', 23],
    ["not a number", '{"zebra-crossing": NaN}', 19],
    ["a number with a zero before it", '{"zebra-crossing": 007}', 20],
    ["a number without a fraction", '{"zebra-crossing": 1.}', 21],
    ["behind a character of several bytes", '{"zébra": noon}', 12],
    ["behind a byte order mark", '\ufeff{"zebra": noon}', 14],
    ["UTF-16", new Uint8Array(Buffer.from('{"zebra":"crossing"}', "utf16le")), 1],
    ["a cut character", new Uint8Array([...utf8('"zebra crossing '), 0xe2, 0x82])],
    ["a byte that UTF-8 does not have", new Uint8Array([...utf8('"zebra'), 0xff, 0x22])],
    ["compressed JSON", Bun.gzipSync(utf8('{"zebra":"crossing at noon"}'))],
  ];

  test.each(paths)("row 1: POST %s says at which byte, and repeats none of it", async (path) => {
    for (const [name, body, at] of broken) {
      const answer = await send(path, body);
      expectRefusal(path, answer, "json");
      const where = at === undefined ? "is not valid UTF-8" : `stops being valid JSON at byte ${at}`;
      expect([name, JSON.parse(answer.body).error.message]).toEqual([name, `The request body ${where}.`]);
      const given = typeof body === "string" ? body : new TextDecoder().decode(body);
      for (let start = 0; start + 8 <= given.length; start++) {
        expect(answer.body).not.toContain(given.slice(start, start + 8));
      }
    }
  });
});

describe("JSON of another form", () => {
  const others = [null, -0.5, {}, [], true, "5"];
  /** Where any of `others` is wrong, but those that are listed. */
  const members: Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>> = {
    "/v1/chat/completions": {
      model: ["5"],
      messages: [],
      max_tokens: [null],
      max_completion_tokens: [null],
      stream: [null, true],
      stream_options: [null, {}],
      tools: [null, []],
      parallel_tool_calls: [null, true],
      stop: [null, [], "5"],
    },
    "/v1/messages": {
      model: ["5"],
      messages: [],
      max_tokens: [null],
      system: [null, "5", []],
      stream: [null, true],
      tools: [null, []],
      stop_sequences: [null, []],
    },
    "/v1/responses": {
      model: ["5"],
      input: ["5", []],
      max_output_tokens: [null],
      instructions: [null, "5"],
      stream: [null, true],
      tools: [null, []],
      parallel_tool_calls: [null, true],
      store: [null, true],
    },
  };

  test.each(Object.entries(members))("row 2: POST %s names the member at fault", async (path, table) => {
    for (const [name, right] of Object.entries(table)) {
      for (const value of others.filter((other) => !right.some((each) => Bun.deepEquals(each, other)))) {
        const answer = await ask(path, { [name]: value });
        expectRefusal(path, answer, "value", name);
        expect(JSON.parse(answer.body).error.message).toStartWith(`${name}: must be `);
      }
    }
  });

  test.each(answers)("row 2: POST %s names a member inside another", async (path, request) => {
    const list = "input" in request ? "input" : "messages";
    for (const content of [5, true, [5]]) {
      const { body, status } = await ask(path, { [list]: [hello, { role: "user", content }] });
      expect(status).toBe(400);
      expect(body).toContain(`${list}[1]`);
    }
  });

  test.each(answers)("row 2: POST %s names a member that is missing", async (path, request) => {
    for (const name of ["model", "input" in request ? "input" : "messages"]) {
      const answer = await ask(path, { [name]: undefined });
      expectRefusal(path, answer, "value", name);
      expect(JSON.parse(answer.body).error.message).toBe(`${name}: is required`);
    }
  });

  test.each(paths)("row 2: POST %s takes an object and nothing else", async (path) => {
    for (const body of ["[]", '"5"', "null", "5", "true"])
      expectRefusal(path, await send(path, body), "value");
  });
});

describe("members that nobody reads", () => {
  const fields: Readonly<Record<string, FieldTable>> = {
    "/v1/chat/completions": openaiFields,
    "/v1/messages": anthropicFields,
    "/v1/responses": responsesFields,
  };
  const invented = { x_zebra: { crossing: [1] }, "": 0, prototype: "giraffe" };

  test.each(answers)("row 3: of POST %s change nothing, wherever they stand", async (path, request) => {
    const ignored = Object.entries(fields[path] ?? {}).flatMap(([name, { fate }]) =>
      fate === "ignored" ? [name] : [],
    );
    const extra = { ...Object.fromEntries(ignored.map((name) => [name, { any: "thing" }])), ...invented };
    const list = "input" in request ? "input" : "messages";
    asked = 2;
    for (const change of [{}, { ...extra, [list]: [{ ...hello, ...invented }] }]) {
      expect((await ask(path, change)).status).toBe(200);
    }
    const [plain, extended] = rig.simulator.requests.slice(-2).map(({ body }) => JSON.stringify(body));
    expect(plain).toContain("Hello");
    expect(extended).toBe(plain);
  });

  test.each(answers)(
    "row 3: of POST %s are named to whoever debugs, without what they hold",
    async (path) => {
      const debugged = startRig({ config: { logLevel: "debug" } });
      const list = path === "/v1/responses" ? "input" : "messages";
      const zebra = { [canaryWord()]: "a-striped-animal" };
      const change = { ...zebra, seed: 7, [list]: [{ ...hello, ...zebra }] };
      expect((await rawAnswer(debugged.url, postText(path, { ...requests[path], ...change }))).status).toBe(
        200,
      );
      expect((await rawAnswer(debugged.url, postText(path, requests[path]))).status).toBe(200);
      expect((await rawAnswer(debugged.url, postText(path, zebra))).status).toBe(400);
      const lines = debugged.log.filter((line) => line.includes("req.ignored"));
      expect(lines[0]).toMatch(/ debug req\.ignored rid=req_\S+ ignored=seed others=2\n$/);
      expect(lines[1]).toMatch(/ debug req\.ignored rid=req_\S+ others=1\n$/);
      expect(lines).toHaveLength(2);
      expect(debugged.log.join("")).not.toContain("striped");
      await debugged.stop();
    },
  );

  test("row 3: are not looked for where nobody debugs", async () => {
    asked = 1;
    await ask("/v1/messages", { x_zebra: 1 });
    expect(rig.log.filter((line) => line.includes("req.ignored"))).toEqual([]);
  });

  test("row 3: that mean something inside a tool's schema reach the service", async () => {
    asked = 1;
    const schema = { type: "object", properties: { zebra: { type: "string", description: "Its crossing" } } };
    await ask("/v1/messages", {
      tools: [{ name: "cross", input_schema: schema, cache_control: { any: 1 } }],
    });
    expect(JSON.stringify(rig.simulator.requests.at(-1)?.body)).toContain('"description":"Its crossing"');
  });
});

describe("absurd numbers", () => {
  const absurd = ["-1", "1e400", "-1e400", `1${"0".repeat(1_000_000)}`, "1.5", '"5"', '"1e3"', "[5]"];
  test.each([
    ["/v1/chat/completions", "max_tokens", "0"],
    ["/v1/chat/completions", "max_completion_tokens", "0"],
    // 0 asks for the cache to be warmed.
    ["/v1/messages", "max_tokens", "-0.5"],
    ["/v1/responses", "max_output_tokens", "0"],
  ])("row 4: POST %s with %s", async (path, name, tooSmall) => {
    for (const number of [...absurd, tooSmall]) {
      const text = JSON.stringify({ ...requests[path], [name]: undefined, x: 0 });
      const answer = await send(path, text.replace('"x":0', `"${name}":${number}`));
      expectRefusal(path, answer, "value", name);
    }
  });
});

describe("text in odd encodings", () => {
  test.each(answers)("row 9: POST %s takes a byte order mark", async (path, request) => {
    asked = 1;
    expect((await send(path, `\ufeff${JSON.stringify(request)}`)).status).toBe(200);
  });

  test.each(paths)(
    "row 9: POST %s takes no byte that UTF-8 does not have, wherever it stands",
    async (path) => {
      const text = Buffer.from(JSON.stringify(requests[path] ?? {}));
      for (let at = 0; at < text.length; at++) {
        const body = new Uint8Array(text);
        body[at] = 0xff;
        const answer = await send(path, body);
        expectRefusal(path, answer, "json");
        expect(answer.body).toContain("not valid UTF-8");
      }
    },
  );

  test.each(paths)("row 9: POST %s takes no other charset than UTF-8", async (path) => {
    for (const charset of ["utf-16", "UTF-16LE", "iso-8859-1", "utf-7", '"utf-32"', ""]) {
      const line = `POST ${path}`;
      const answer = await rawAnswer(
        rig.url,
        requestText(line, [`Content-Type: application/json; charset=${charset}`, "Content-Length: 2"], "{}"),
      );
      expectRefusal(path, answer, "media");
    }
  });

  test.each(answers)(
    "row 10: POST %s takes half a surrogate pair for a character that is none",
    async (path, request) => {
      asked = 1;
      const text = JSON.stringify(request).replace("Hello", "a\\ud800b \\udc00c \\ud83d\\ude00");
      expect((await send(path, text)).status).toBe(200);
      expect(JSON.stringify(rig.simulator.requests.at(-1)?.body)).toContain("a\ufffdb \ufffdc 😀");
    },
  );
});

describe("bodies that are not said to be JSON", () => {
  const types = [
    undefined,
    "",
    "text/plain",
    "text/plain; charset=utf-8",
    "text/html",
    "text/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=zebra",
    "application/octet-stream",
    "application/xml",
    "application/jsonp",
    "application/json, text/plain",
    "text/plain; application/json",
    "*/*",
  ];
  test.each(paths)("row 11: POST %s does nothing for them, though they are", async (path) => {
    const body = JSON.stringify({
      ...requests[path],
      client_id: "a",
      client_secret: "b",
      refresh_token: "c",
    });
    const length = `Content-Length: ${body.length}`;
    for (const type of types) {
      const headers = type === undefined ? [length] : [`Content-Type: ${type}`, length];
      expectRefusal(path, await rawAnswer(rig.url, requestText(`POST ${path}`, headers, body)), "media");
    }
    for (const coding of ["gzip", "br", "deflate", "zstd"]) {
      expectRefusal(path, await send(path, Bun.gzipSync(body), `Content-Encoding: ${coding}`), "media");
    }
  });

  test("row 11: leave the login as it was", async () => {
    const status = await rawAnswer(rig.url, requestText("GET /credentials"));
    expect(JSON.parse(status.body)).toMatchObject({ status: "ready", source: null });
  });
});
