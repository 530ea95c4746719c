import type { Command } from "../command.ts";
import { optionFlags } from "../option-flags.ts";

export const status: Command = {
  summary:
    "Show which login is in use and how much of the plan is used; exits with 1 without a usable login.",
  options: optionFlags("dir", "configFile", "credentialsFile"),
  flags: [
    {
      name: "json",
      help: [
        "Print one JSON object for scripts; its members are stable.",
        "They are state (ready, expired, missing), source, kind (builder-id, identity-center, social, api-key),",
        "region, profile_arn, expires_at (ISO 8601), expires_in_seconds, can_refresh, start_url,",
        "client_secret_expires_at (ISO 8601), plan, usage (a list of name, used, limit), resets_at and",
        "usage_error; each is null when unknown.",
      ].join("\n"),
    },
  ],
  examples: ["aqbridge status", "aqbridge status --json | jq .expires_in_seconds"],
  async run({ flags, settings }, context) {
    const { readStatus, statusJson, statusText } = await import("../status.ts");
    const found = await readStatus(settings, context);
    const now = context.clock.now();
    context.stdout(
      flags["json"]
        ? `${JSON.stringify(statusJson(found, now), null, 2)}\n`
        : statusText(found, now, context),
    );
    await found.settled();
    return found.login.state === "ready" ? 0 : 1;
  },
};
