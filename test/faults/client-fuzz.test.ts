import { afterAll, expect, test } from "bun:test";
import fc from "fast-check";
import type { LoginInput } from "../../src/auth/token-source.ts";
import { cases, timeFor } from "../support/cases.ts";
import { until } from "../support/event-loop.ts";
import { type HttpAnswer, httpAnswers } from "../support/http-answers.ts";
import { rawAnswer, rawClient, requestText } from "../support/raw-client.ts";
import { signedIn, startServer } from "../support/server.ts";
import { type WildRequest, wildRequest } from "../support/wild-requests.ts";
import { rememberBase } from "./support/base.ts";

const logins: LoginInput[] = [];
const server = startServer({
  config: { maxBodyBytes: 64 * 1024 },
  tokens: { ...signedIn("aoa-a-token"), set: async (login) => void logins.push(login) },
});
const expectBase = rememberBase(server);
afterAll(() => server.stop());

/** What the runtime says by itself, before anybody here is asked: a status, and nothing else. */
const isOfRuntime = ({ status, body, headers }: HttpAnswer): boolean =>
  [400, 413, 431, 505].includes(status) && body === "" && headers.get("connection") === "close";

/** What a page, a log or a stack would look like. */
const leak = /<html|node_modules|\bat \S+ \(|\/src\/|\$bunfs|Elysia|TypeError/i;

function expectProper(answer: HttpAnswer, { method, marker, mayAsk, isFromOutside }: WildRequest): void {
  if (isOfRuntime(answer)) return;
  const { status, headers, body } = answer;
  expect(headers.get("x-request-id")).toMatch(/^req_\d+$/);
  expect(body).not.toMatch(leak);
  if (isFromOutside) {
    expect(status).toBe(403);
    expect([...headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
  }
  if (!mayAsk) expect(body).not.toContain(marker);
  const type = headers.get("content-type") ?? "";
  if (method === "HEAD" || status === 204) expect(body).toBe("");
  else if (type.startsWith("application/json")) expect(JSON.parse(body)).toBeObject();
  else
    expect([200, type.split(";")[0]]).toEqual([
      status,
      expect.stringMatching(/^text\/(event-stream|plain)$/),
    ]);
}

/** Sends them on one connection, and listens until as many answers have come, it is closed, or nothing more happens. */
async function exchange(
  requests: readonly WildRequest[],
  cuts: readonly number[],
): Promise<readonly HttpAnswer[]> {
  const bytes = Buffer.from(requests.map(({ text }) => text).join(""));
  const client = rawClient(server.url);
  let from = 0;
  for (const cut of cuts.toSorted((a, b) => a - b)) {
    client.socket.write(bytes.subarray(from, cut % bytes.length));
    from = Math.max(from, cut % bytes.length);
    await Bun.sleep(0);
  }
  client.socket.write(bytes.subarray(from));
  const methods = requests.map(({ method }) => method);
  const hasAnswer = () => httpAnswers(client.received(), methods).answers.length > 0;
  if (requests[0]?.isHttp) await until(() => client.isClosed() || hasAnswer());
  const answers = await client.answersWithin(5, ...methods);
  client.socket.destroy();
  return answers;
}

const connections = fc.record({
  requests: fc.array(wildRequest, { minLength: 1, maxLength: 3 }),
  cuts: fc.array(fc.nat(), { maxLength: 2 }),
});

test(
  "property 7: whatever bytes arrive, answers are HTTP and in our words, and nothing is done that was not let in",
  async () => {
    const seen = { ours: 0, runtimes: 0, closed: 0 };
    const property = fc.asyncProperty(connections, async ({ requests, cuts }) => {
      const asked = server.requests.length;
      const set = logins.length;
      const answers = await exchange(requests, cuts);
      const lost = requests.findIndex(({ isDelimited }) => !isDelimited);
      for (const [index, answer] of answers.entries()) {
        const request = lost < 0 || index <= lost ? requests[index] : undefined;
        if (request) expectProper(answer, request);
        // Behind a body of another length than it says, there are no requests but bytes.
        else expect(isOfRuntime(answer)).toBe(true);
        if (isOfRuntime(answer)) seen.runtimes++;
        else seen.ours++;
      }
      if (answers.length === 0) seen.closed++;
      // What is malformed has its connection reset, which takes earlier answers along that were not read yet.
      if (requests.every(({ isHttp }) => isHttp)) expect(answers.length).toBeGreaterThan(0);

      for (const { conversation } of server.requests.slice(asked)) {
        const said = JSON.stringify(conversation);
        expect(requests.filter(({ marker }) => said.includes(marker)).every(({ mayAsk }) => mayAsk)).toBe(
          true,
        );
      }
      for (const { clientId } of logins.slice(set)) {
        expect(
          requests.filter(({ marker }) => clientId.includes(marker)).every(({ maySetLogin }) => maySetLogin),
        ).toBe(true);
      }
    });
    await fc.assert(property, cases);

    // Every kind of answer was met, or the requests have not been wild enough.
    expect(Math.min(seen.ours, seen.runtimes, seen.closed)).toBeGreaterThan(5);
    expect(server.requests.length).toBeGreaterThan(5);
    expect(logins.length).toBeGreaterThan(0);
    expect(server.log.filter((line) => /\berror\b.*req\.end|class=internal/.test(line))).toEqual([]);
    expect((await rawAnswer(server.url, requestText("GET /health"))).status).toBe(200);
    await expectBase();
  },
  timeFor(),
);
