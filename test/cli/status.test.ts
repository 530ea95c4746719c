import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { status } from "../../src/cli/commands/status.ts";
import { createStyle } from "../../src/cli/style.ts";
import type { Clock } from "../../src/clock.ts";
import { systemClock } from "../../src/clock.ts";
import type { World } from "../support/command-line.ts";
import { makePerson, type Person } from "../support/person.ts";

const now = Date.UTC(2026, 0, 23, 12);
const arn = "arn:aws:codewhisperer:us-east-1:123456789012:profile/ABCDEFGHIJKL";
const clock: Clock = { ...systemClock, now: () => now };
const secrets = ["canary-client", "canary-secret", "aor-canary", "aoa-canary", "ksk_canary"];

let person: Person;
let amazonQ: ReturnType<typeof serve>;
let answer: () => Response;
let answerToken: () => Response | Promise<Response>;
let asked: { url: string; headers: Headers }[];
beforeEach(() => {
  person = makePerson();
  asked = [];
  answer = () => Response.json(limits);
  answerToken = () => Response.json({ error: "invalid_grant" }, { status: 400 });
  amazonQ = serve();
});
afterEach(async () => {
  await amazonQ.stop(true);
});

const serve = () =>
  Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      asked.push({ url: request.url, headers: new Headers(request.headers) });
      return new URL(request.url).pathname === "/getUsageLimits" ? answer() : answerToken();
    },
  });

const limits = {
  limits: [{ type: "AGENTIC_REQUEST", currentUsage: 12, totalUsageLimit: 1000, percentUsed: 1.2 }],
  nextDateReset: Date.UTC(2026, 1, 1) / 1000,
  usageBreakdownList: [
    {
      resourceType: "CREDIT",
      displayName: "Credit",
      displayNamePlural: "Credits",
      currentUsage: 250,
      currentUsageWithPrecision: 250.5,
      usageLimit: 1000,
      usageLimitWithPrecision: 1000,
      freeTrialInfo: { freeTrialStatus: "EXPIRED", currentUsage: 5, usageLimit: 500 },
      bonuses: [
        { displayName: "Welcome", status: "ACTIVE", currentUsage: 90, usageLimit: 100 },
        { displayName: "Gone", status: "EXPIRED", currentUsage: 1, usageLimit: 100 },
      ],
    },
  ],
  subscriptionInfo: { type: "Q_DEVELOPER_STANDALONE_PRO_PLUS", subscriptionTitle: "KIRO PRO+" },
};

const logIn = (members: Record<string, unknown> = {}) =>
  person.write(person.ownFile, {
    client_id: secrets[0],
    client_secret: secrets[1],
    refresh_token: secrets[2],
    access_token: secrets[3],
    expires_at: new Date(now + 42.5 * 60_000).toISOString(),
    region: "eu-central-1",
    auth_method: "identity-center",
    profile_arn: arn,
    ...members,
  });

async function run(line = "status", world: World = {}) {
  const url = `http://127.0.0.1:${amazonQ.port}`;
  const environment = { AMAZONQ_ENDPOINT: url, AMAZONQ_OIDC_ENDPOINT: url };
  const ran = await person.run(line, { clock, environment, ...world });
  for (const secret of secrets) expect(`${ran.out}${ran.err}`).not.toContain(secret);
  return ran;
}

test("a person reads who they are, how long and how much is left", async () => {
  logIn();
  const { code, out } = await run();
  expect(code).toBe(0);
  expect(out.split("\n")).toEqual([
    "Login    aqbridge's own (IAM Identity Center)",
    "Region   eu-central-1",
    `Profile  ${arn}`,
    "Token    expires in 42 minutes; it is renewed automatically",
    "Plan     KIRO PRO+",
    "Credits  ████████░░░░░░░░░░░░░░░░░░░░░░ 250.5 of 1,000 (25 %)",
    "Welcome  ███████████████████████████░░░ 90 of 100 (90 %)",
    "Resets   1 February 2026 (in 8 days)",
    "",
  ]);
});

describe("where the person signed in, and how long the client is registered", () => {
  const start_url = "https://example.awsapps.com/start";
  const linesAfter = async (client_secret_expires_at: string, line?: string) => {
    logIn({ start_url, client_secret_expires_at });
    const { out } = await run(line);
    return out;
  };

  test("are told while it is", async () => {
    const out = await linesAfter("2026-04-23T12:00:00Z");
    expect(out.split("\n").slice(3, 6)).toEqual([
      "Token    expires in 42 minutes; it is renewed automatically",
      `Sign-in  ${start_url}`,
      "Client   registered until 23 April 2026 (in 90 days)",
    ]);
  });

  test("are told when that is over", async () => {
    const out = await linesAfter("2026-01-20T12:00:00Z");
    expect(out).toContain("Token    expires in 42 minutes; it cannot be renewed\n");
    expect(out).toContain(
      "Client   registration expired on 20 January 2026 (3 days ago); sign in again before the token expires\n",
    );
  });

  test("are told to a script", async () => {
    const out = await linesAfter("2026-04-23T12:00:00Z", "status --json");
    const client_secret_expires_at = "2026-04-23T12:00:00.000Z";
    expect(JSON.parse(out)).toMatchObject({ start_url, client_secret_expires_at });
  });
});

