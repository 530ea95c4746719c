import { afterAll, afterEach, describe, expect, test } from "bun:test";
import { once } from "node:events";
import { busyMs } from "../support/busy.ts";
import { until } from "../support/event-loop.ts";
import { expectFailure, failureForms } from "../support/failure-form.ts";
import { endLine } from "../support/log-lines.ts";
import { postText, type RawClient, rawAnswer, rawClient, requestText } from "../support/raw-client.ts";
import { startRig } from "./support/rig.ts";

const mib = 1024 * 1024;
const rig = startRig();
afterAll(rig.stop);
afterEach(async () => {
  await rig.expectBase();
  expect(rig.log.filter((line) => line.includes("end=error") && !/\bwarn\b/i.test(line))).toEqual([]);
});

const paths = [
  "/v1/chat/completions",
  "/v1/messages",
  "/v1/responses",
  "/v1/messages/count_tokens",
  "/credentials",
];
const json = "Content-Type: application/json";

/** Nothing but the refusal has come of it: no request to the service, and a line in the log. */
async function expectNothingElse<T>(send: () => Promise<T>): Promise<T> {
  const before = rig.hits();
  const result = await send();
  expect(rig.hits()).toBe(before);
  return result;
}

/** Once the server has taken what was written, or has answered. */
const hasRoom = (client: RawClient) =>
  until(() => client.socket.writableLength === 0 || client.received().length > 0);

describe("a body whose length says that it is too large", () => {
  test.each(paths)("row 5: POST %s is refused before a byte of it is sent", async (path) => {
    for (const length of [32 * mib + 1, 33 * mib, 2 ** 50]) {
      const request = requestText(`POST ${path}`, [json, `Content-Length: ${length}`]);
      const answer = await expectNothingElse(() => rig.settled(rawAnswer(rig.url, request)));
      expectFailure(path, answer, failureForms.size);
      expect(JSON.parse(answer.body).error.message).toContain(`${32 * mib}`);
      expect(answer.headers.get("connection")).toBe("close");
      expect(endLine(rig.log, answer.headers.get("request-id") ?? "")).toContain("end=error");
    }
  });

  /** The answer to one whose body is still to come. */
  async function startTooLarge(): Promise<RawClient> {
    const length = `Content-Length: ${33 * mib}`;
    const client = rawClient(rig.url, requestText("POST /v1/messages", [json, length]));
    await until(() => client.text().includes("request_too_large"));
    return client;
  }

  test("row 5: is no request when it goes on to look like one, and the connection ends behind it", async () => {
    const hidden = requestText("GET /credentials").repeat(1000);
    const client = await startTooLarge();
    const before = rig.log.length;
    client.socket.write(hidden);
    const filler = Buffer.alloc(mib, " ");
    for (let left = 33 * mib - hidden.length; left > 0; left -= filler.length) {
      expect(client.isClosed()).toBe(false);
      client.socket.write(filler.subarray(0, left));
      await until(() => client.socket.writableLength === 0);
    }
    client.socket.write(requestText("GET /health"));
    await until(() => client.isClosed());
    const answers = await client.answers("POST", "GET");
    expect(answers.map(({ status }) => status)).toEqual([413]);
    expect(rig.log.slice(before)).toEqual([]);
  });

  const url = `${rig.url}/v1/messages`;
  const python = `
import http.client, sys
connection = http.client.HTTPConnection(sys.argv[1].split("/")[2], timeout=10)
connection.request("POST", "/v1/messages", b" " * int(sys.argv[2]), {"content-type": "application/json"})
answer = connection.getresponse()
print(answer.status, answer.read().decode())`;
  const node = `
const [url, size] = process.argv.slice(1);
const body = Buffer.alloc(Number(size), " ");
fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body })
  .then(async (answer) => console.log(answer.status, await answer.text()));`;
  const curl = ["-sS", "-m", "10", "-H", json, "--data-binary", "@-", "-w", "%{http_code}", url];
  const size = 33 * mib;
  const programs: Readonly<Record<string, readonly string[]>> = {
    curl,
    python3: ["-c", python, url, `${size}`],
    node: ["-e", node, url, `${size}`],
  };
  for (const [name, given] of Object.entries(programs)) {
    const path = Bun.which(name);
    test.skipIf(path === null)(`row 5: is told to a client that sends all of it first: ${name}`, async () => {
      const child = Bun.spawn([path ?? "", ...given], {
        stdin: name === "curl" ? Buffer.alloc(size, " ") : "ignore",
        stdout: "pipe",
        stderr: "pipe",
      });
      const [said, failures] = await Promise.all([child.stdout.text(), child.stderr.text()]);
      expect(failures).toBe("");
      expect(said).toContain("413");
      expect(said).toContain('"type":"request_too_large"');
    });
  }
});

test("row 6: a chunked body is refused where it passes the limit, and read no further", async () => {
  const chunk = Buffer.from(`${mib.toString(16)}\r\n${" ".repeat(mib)}\r\n`);
  const client = rawClient(rig.url, requestText("POST /v1/messages", [json, "Transfer-Encoding: chunked"]));
  let sent = 0;
  while (client.received().length === 0 && sent < 64) {
    sent++;
    client.socket.write(chunk);
    await hasRoom(client);
  }
  const [answer] = await rig.settled(client.answers("POST"));
  await until(() => client.isClosed());
  if (!answer) throw new Error("There was no answer.");
  expectFailure("/v1/messages", answer, failureForms.size);
  expect(sent).toBeGreaterThan(31);
  expect(sent).toBeLessThan(64);
});

