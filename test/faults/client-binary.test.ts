import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expectFailure, failureForms } from "../support/failure-form.ts";
import { postText, rawAnswer, rawClient, requestText } from "../support/raw-client.ts";
import { stream, text } from "../support/script.ts";
import { foreignHosts, foreignPages } from "../support/strangers.ts";
import { type Program, until } from "./support/program-rig.ts";
import { useRelease } from "./support/release.ts";

const release = useRelease(afterAll);
const service = release.startService();
let program: Program;

beforeAll(async () => {
  program = await release.start({
    environment: service.environment,
    config: { logging: { level: "debug" } },
  });
  await until("the list of models", () => service.simulator.requests.length > 0);
}, 20_000);
afterEach(() => program.expectBase());

const request = {
  model: "claude-sonnet-4.5",
  max_tokens: 100,
  messages: [{ role: "user", content: "Hello" }],
  input: "Hello",
  client_id: "a",
  client_secret: "b",
  refresh_token: "c",
};
const gets = ["/", "/health", "/credentials", "/test/token", "/metrics", "/v1/models", "/nothing"];
const posts = [
  "/v1/chat/completions",
  "/v1/messages",
  "/v1/messages/count_tokens",
  "/v1/responses",
  "/credentials",
];

/** Whole requests, good but for these lines. */
const requestsWith = (lines: readonly string[]) => [
  ...gets.map((path) => [path, requestText(`GET ${path}`, lines)] as const),
  ...posts.map((path) => [path, postText(path, request, ...lines)] as const),
  ...posts.map((path) => [path, requestText(`OPTIONS ${path}`, lines)] as const),
];

/** What could be changed on disk, and what the service was asked. */
const state = () => ({
  hits: service.simulator.requests.length,
  files: readdirSync(program.folder, { recursive: true }).toSorted(),
  config: readFileSync(join(program.folder, "config.json"), "utf8"),
});

describe("the release binary", () => {
  test.each(foreignHosts)(
    "row 13: refuses everything that is asked of %j, and does nothing",
    async (host) => {
      const before = state();
      for (const [path, bytes] of requestsWith([])) {
        const answer = await rawAnswer(program.url, bytes.replace("Host: localhost", `Host: ${host}`));
        expectFailure(path, answer, failureForms.host);
      }
      expect(state()).toEqual(before);
    },
  );

  test.each(foreignPages.map((lines) => [lines.join(", "), lines] as const))(
    "row 14: refuses everything to a page with %s, and does nothing",
    async (_, lines) => {
      const before = state();
      for (const [path, bytes] of requestsWith(lines)) {
        const answer = await rawAnswer(program.url, bytes);
        expectFailure(path, answer, failureForms.origin);
        expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
      }
      expect(state()).toEqual(before);
    },
  );

  test("row 13: has told in its log that names were refused, and which", async () => {
    await until("a line", () => program.logged("sec.host").length > 0);
    const [first, ...more] = program.logged("sec.host");
    expect(first).toMatchObject({ level: "warn", cause: `Host: ${foreignHosts[0]}`, suppressed: 0 });
    // One a minute.
    expect(more.length).toBeLessThan(5);
  });

  test("row 24: has three hundred streams under way at once, and answers all else as if there were none", async () => {
    const open = { ...stream(text("Hello"), { pauseMs: 3_600_000 }) };
    const clients = Array.from({ length: 300 }, (_, index) => {
      service.simulator.script(open);
      return rawClient(
        program.url,
        postText(posts[[0, 1, 3][index % 3] ?? 0] ?? "", { ...request, stream: true }),
      );
    });
    await until(
      "three hundred first words",
      () => clients.every((client) => client.text().includes("Hello")),
      10_000,
    );
    expect(service.openRequests()).toBe(300);

    const start = performance.now();
    expect((await rawAnswer(program.url, requestText("GET /health"))).status).toBe(200);
    expect(performance.now() - start).toBeLessThan(2_000);
    service.simulator.script(stream(text("One more.")));
    const more = await rawAnswer(program.url, postText("/v1/messages", { ...request, stream: false }));
    expect(more.body).toContain("One more.");

    for (const { socket } of clients) socket.destroy();
    await until("the end of three hundred requests", () => service.openRequests() === 0);
    expect(
      (await rawAnswer(program.url, postText("/v1/messages", { ...request, stream: false }))).status,
    ).toBe(200);
  });
});
