import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { closeSync, constants, openSync, readSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { temporaryFolder } from "../support/folder.ts";
import { ending, stream, text } from "../support/script.ts";
import { type Form, type Outcome, outcomeOf, post } from "./support/forms.ts";
import { peakMb } from "./support/memory.ts";
import { countDescriptors, eventsIn, metric, until } from "./support/program-rig.ts";
import { useRelease } from "./support/release.ts";

const { start, startService, kept } = useRelease();

const form: Form = { protocol: "openai", stream: true };
const ask = (url: string, extra: object = {}): Promise<Outcome> =>
  post(url, form, extra).then((response) => outcomeOf(form, response));
const answered = { status: 200, stopReason: "stop", failure: undefined };

const question = JSON.stringify({ model: "m", messages: [{ role: "user", content: "Hi" }], stream: true });

const questionText = `POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${question.length}\r\n\r\n${question}`;

/** A connection on which nothing was asked yet, and what has come on it. */
function idleConnection(port: number): { socket: Socket; received: () => string } {
  let received = "";
  const socket = connect(port, "127.0.0.1");
  socket.setEncoding("utf8").on("data", (piece) => {
    received += piece;
  });
  socket.on("error", () => {});
  return { socket, received: () => received };
}

function rawStream(port: number): ReturnType<typeof idleConnection> {
  const connection = idleConnection(port);
  connection.socket.write(questionText);
  return connection;
}

test("row 93: with 100 descriptors and 300 clients as many are served as fit, the rest hear so, and all recovers", async () => {
  const { simulator, environment } = startService();
  const program = await start({
    environment,
    prefix: ["/bin/sh", "-c", 'ulimit -n 100; exec "$0" "$@"'],
  });
  await until("a line", () => program.logged("proc.files").length > 0);
  expect(program.logged("proc.files")).toMatchObject([{ limit: 100, maxStreams: 18 }]);
  const { port } = new URL(program.url);
  await ask(program.url);
  const before = countDescriptors(program.pid);

  simulator.script(
    ...Array.from({ length: 300 }, () =>
      stream(text("One "), { pauseMs: 500 }, text("two."), ending("END_TURN")),
    ),
  );
  const clients = Array.from({ length: 300 }, () => rawStream(Number(port)));
  const withStatus = (status: number) =>
    clients.filter(({ received }) => received().startsWith(`HTTP/1.1 ${status} `));
  await until("all have an answer", () => withStatus(200).length + withStatus(503).length === 300, 10_000);
  expect(withStatus(200).length).toBeGreaterThanOrEqual(18);
  for (const { received } of withStatus(503)) expect(received()).toContain('"code":"server_busy"');
  await until("the served end well", () =>
    withStatus(200).every(({ received }) => received().endsWith("data: [DONE]\n\n\r\n0\r\n\r\n")),
  );
  for (const { socket } of clients) socket.destroy();

  const leftAt = performance.now();
  // The service's connections are kept for the next requests.
  await until("descriptors are free", () => countDescriptors(program.pid) <= before + 18);
  simulator.script(stream(text("Still here."), ending("END_TURN")));
  const canary = await ask(program.url);
  expect(canary.status === 200 ? performance.now() - leftAt : Number.NaN).toBeLessThan(2000);
});

test("row 93: without a descriptor to ask the service with, that is said in the log, and all recovers", async () => {
  const { simulator, environment } = startService();
  const program = await start({
    environment,
    prefix: ["/bin/sh", "-c", 'ulimit -n 100; exec "$0" "$@"'],
  });
  const port = Number(new URL(program.url).port);
  // It takes the connection that was kept from asking for the models.
  simulator.script(stream(text("One "), { pauseMs: 60_000 }));
  const busy = rawStream(port);
  await until("its first word", () => busy.received().includes("One "));
  const asking = idleConnection(port);
  asking.socket.write("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await until("its connection", () => asking.received().includes('"ok"'));
  const idle = Array.from({ length: 120 }, () => idleConnection(port));
  await until("all descriptors are taken", () => countDescriptors(program.pid) === 100);

  asking.socket.write(questionText);
  await until("an answer", () => asking.received().includes('"error"'));
  expect(asking.received()).toContain("HTTP/1.1 502 ");
  expect(asking.received()).toContain("EMFILE");
  await until("the log", () => program.logged("proc.emfile").length > 0);
  expect(program.logged("proc.emfile")).toMatchObject([{ level: "error", code: "EMFILE", suppressed: 0 }]);

  for (const { socket } of [busy, asking, ...idle]) socket.destroy();
  await until("descriptors are free", () => countDescriptors(program.pid) < 60);
  simulator.script(stream(text("Still here."), ending("END_TURN")));
  expect(await ask(program.url)).toMatchObject({ ...answered, text: "Still here." });
});

const full = () => openSync("/dev/full", "w");

/** A named pipe that nobody reads, until a test does. */
function unreadPipe(): { reader: number; writer: number } {
  const path = join(temporaryFolder(), "unread");
  expect(spawnSync("mkfifo", [path]).status).toBe(0);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { reader, writer: openSync(path, constants.O_WRONLY) };
}

function readAll(pipe: number): string {
  const chunks: Buffer[] = [];
  const chunk = Buffer.alloc(65_536);
  try {
    for (;;) chunks.push(Buffer.from(chunk.subarray(0, readSync(pipe, chunk))));
  } catch {
    return Buffer.concat(chunks).toString();
  }
}

/** 300 requests whose log, at this level, would fill a pipe. */
async function manyRequests(url: string): Promise<void> {
  for (let round = 0; round < 10; round++) {
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => ask(url)));
    for (const outcome of outcomes) expect(outcome).toMatchObject(answered);
  }
}
const dropped = "aqbridge_log_lines_dropped_total";