test("a script reads the same in members that stay", async () => {
  logIn();
  const { code, out } = await run("status --json");
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({
    state: "ready",
    source: "own file",
    kind: "identity-center",
    region: "eu-central-1",
    profile_arn: arn,
    expires_at: "2026-01-23T12:42:30.000Z",
    expires_in_seconds: 2550,
    can_refresh: true,
    start_url: null,
    client_secret_expires_at: null,
    plan: "KIRO PRO+",
    usage: [
      { name: "Credits", used: 250.5, limit: 1000 },
      { name: "Welcome", used: 90, limit: 100 },
    ],
    resets_at: "2026-02-01T00:00:00.000Z",
    usage_error: null,
  });
});

test("the help names every member", async () => {
  logIn();
  const { out } = await run("status --json");
  const help = status.flags?.map((flag) => flag.help).join();
  for (const member of Object.keys(JSON.parse(out))) expect(help).toContain(member);
});

test("the service is asked as its other callers ask it, with the login's own profile", async () => {
  logIn();
  await run();
  expect(asked).toHaveLength(1);
  const [{ url, headers } = { url: "", headers: new Headers() }] = asked;
  expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
    origin: "CLI",
    resourceType: "AGENTIC_REQUEST",
    isEmailRequired: "false",
    profileArn: arn,
  });
  expect(headers.get("authorization")).toBe("Bearer aoa-canary");
  expect(headers.get("user-agent")).toMatch(/^aqbridge\//);
});

describe("the bar", () => {
  test.each([
    [60, "███░░░░░░░ "],
    [70, "█████░░░░░░░░░░░░░░░ "],
    [500, "██████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ "],
  ])("fits a terminal of %d columns", async (columns, bar) => {
    logIn();
    const line = (await run("status", { columns })).out.split("\n")[5];
    expect(line).toContain(`  ${bar}`);
  });

  test("tells by its colour how near the end is", async () => {
    logIn();
    const style = createStyle(true, { environment: {} });
    const { out } = await run("status", { style });
    expect(out).toContain("\x1b[32m████████\x1b[39m");
    expect(out).toContain("\x1b[33m███████████████████████████\x1b[39m");
  });
});

describe("what the service tells of the plan", () => {
  const usageOf = async (body: unknown) => {
    logIn();
    answer = () => Response.json(body);
    const { code, out } = await run("status --json");
    expect(code).toBe(0);
    const { plan, usage, resets_at: resetsAt, usage_error: error } = JSON.parse(out);
    return { plan, usage, resetsAt, error };
  };

  test.each<[string, unknown, unknown]>([
    ["may be nothing", {}, { plan: null, usage: [], resetsAt: null, error: null }],
    [
      "may be nulls",
      { limits: null, nextDateReset: null, usageBreakdownList: null, subscriptionInfo: null },
      { plan: null, usage: [], resetsAt: null, error: null },
    ],
    [
      "may be the old list",
      { limits: limits.limits, subscriptionInfo: { type: "Q_DEVELOPER_STANDALONE_FREE" } },
      {
        plan: "Q_DEVELOPER_STANDALONE_FREE",
        usage: [{ name: "AGENTIC_REQUEST", used: 12, limit: 1000 }],
        resetsAt: null,
        error: null,
      },
    ],
    [
      "is left out where it has another shape",
      {
        nextDateReset: "tomorrow",
        usageBreakdownList: [
          7,
          { displayName: "A\u001b[2J", currentUsage: 1, usageLimit: 2 },
          { currentUsage: 1 },
        ],
        subscriptionInfo: { subscriptionTitle: 7 },
      },
      { plan: null, usage: [], resetsAt: null, error: null },
    ],
    [
      "counts a trial that runs",
      {
        usageBreakdownList: [
          {
            currentUsage: 0,
            usageLimit: 50,
            freeTrialInfo: { freeTrialStatus: "ACTIVE", currentUsageWithPrecision: 1.5, usageLimit: 500 },
          },
        ],
      },
      {
        plan: null,
        usage: [
          { name: "Requests", used: 0, limit: 50 },
          { name: "Requests (trial)", used: 1.5, limit: 500 },
        ],
        resetsAt: null,
        error: null,
      },
    ],
    [
      "may tell with each allowance alone when it returns",
      {
        nextDateReset: null,
        usageBreakdownList: [
          { currentUsage: 1, usageLimit: 50, nextDateReset: "soon" },
          { displayName: "Credits", currentUsage: 2, usageLimit: 50, nextDateReset: 1_769_904_000.5 },
        ],
      },
      {
        plan: null,
        usage: [
          { name: "Requests", used: 1, limit: 50 },
          { name: "Credits", used: 2, limit: 50 },
        ],
        resetsAt: "2026-02-01T00:00:00.500Z",
        error: null,
      },
    ],
    [
      "is none when it is no object",
      [],
      {
        plan: null,
        usage: null,
        resetsAt: null,
        error: "Amazon Q's answer to getUsageLimits tells no limits.",
      },
    ],
  ])("%s", async (_, body, told) => {
    expect<unknown>(await usageOf(body)).toEqual(told);
  });

  test("may be a refusal, which is said", async () => {
    logIn();
    const message = "User is not authorized to make this call with aoa-canary.";
    answer = () => Response.json({ __type: "AccessDeniedException", message }, { status: 403 });
    const { code, out } = await run();
    expect(code).toBe(0);
    expect(out).toMatch(/^Usage +unknown: /m);
  });

  test("may be a refusal that would drive the terminal, and does not", async () => {
    logIn();
    const message = "No:\u001b[2J\u009b31m\u0085\u202ered\u2028or\r\nblue";
    answer = () => Response.json({ __type: "ValidationException", message }, { status: 400 });
    expect((await run()).out).toContain("unknown: Amazon Q answered: No: [2J 31m red or blue\n");
  });
});

