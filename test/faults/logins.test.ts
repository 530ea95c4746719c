import { describe, expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { type Rig as Login, makeRig, ownLogin } from "../auth/rig.ts";
import { tokenKey } from "../support/cli-database.ts";
import { type Answer, refusal, tokens } from "../support/oidc.ts";
import { forms } from "./support/forms.ts";
import { expired, serve } from "./support/login-rig.ts";

interface Trouble {
  row: number;
  name: string;
  prepare: (login: Login) => unknown;
  mend: (login: Login) => void;
  kind: "login" | "busy";
  /** Of the login service, for all forms together. */
  calls: number;
  /** Whether it takes time. */
  isSlow?: true;
}

const anew = (login: Login) => login.cli.login({ refresh_token: "aor-by-hand" });
const answering = (answer: Answer) => (login: Login) => {
  expired(login);
  login.oidc.answerNext(...Array.from({ length: 20 }, () => answer));
};
/** An answer that may be another a moment later: asked for three times, and then left in peace. */
const outage = (row: number, name: string, answer: Answer): Trouble => ({
  ...{ row, name, prepare: answering(answer), mend: anew, kind: "busy", calls: 3 },
});

const troubles: readonly Trouble[] = [
  { row: 67, name: "no login", prepare: ({ cli }) => cli.logout(), mend: anew, kind: "login", calls: 0 },
  {
    row: 68,
    name: "a locked database",
    prepare({ cli }) {
      cli.login();
      cli.connection.run("BEGIN EXCLUSIVE");
    },
    mend: ({ cli }) => cli.connection.run("COMMIT"),
    kind: "busy",
    calls: 0,
    isSlow: true,
  },
  {
    row: 70,
    name: "a database that is garbage",
    prepare: ({ cli }) => writeFileSync(cli.path, "garbage ".repeat(1_000)),
    mend: (login) => login.writeOwn(ownLogin),
    kind: "login",
    calls: 0,
  },
  {
    row: 71,
    name: "a row that is cut off",
    prepare: ({ cli }) => cli.setAuth(tokenKey, '{"access_token": "aoa'),
    mend: anew,
    kind: "login",
    calls: 0,
  },
  ...["invalid_grant", "expired_token", "invalid_client"].map(
    (error): Trouble => ({
      row: 77,
      name: error,
      prepare: answering(() => refusal(error)),
      mend: anew,
      kind: "login",
      calls: 1,
    }),
  ),
  outage(78, "a login service out of order", () => new Response("", { status: 503 })),
  outage(78, "a login service that is asked too often", () => refusal("slow_down")),
  {
    row: 78,
    name: "no login service at all",
    async prepare(login) {
      expired(login);
      await login.oidc.stop();
    },
    mend: anew,
    kind: "busy",
    calls: 0,
  },
  {
    row: 78,
    name: "a request that the login service refuses",
    prepare: answering(() => refusal("invalid_request")),
    mend: anew,
    kind: "login",
    calls: 1,
  },
  outage(79, "a page of the airport's", () => new Response("<html>Sign in</html>")),
  outage(79, "an answer without a token", () => tokens({ accessToken: undefined })),
  outage(79, "a lifetime of 0", () => tokens({ expiresIn: 0 })),
  outage(79, "a lifetime in words", () => tokens({ expiresIn: "long" })),
  outage(79, "a token that would forge a header", () => tokens({ accessToken: "aoa\r\nx-evil: 1" })),
  outage(79, "a token beyond ASCII", () => tokens({ accessToken: "aoa✔" })),
  outage(79, "an answer without end", () => tokens({ padding: "x".repeat(65_536) })),
];

const told = {
  login: { openai: [403, "login_required"], anthropic: [403, "permission_error"], shouldRetry: "false" },
  busy: { openai: [503, "server_busy"], anthropic: [529, "overloaded_error"], shouldRetry: "true" },
} as const;

describe("a login that cannot be had", () => {
  test.each(troubles)(
    "row $row: because of $name is told in each protocol's words, and can be had as soon as that is mended",
    async ({ prepare, mend, kind, calls, isSlow }) => {
      await using login = makeRig();
      await prepare(login);
      const rig = serve(login);
      for (const form of forms) {
        const asked = rig.ask(form);
        const outcome = await (isSlow ? login.clock.runUntil(asked) : asked);
        const { [form.protocol]: words, shouldRetry } = told[kind];
        const [status, word] = words;
        expect(outcome).toMatchObject({ status, shouldRetry, text: "", stopReason: undefined });
        expect(outcome.failure?.[form.protocol === "openai" ? "code" : "type"]).toBe(word);
        expect(outcome.retryAfter ?? "never").toMatch(kind === "busy" ? /^[15]$/ : /^never$/);
        expect(rig.endOf(outcome)).toMatch(new RegExp(` warn .*end=error .*attempts=0 .*class=${kind}\\b`));
      }
      expect(rig.hits()).toBe(0);
      expect(login.oidc.calls).toHaveLength(calls);
      expect(existsSync(login.ownFile)).toBe(false);
      mend(login);
      login.clock.advance(6_000);
      await rig.expectBase();
      await rig.stop();
    },
  );

  test("row 72: because the CLI was logged out is told at once, also of what was refreshed from it", async () => {
    await using login = makeRig();
    expired(login);
    const rig = serve(login);
    for (const form of forms) expect(await rig.ask(form)).toMatchObject({ status: 200 });
    login.cli.logout();
    login.clock.advance(5_000);
    for (const form of forms) {
      const outcome = await rig.ask(form);
      expect(outcome).toMatchObject({ status: 403, shouldRetry: "false", retryAfter: null });
      expect(rig.endOf(outcome)).toMatch(/ warn .*end=error .*attempts=0 .*class=login\b/);
    }
    anew(login);
    login.clock.advance(5_000);
    await rig.expectBase();
    await rig.stop();
  });

  test("row 79: is asked for again after five seconds, with the token that was left as it was", async () => {
    await using login = makeRig();
    answering(() => new Response("<html>Sign in</html>"))(login);
    const row = login.cli.auth(tokenKey);
    const rig = serve(login);
    for (let second = 0; second < 10; second++) {
      expect(await rig.ask({ protocol: "openai", stream: true })).toMatchObject({ status: 503 });
      login.clock.advance(1_000);
    }
    expect(login.oidc.calls).toHaveLength(6);
    expect(login.oidc.calls.at(-1)?.body).toMatchObject({ refreshToken: "aor-cli-refresh" });
    expect(login.cli.auth(tokenKey)).toBe(row);
    anew(login);
    await rig.expectBase();
    await rig.stop();
  });
});
