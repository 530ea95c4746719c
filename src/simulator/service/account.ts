import type { ModelDescription } from "../model-description.ts";
import { asText } from "../narrow.ts";
import type { ScriptedHttpAnswer } from "../script.ts";
import { accessDenied, invalid } from "./answers.ts";
import type { Call } from "./call.ts";

/** One page of the models; pages are numbered by their first model's place. */
export function listModels(
  models: readonly ModelDescription[],
  parameter: Call["parameter"],
): ScriptedHttpAnswer {
  if (asText(parameter("origin")) === "") return invalid("origin is required.");
  const size = Number(parameter("maxResults") ?? 100);
  if (!Number.isInteger(size) || size < 1 || size > 100)
    return invalid("maxResults must lie between 1 and 100.");
  const start = Number(parameter("nextToken") ?? 0);
  const end = start + size;
  return {
    status: 200,
    body: {
      models: models.slice(start, end),
      defaultModel: models[0],
      nextToken: end < models.length ? String(end) : null,
    },
  };
}

export function listProfiles(profileArn: string | undefined): ScriptedHttpAnswer {
  if (!profileArn) return accessDenied("AWS Builder ID is not supported for this operation.");
  return { status: 200, body: { profiles: [{ arn: profileArn, profileName: "demo", status: "ACTIVE" }] } };
}

/** An allowance that is never used up; `used` is what has been metered so far. */
export function usageLimits(used: number, now: number): ScriptedHttpAnswer {
  const nextDateReset = Math.floor(firstOfNextMonth(now) / 1000);
  const currentUsage = Math.floor(used);
  return {
    status: 200,
    body: {
      limits: [{ type: "AGENTIC_REQUEST", currentUsage, totalUsageLimit: 1000, percentUsed: used / 10 }],
      nextDateReset,
      daysUntilReset: Math.ceil((nextDateReset * 1000 - now) / 86_400_000),
      usageBreakdownList: [
        {
          resourceType: "CREDIT",
          displayName: "Credit",
          displayNamePlural: "Credits",
          currentUsage,
          currentUsageWithPrecision: used,
          usageLimit: 1000,
          usageLimitWithPrecision: 1000,
          currentOverages: 0,
          overageCharges: 0,
          overageRate: 0.04,
          overageCap: 10_000,
          currency: "USD",
          unit: "INVOCATIONS",
          nextDateReset,
        },
      ],
      subscriptionInfo: {
        type: "Q_DEVELOPER_STANDALONE_PRO",
        subscriptionTitle: "DEMO",
        upgradeCapability: "UPGRADE_INCAPABLE",
        overageCapability: "OVERAGE_INCAPABLE",
        subscriptionManagementTarget: "MANAGE",
      },
      overageConfiguration: { overageStatus: "DISABLED" },
      userInfo: { userId: "demo" },
    },
  };
}

function firstOfNextMonth(now: number): number {
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}