describe("the login", () => {
  test("may be missing, and the places are named", async () => {
    const { code, out } = await run();
    expect(code).toBe(1);
    expect(out).toMatch(/^Login +none; run `aqbridge login`$/m);
    expect(out).toMatch(/^Searched +\S+amazonq_credentials.json: there is no such file$/m);
    expect(asked).toEqual([]);
  });

  test("may have expired for good", async () => {
    logIn({ expires_at: new Date(now - 3_600_000).toISOString() });
    const { code, out } = await run();
    expect(code).toBe(1);
    expect(out).toMatch(/^Token +expired; run `aqbridge login`$/m);
    expect(JSON.parse((await run("status --json")).out)).toMatchObject({
      state: "expired",
      expires_in_seconds: -3600,
    });
  });

  test("may be a key", async () => {
    const url = `http://127.0.0.1:${amazonQ.port}`;
    const environment = { AMAZONQ_ENDPOINT: url, KIRO_API_KEY: "ksk_canary" };
    const { code, out } = await run("status", { environment });
    expect(code).toBe(0);
    expect(out).toMatch(
      /^Login +KIRO_API_KEY \(API key\)\n.*\n.*\nToken +ready; an API key needs no renewal$/m,
    );
    expect(asked[0]?.headers.get("tokentype")).toBe("API_KEY");
  });

  test("has the profile that was set, which requests name", async () => {
    logIn({ profile_arn: undefined });
    const url = `http://127.0.0.1:${amazonQ.port}`;
    const environment = { AMAZONQ_ENDPOINT: url, AMAZONQ_OIDC_ENDPOINT: url, AMAZONQ_PROFILE_ARN: arn };
    const { out } = await run("status", { environment });
    expect(out).toMatch(`Profile  ${arn}\n`);
    expect(asked[0]?.url).toContain(encodeURIComponent(arn));
  });

  test("may not be renewable", async () => {
    logIn({ client_id: undefined, expires_at: undefined, auth_method: undefined });
    expect((await run()).out).toMatch(/^Token +ready, expiry unknown; it cannot be renewed$/m);
  });

  test("is renewed when the service refuses it before its time", async () => {
    logIn({ expires_at: undefined });
    answerToken = () => Response.json({ accessToken: "aoa-new", refreshToken: "aor-new", expiresIn: 3600 });
    answer = () => {
      const isNew = asked.at(-1)?.headers.get("authorization") === "Bearer aoa-new";
      const message = "The bearer token included in the request is invalid.";
      return isNew ? Response.json(limits) : Response.json({ message }, { status: 403 });
    };
    const { code, out } = await run();
    expect(code).toBe(0);
    expect(out).toMatch(/^Token +expires in 60 minutes; it is renewed automatically$/m);
    expect(out).toMatch(/^Plan +KIRO PRO\+$/m);
  });

  test("is told while it is renewed, and the program ends when the new one is stored", async () => {
    logIn({ expires_at: new Date(now + 4 * 60_000).toISOString() });
    const told = Promise.withResolvers<void>();
    answerToken = async () => {
      await told.promise;
      return Response.json({ accessToken: "aoa-new", refreshToken: "aor-new", expiresIn: 3600 });
    };
    const { code } = await run("status", { onOutput: () => told.resolve() });
    expect(code).toBe(0);
    expect(JSON.parse(readFileSync(person.ownFile, "utf8"))).toMatchObject({ refresh_token: "aor-new" });
  });
});