test("row 94: a full stdout, stderr and log file cost lines, which are counted, and no request", async () => {
  const { environment } = startService();
  const [stdout, stderr] = [full(), full()];
  const program = await start({
    environment,
    stdout,
    stderr,
    config: { logging: { file: "/dev/full" } },
  });
  for (const descriptor of [stdout, stderr]) closeSync(descriptor);
  await manyRequests(program.url);
  expect(await metric(program.url, dropped)).toBeGreaterThanOrEqual(300);
});

test("row 94: a full stderr alone too", async () => {
  const { environment } = startService();
  const stderr = full();
  const program = await start({ environment, stderr });
  closeSync(stderr);
  await manyRequests(program.url);
  expect(await metric(program.url, dropped)).toBeGreaterThanOrEqual(300);
});

test("row 94: so do pipes whose reader has left", async () => {
  const { environment } = startService();
  const program = await start({
    environment,
    prefix: ["/bin/bash", "-c", 'exec "$0" "$@" > >(exit) 2> >(exit)'],
  });
  await manyRequests(program.url);
  expect(await metric(program.url, dropped)).toBeGreaterThanOrEqual(290);
});

test("row 94: a pipe that nobody reads is never waited for; what is read later are whole lines", async () => {
  const { environment } = startService();
  const { reader, writer } = unreadPipe();
  kept({ stop: () => closeSync(reader) });
  const program = await start({
    environment,
    stderr: writer,
    config: { logging: { level: "debug" } },
  });
  closeSync(writer);
  await manyRequests(program.url);
  expect(await metric(program.url, dropped)).toBeGreaterThan(0);

  const early = readAll(reader);
  const lost = await metric(program.url, dropped);
  await ask(program.url);
  await until("the log goes on", () => eventsIn(readAll(reader), "req.end").length > 0);
  expect(await metric(program.url, dropped)).toBe(lost);
  const lines = early.split("\n").filter((line) => line.startsWith("{"));
  expect(lines.length).toBeGreaterThan(200);
  for (const line of lines.slice(0, -1)) expect(() => JSON.parse(line)).not.toThrow();
});

/** As a body of a length that nobody announces. */
const inPieces = (text: string): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; at += 65_536) controller.enqueue(bytes.subarray(at, at + 65_536));
      controller.close();
    },
  });

test.each([
  ["whose lengths are announced", (text: string) => text],
  ["whose lengths are not", inPieces],
])(
  "row 97: bodies %s are refused as busy when there is no memory for them, and all recovers",
  async (_, sent) => {
    const { environment } = startService();
    const program = await start({ environment, config: { server: { max_memory_mb: 400 } } });
    // Each of its own length, as the same one that is too long again and again would be held up.
    const askMuch = async (_: unknown, index: number) => {
      const content = "A word, or two. ".repeat(1_250_000 + index);
      const body = sent(JSON.stringify({ model: "m", messages: [{ role: "user", content }], stream: true }));
      const headers = { "content-type": "application/json" };
      return outcomeOf(
        form,
        await fetch(`${program.url}/v1/chat/completions`, { method: "POST", headers, body }),
      );
    };
    const outcomes = await Promise.all(Array.from({ length: 20 }, askMuch));
    // Half as much again as the cap, which is no wall; all of them take twice the cap and more.
    expect(peakMb(program.pid)).toBeLessThan(600);
    const busy = outcomes.filter(({ status }) => status === 503);
    expect(busy.length).toBeGreaterThan(0);
    expect(busy.length).toBeLessThan(20);
    for (const { failure, retryAfter, shouldRetry } of busy) {
      expect({ failure, retryAfter, shouldRetry }).toMatchObject({
        failure: { code: "server_busy", message: expect.stringContaining("memory") },
        retryAfter: "1",
        shouldRetry: "true",
      });
    }
    expect((await fetch(`${program.url}/health`)).status).toBe(200);
    await until("a line", () => program.logged("proc.mem").length > 0);
    await until("an answer", async () => (await ask(program.url)).status === 200, 10_000);
  },
  30_000,
);