describe("a body that would keep the parser busy", () => {
  const hello = { role: "user", content: "Hello" };
  const request = { model: "m", max_tokens: 10, messages: [hello], stream: false };
  const openai = { name: "f", parameters: {} };
  const many = (count: number, member: unknown) => Array.from({ length: count }, () => member);
  /** Names, objects and arrays of the request, its metadata among them. */
  const ownParts = 7 + 4;
  const withMetadata = (members: readonly string[]) =>
    `${JSON.stringify(request).slice(0, -1)},"metadata":{${members.join()}}}`;
  /** A request with this many names, objects and arrays in all, most of them names. */
  const withNames = (count: number) =>
    withMetadata(Array.from({ length: count - ownParts }, (_, index) => `"${index.toString(36)}":0`));
  /** Most of them objects. */
  const withObjects = (count: number) => withMetadata([`"a":[${many(count - ownParts - 2, "{}").join()}]`]);
  /** A request whose messages are nothing but these, as many as a body has room for. */
  const fullOf = (member: string) => {
    const members = `${member},`.repeat((32 * mib - 100) / (member.length + 1));
    return `{"model":"m","max_tokens":10,"messages":[${members}${member}]}`;
  };
  type Form = "depth" | "value";

  const bodies: [string, string, unknown, Form, string][] = [
    ["7", "/v1/messages", "[".repeat(100_000), "depth", "128"],
    ["7", "/v1/chat/completions", '{"a":'.repeat(50_000), "depth", "128"],
    ["7", "/v1/responses", `{"a":"[[[","b":${"[".repeat(200)}${"]".repeat(200)}}`, "depth", "128"],
    ["7", "/credentials", `{"a":[{"b":${'[{"c":'.repeat(64)}`, "depth", "128"],
    ["8", "/v1/messages", { ...request, messages: many(20_001, hello) }, "value", "20000"],
    ["8", "/v1/chat/completions", { ...request, messages: many(20_001, hello) }, "value", "20000"],
    ["8", "/v1/responses", { model: "m", input: many(20_001, hello) }, "value", "20000"],
    [
      "8",
      "/v1/messages",
      { ...request, tools: many(10_001, { name: "f", input_schema: {} }) },
      "value",
      "10000",
    ],
    [
      "8",
      "/v1/chat/completions",
      { ...request, tools: many(10_001, { type: "function", function: openai }) },
      "value",
      "10000",
    ],
    [
      "8",
      "/v1/responses",
      { model: "m", input: "Hi", tools: many(10_001, { type: "function", ...openai }) },
      "value",
      "10000",
    ],
    ["8", "/v1/messages", withNames(1_000_001), "value", "1000000"],
    ["8", "/v1/messages", withObjects(1_000_001), "value", "1000000"],
    ["8", "/v1/messages", fullOf("{}"), "value", "1000000"],
    ["8", "/v1/chat/completions", fullOf("[]"), "value", "1000000"],
    ["8", "/v1/messages", fullOf('{"":[]}'), "value", "1000000"],
  ];
  test.each(bodies)(
    "row %s: POST %s is refused at once, and its limit named",
    async (_row, path, body, form, limit) => {
      const text = postText(path, body);
      const client = rawClient(rig.url);
      await once(client.socket, "connect");
      const before = rig.hits();
      client.socket.write(text);
      const started = busyMs();
      const [answer] = await client.answers("POST");
      const took = busyMs() - started;
      client.socket.destroy();
      if (!answer) throw new Error("There was no answer.");
      const { error } = JSON.parse(answer.body);
      expectFailure(path, answer, { ...failureForms[form], ...(form === "value" && { param: error.param }) });
      expect(error.message).toContain(limit);
      expect(rig.hits()).toBe(before);
      // Without the look ahead it takes more than a second for a tenth of this.
      expect(took).toBeLessThan(1_000);
    },
  );

  test("row 7: brackets inside of strings are text", async () => {
    const text = `${"[{".repeat(50_000)}\\"`;
    const answer = await rawAnswer(
      rig.url,
      postText("/v1/messages/count_tokens", { ...request, system: text }),
    );
    expect(answer.status).toBe(200);
  });

  test("row 8: the limits themselves are within them", async () => {
    const body = { ...request, messages: many(20_000, hello) };
    const answer = await rawAnswer(rig.url, postText("/v1/messages/count_tokens", body));
    expect(answer.status).toBe(200);
  });

  test.each([
    ["members", withNames],
    ["objects", withObjects],
  ])("row 8: as many %s as there may be do not hold the others up for long", async (_name, withParts) => {
    const client = rawClient(rig.url, postText("/v1/messages/count_tokens", withParts(1_000_000)));
    let longest = 0;
    let last = busyMs();
    await until(() => {
      const now = busyMs();
      longest = Math.max(longest, now - last);
      last = now;
      return client.received().length > 0;
    });
    expect((await client.answers("POST"))[0]?.status).toBe(200);
    client.socket.destroy();
    expect(longest).toBeLessThan(2_000);
  });
});
