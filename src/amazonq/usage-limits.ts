import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { BridgeError } from "../errors.ts";
import { open, optional } from "../http/schema.ts";
import { type ReadingOptions, readOperation } from "./operation.ts";

/** What a plan includes, per month or once, and how much of it is used. */
export interface Allowance {
  /** In the service's words, such as `Credits`. */
  name: string;
  used: number;
  limit: number;
}

/** What the service tells about the user's plan. */
export interface PlanUsage {
  plan: string | undefined;
  allowances: readonly Allowance[];
  resetsAt: Date | undefined;
}

// Printed on a terminal, so without control characters.
const words = Type.String({ pattern: "^[^\\x00-\\x1f\\x7f-\\x9f]{1,80}$" });
const amount = optional(Type.Number({ minimum: 0 }));
const counted = {
  currentUsage: amount,
  currentUsageWithPrecision: amount,
  usageLimit: amount,
  usageLimitWithPrecision: amount,
};

const Trial = open({ ...counted, freeTrialStatus: optional(Type.String()) });
const Bonus = open({ ...counted, displayName: optional(words), status: optional(Type.String()) });
const Breakdown = open({
  ...counted,
  displayName: optional(words),
  displayNamePlural: optional(words),
  freeTrialInfo: optional(Type.Unknown()),
  bonuses: optional(Type.Array(Type.Unknown())),
});
const Limit = open({ type: optional(words), currentUsage: amount, totalUsageLimit: amount });
const Subscription = open({ subscriptionTitle: optional(words), type: optional(words) });
/** Of the whole plan and of each of its allowances: in seconds since the epoch, up to the year 2286. */
const Reset = open({ nextDateReset: Type.Number({ exclusiveMinimum: 0, maximum: 1e10 }) });
const Limits = open({
  limits: optional(Type.Array(Type.Unknown())),
  usageBreakdownList: optional(Type.Array(Type.Unknown())),
  subscriptionInfo: optional(Type.Unknown()),
});
type Counted = Readonly<Record<keyof typeof counted, number | null | undefined>>;

/** GetUsageLimits (contract 8.1). Each part of the answer that has an unknown shape is left out. */
export async function usageLimits(options: ReadingOptions, signal: AbortSignal): Promise<PlanUsage> {
  const parameters = { resourceType: "AGENTIC_REQUEST", isEmailRequired: "false" };
  const answer = await readOperation("getUsageLimits", parameters, options, signal);
  if (Value.Check(Limits, answer)) return decode(answer);
  throw new BridgeError("protocol", "Amazon Q's answer to getUsageLimits tells no limits.");
}

function decode(answer: Static<typeof Limits>): PlanUsage {
  const { limits, usageBreakdownList, subscriptionInfo } = answer;
  const subscription = Value.Check(Subscription, subscriptionInfo) ? subscriptionInfo : undefined;
  const broken = usageBreakdownList?.flatMap(breakdown) ?? [];
  const reset = [answer, ...(usageBreakdownList ?? [])].find((part) => Value.Check(Reset, part));
  return {
    plan: subscription?.subscriptionTitle ?? subscription?.type ?? undefined,
    allowances: broken.length > 0 ? broken : (limits?.flatMap(limit) ?? []),
    resetsAt: reset && new Date(reset.nextDateReset * 1000),
  };
}

function breakdown(entry: unknown): Allowance[] {
  if (!Value.Check(Breakdown, entry)) return [];
  const { displayNamePlural, displayName, freeTrialInfo: trial, bonuses } = entry;
  const name = displayNamePlural ?? displayName ?? "Requests";
  const isRunning = Value.Check(Trial, trial) && trial.freeTrialStatus === "ACTIVE";
  return [
    ...allowance(name, entry),
    ...(isRunning ? allowance(`${name} (trial)`, trial) : []),
    ...(bonuses ?? []).flatMap((bonus) =>
      Value.Check(Bonus, bonus) && bonus.status === "ACTIVE"
        ? allowance(bonus.displayName ?? `${name} (bonus)`, bonus)
        : [],
    ),
  ];
}

function limit(entry: unknown): Allowance[] {
  if (!Value.Check(Limit, entry)) return [];
  const { type, currentUsage, totalUsageLimit: usageLimit } = entry;
  return allowance(type ?? "Requests", { currentUsage, usageLimit });
}

function allowance(name: string, counts: Partial<Counted>): Allowance[] {
  const used = counts.currentUsageWithPrecision ?? counts.currentUsage;
  const most = counts.usageLimitWithPrecision ?? counts.usageLimit;
  return used == null || most == null ? [] : [{ name, used, limit: most }];
}
