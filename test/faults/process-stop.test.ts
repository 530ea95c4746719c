import { expect, test } from "bun:test";
import { existsSync, readdirSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { temporaryFolder } from "../support/folder.ts";
import { startOidc, tokens } from "../support/oidc.ts";
import { postText, rawClient } from "../support/raw-client.ts";
import { ending, stream, text } from "../support/script.ts";
import { type Form, type Outcome, outcomeOf, post, streamed, whole } from "./support/forms.ts";
import { apiKey, eventsIn, metric, textOf, until } from "./support/program-rig.ts";
import { useRelease } from "./support/release.ts";

const { start, startService, kept } = useRelease();

/** Says a word, is silent for so long, then ends well. */
const pausing = (pauseMs: number) => stream(text("One "), { pauseMs }, text("two."), ending("END_TURN"));
const forever = 60_000;

/** Asks in a form; the outcome is there when the answer has ended. */
const ask = (url: string, form: Form): Promise<Outcome> =>
  post(url, form).then((response) => outcomeOf(form, response));

const isRefused = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(false)).once("error", () => resolve(true));
    socket.once("connect", () => socket.destroy());
  });

test.each(["SIGTERM", "SIGINT"] as const)(
  "row 91: %s lets streams finish, ends the rest in their own words, and exits with 0",
  async (signal) => {
    const { simulator, environment, openRequests } = startService();
    const program = await start({ environment, config: { timeouts: { drain: 2 } } });
    const many = 25;
    const formOf = (index: number) => streamed[index % 2] ?? { protocol: "openai", stream: true };
    simulator.script(...Array.from({ length: many }, () => pausing(1_200)));
    const finishing = Array.from({ length: many }, (_, index) => ask(program.url, formOf(index)));
    await until("the first half", () => simulator.requests.filter(isQuestion).length === many);
    simulator.script(...Array.from({ length: many + 2 }, () => pausing(forever)));
    const hanging = Array.from({ length: many }, (_, index) => ask(program.url, formOf(index)));
    const unanswered = whole.map((form) => ask(program.url, form));
    await until("all", () => simulator.requests.filter(isQuestion).length === 2 * many + 2);

    const askedAt = performance.now();
    program.signal(signal);
    await until("connections are refused", () => isRefused(Number(new URL(program.url).port)), 2_000);
    for (const outcome of await Promise.all(finishing)) {
      expect(outcome).toMatchObject({ status: 200, text: "One two.", failure: undefined });
    }
    for (const outcome of await Promise.all(hanging)) {
      expect(outcome).toMatchObject({ status: 200, text: "One ", stopReason: undefined, failure: shutdown });
    }
    expect((await Promise.all(unanswered)).map(({ status, failure }) => ({ status, failure }))).toMatchObject(
      [
        { status: 503, failure: { type: "server_error", code: "server_busy" } },
        { status: 529, failure: { type: "overloaded_error" } },
      ],
    );
    expect(await program.ended).toBe(0);
    const took = performance.now() - askedAt;
    expect(took).toBeGreaterThan(1_900);
    expect(took).toBeLessThan(6_000);

    expect(program.logged("proc.drain")).toMatchObject([{ open: 2 * many + 2 }]);
    const ends = program.logged("req.end").map(({ end }) => end);
    expect(ends.filter((end) => end === "ok")).toHaveLength(many);
    expect(ends.filter((end) => end === "shutdown")).toHaveLength(many + 2);
    expect(readdirSync(program.folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    await until("upstream is let go", () => openRequests() === 0);
  },
);

test.each([
  ["SIGTERM", 143],
  ["SIGINT", 130],
] as const)("row 91: a second %s ends it at once", async (signal, code) => {
  const { simulator, environment } = startService();
  const program = await start({ environment });
  simulator.script(pausing(forever));
  const answer = ask(program.url, { protocol: "openai", stream: true }).catch(() => "cut");
  await until("the stream", () => simulator.requests.some(isQuestion));
  program.signal(signal);
  await until("the first signal is heard", () => program.logged("proc.drain").length === 1);
  const askedAt = performance.now();
  program.signal(signal);
  expect(await program.ended).toBe(code);
  expect(performance.now() - askedAt).toBeLessThan(2_000);
  expect(await answer).toBe("cut");
});

test("row 91: a request whose body is still coming is told at the deadline, too", async () => {
  const { environment } = startService();
  const program = await start({ environment, config: { timeouts: { drain: 0.3 } } });
  const client = rawClient(program.url, postText("/v1/messages", { model: "auto" }).slice(0, -3));
  await until("the request", async () => (await metric(program.url, "aqbridge_open_requests")) === 2);
  program.signal("SIGTERM");
  expect((await client.answers("POST")).map(({ status }) => status)).toEqual([529]);
  expect(await program.ended).toBe(0);
  expect(program.logged("req.end").at(-1)).toMatchObject({ status: 529, end: "shutdown", class: "busy" });
});

const shutdown = { message: expect.stringContaining("shutting down") };
const isQuestion = ({ path }: { path: string }) => path === "/generateAssistantResponse";

test("row 91: a refresh in flight is waited for and stored", async () => {
  const { environment } = startService();
  const oidc = kept(startOidc("aor-old"));
  const released = Promise.withResolvers<void>();
  oidc.answerNext(async () => {
    await released.promise;
    return tokens({ accessToken: "aoa-new", refreshToken: "aor-new" });
  });
  const program = await start({
    environment: { AMAZONQ_ENDPOINT: environment.AMAZONQ_ENDPOINT },
    config: {
      timeouts: { drain: 0.1 },
      upstream: { oidc_endpoint: new URL(oidc.service.endpoint("us-east-1")).origin },
    },
  });
  const file = join(program.folder, "amazonq_credentials.json");
  writeFileSync(
    file,
    JSON.stringify({ client_id: "id", client_secret: "secret", refresh_token: "aor-old" }),
    {
      mode: 0o600,
    },
  );
  const answer = ask(program.url, { protocol: "openai", stream: false });
  await until("the refresh", () => oidc.calls.length === 1);
  program.signal("SIGTERM");
  expect(await answer).toMatchObject({ status: 503, failure: shutdown });
  await Bun.sleep(300);
  expect(textOf(file)).toContain("aor-old");
  released.resolve();
  expect(await program.ended).toBe(0);
  expect(textOf(file)).toContain("aor-new");
});

test("row 91: SIGHUP reloads, opens the log file anew, and stops nothing", async () => {
  const { simulator, environment } = startService();
  const log = join(temporaryFolder(), "bridge.log");
  const program = await start({ environment, config: { logging: { file: log } } });
  simulator.script(pausing(700));
  const form: Form = { protocol: "anthropic", stream: true };
  const answer = ask(program.url, form);
  await until("the stream", () => simulator.requests.some(isQuestion));
  renameSync(log, `${log}.1`);
  program.signal("SIGHUP");
  await until("a new file", () => existsSync(log) && eventsIn(textOf(log), "config.reload").length === 1);
  expect(await answer).toMatchObject({ status: 200, text: "One two." });
  await until("a line in it", () => eventsIn(textOf(log), "req.end").length === 1);
  expect(eventsIn(textOf(`${log}.1`), "req.end")).toEqual([]);
  await program.expectBase();
  program.signal("SIGTERM");
  expect(await program.ended).toBe(0);
});

test("row 92: after a kill -9 it starts again, uses its login, and sweeps what was left", async () => {
  const { simulator, environment } = startService();
  const first = await start({ environment });
  simulator.script(pausing(forever));
  const cut = ask(first.url, { protocol: "openai", stream: true }).catch(() => "cut");
  await until("the stream", () => simulator.requests.some(isQuestion));
  first.signal("SIGKILL");
  expect(await first.ended).toBe("SIGKILL");
  expect(await cut).toBe("cut");

  const second = await start({ environment });
  const file = join(second.folder, "amazonq_credentials.json");
  const login = { access_token: apiKey, expires_at: "2099-01-01T00:00:00Z" };
  writeFileSync(file, JSON.stringify(login), { mode: 0o600 });
  const leftover = `${file}.${crypto.randomUUID()}.tmp`;
  const foreign = join(second.folder, "notes.tmp");
  for (const path of [leftover, foreign]) {
    writeFileSync(path, "half a login");
    utimesSync(path, 1_700_000_000, 1_700_000_000);
  }
  second.signal("SIGKILL");
  await second.ended;

  const third = await start({
    environment: { AMAZONQ_ENDPOINT: environment.AMAZONQ_ENDPOINT },
    flags: [`--dir=${second.folder}`],
  });
  await until("the sweep", () => !existsSync(leftover));
  expect(existsSync(foreign)).toBe(true);
  await until("a line about it", () => third.logged("proc.sweep").length > 0);
  expect(third.logged("proc.sweep")).toMatchObject([{ level: "info", removed: 1 }]);
  expect(await ask(third.url, { protocol: "openai", stream: false })).toMatchObject({ status: 200 });
});
