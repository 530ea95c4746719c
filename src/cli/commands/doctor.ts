import type { Command } from "../command.ts";
import { optionFlags } from "../option-flags.ts";

export const doctor: Command = {
  summary: "Check what can be wrong and say how to fix it, without secrets; exits with 1 when a check fails.",
  options: optionFlags("port", "host", "dir", "configFile", "credentialsFile"),
  flags: [
    {
      name: "json",
      help: [
        "Print one JSON object for scripts; its members are stable.",
        "They are version, ok, and checks, a list of name, state (ok, warning, failed, skipped), said and remedy",
        "(or null).",
      ].join("\n"),
    },
  ],
  examples: ["aqbridge doctor", "aqbridge doctor --json | jq '.checks[] | select(.state == \"failed\")'"],
  async run({ flags, settings }, context) {
    const { isHealthy, reportJson, reportText } = await import("../doctor/report.ts");
    const { examine } = await import("../doctor/examine.ts");
    const { results, settled } = await examine(settings, context);
    context.stdout(
      flags["json"]
        ? `${JSON.stringify(reportJson(results), null, 2)}\n`
        : reportText(results, context.style),
    );
    await settled();
    return isHealthy(results) ? 0 : 1;
  },
};
