import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Attempt } from "../../../src/amazonq/exchange.ts";
import { unlistedModel } from "../../../src/amazonq/models/models.ts";
import { type AskOptions, createAsk } from "../../../src/amazonq/recovery/ask.ts";
import { createRetryBucket, type RetryClass } from "../../../src/amazonq/recovery/retry.ts";
import { type Remedy, type RepairName, ServiceError } from "../../../src/amazonq/recovery/service-error.ts";
import type { RequestContext } from "../../../src/amazonq/request/build.ts";
import { BridgeError } from "../../../src/errors.ts";
import { silentLog } from "../../../src/log.ts";
import { cases, timeFor } from "../../support/cases.ts";
import { hurriedClock } from "../../support/hurried-clock.ts";
import { manualClock } from "../../support/manual-clock.ts";

/** The body tells of the whole context, so that every repair changes it. */
const prepare = (context: RequestContext) => ({
  body: JSON.stringify(context),
  toolNames: new Map<string, string>(),
  context,
  window: { inputTokens: 0, contextWindow: 0 },
});
const model = unlistedModel("claude-sonnet-4.5");
const prepared = prepare({ model, conversationId: "first", profileArn: undefined });

const askOptions = (given: Partial<AskOptions>): AskOptions => ({
  tokens: { renew: async (token) => token },
  clock: hurriedClock(),
  log: silentLog,
  newId: () => "00000000-0000-4000-8000-000000000000",
  random: () => 1,
  bucket: createRetryBucket(),
  ...given,
});

/** What becomes of one question whose requests fail like this, until there are no more failures. */
async function askedWith(failures: readonly BridgeError[], level: number) {
  const bodies: string[] = [];
  let renewals = 0;
  const token = () => ({ value: `aoa-${renewals}`, expiresAt: null, profileArn: undefined });
  const renew = async () => {
    renewals++;
    return token();
  };
  const ask = createAsk(askOptions({ tokens: { renew }, bucket: createRetryBucket(level) }));
  const open = async ({ prepared: { body } }: Attempt) => {
    const failure = failures[bodies.length];
    bodies.push(body);
    if (failure) throw failure;
  };
  const asking = { prepare, open, signal: new AbortController().signal, requestId: undefined };
  const isAnswered = await ask({ token: token(), prepared }, asking).then(
    () => true,
    () => false,
  );
  return { isAnswered, requests: bodies.length, renewals, repairs: new Set(bodies).size - 1 };
}

const retries: readonly (RetryClass | undefined)[] = ["transient", "glitch", "throttling", undefined];
const repairs: readonly (RepairName | undefined)[] = [
  "flatten-tools",
  "prune-schemas",
  "new-conversation",
  undefined,
];
const remediable = fc
  .record({ retry: fc.constantFrom(...retries), repair: fc.constantFrom(...repairs) })
  .map(
    ({ retry, repair }) =>
      new ServiceError({ ...(retry && { retry }), ...(repair && { repair }) }, "upstream", "No."),
  );
const refusedToken = fc.constant(new BridgeError("login", "Sign in again."));
const failures = fc.array(
  fc.oneof({ weight: 5, arbitrary: remediable }, { weight: 1, arbitrary: refusedToken }),
  { maxLength: 8 },
);
const cheapest = 5;
/** Around what requests after the first cost: 5 after throttling, else 14. */
const level = fc.constantFrom(0, 4, 5, 13, 14, 18, 19, 27, 28, 500);

const law =
  "one question is three requests at most, one with an empty bucket, and one more with a renewed token";
test(
  law,
  async () => {
    const property = fc.asyncProperty(failures, level, async (failures, level) => {
      const { isAnswered, requests, renewals, repairs } = await askedWith(failures, level);
      expect(renewals).toBeWithin(0, 2);
      expect(repairs).toBeWithin(0, 2);
      expect(requests - renewals).toBeWithin(1, 4);
      expect((requests - renewals - 1) * cheapest).toBeLessThanOrEqual(level);
      expect(isAnswered).toBe(requests > failures.length);
    });
    await fc.assert(property, cases);
  },
  timeFor(),
);

test("requests that are sent once for want of tokens are a warning once a minute, however many they are", async () => {
  const clock = manualClock();
  const warnings: string[] = [];
  const warn = (event: string) => warnings.push(event);
  const ask = createAsk(askOptions({ clock, log: { ...silentLog, warn }, bucket: createRetryBucket(0) }));
  const token = { value: "aoa", expiresAt: null, profileArn: undefined };
  const warningsOf = async (remedy: Remedy) => {
    const before = warnings.length;
    const failure = new ServiceError(remedy, "upstream", "No.");
    const open = () => Promise.reject(failure);
    const asking = { prepare, open, signal: new AbortController().signal, requestId: undefined };
    await expect(ask({ token, prepared }, asking)).rejects.toBe(failure);
    return warnings.slice(before);
  };
  expect(await warningsOf({})).toEqual([]);
  expect(await warningsOf({ retry: "transient" })).toEqual(["upstream.retry-budget"]);
  clock.advance(59_999);
  expect(await warningsOf({ retry: "transient" })).toEqual([]);
  clock.advance(1);
  expect(await warningsOf({ repair: "new-conversation" })).toEqual(["upstream.retry-budget"]);
  expect(await warningsOf({ retry: "throttling" })).toEqual([]);
});

test("a client that left meanwhile causes no further request, whatever could help", async () => {
  const client = new AbortController();
  const bucket = createRetryBucket();
  const ask = createAsk(askOptions({ bucket }));
  let requests = 0;
  const open = async () => {
    requests++;
    client.abort("gone");
    throw new ServiceError({ retry: "transient" }, "upstream", "No.");
  };
  const asking = { prepare, open, signal: client.signal, requestId: undefined };
  const token = { value: "aoa", expiresAt: null, profileArn: undefined };
  await expect(ask({ token, prepared }, asking)).rejects.toBe("gone");
  expect({ requests, level: bucket.level() }).toEqual({ requests: 1, level: 500 });
});

const profileOf = (account: string) => `arn:aws:codewhisperer:us-east-1:123456789012:profile/${account}`;

test.each([
  [
    "another login's token with that login's profile",
    undefined,
    profileOf("A"),
    profileOf("B"),
    profileOf("B"),
  ],
  [
    "another login's token without a profile where that has none",
    undefined,
    profileOf("A"),
    undefined,
    undefined,
  ],
  ["the profile that was set with any token", profileOf("S"), profileOf("A"), profileOf("B"), profileOf("S")],
])("a request is sent again with %s", async (_, profileArn, first, second, sent) => {
  const tokenOf = (own: string | undefined) => ({ value: `aoa-${own}`, expiresAt: null, profileArn: own });
  const ask = createAsk(askOptions({ tokens: { renew: async () => tokenOf(second) }, profileArn }));
  const attempts: Attempt[] = [];
  const open = async (attempt: Attempt) => {
    attempts.push(attempt);
    if (attempts.length === 1) throw new BridgeError("login", "Sign in again.");
  };
  const before = prepare({ ...prepared.context, profileArn: profileArn ?? first });
  const asking = { prepare, open, signal: new AbortController().signal, requestId: undefined };
  await ask({ token: tokenOf(first), prepared: before }, asking);
  expect(attempts.map(({ token, prepared: { context } }) => [token.value, context.profileArn])).toEqual([
    [`aoa-${first}`, profileArn ?? first],
    [`aoa-${second}`, sent],
  ]);
});
