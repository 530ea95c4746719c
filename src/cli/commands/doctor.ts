import type { Command } from "../command.ts";
import { optionFlags } from "../option-flags.ts";

export const doctor: Command = {
  summary:
    "Check what can be wrong and say how to mend it, free of secrets; exits with 1 when something fails.",
  options: optionFlags("port", "host", "dir", "configFile", "credentialsFile"),
  flags: [
    {
      name: "json",
      help: [
        "Print one JSON object for scripts, whose members stay.",
        "They are version, ok, and checks with the name, state (ok, warning, failed, skipped), said and remedy",
        "(or null) of each.",
      ].join("\n"),
    },
  ],
  examples: ["aqbridge doctor", "aqbridge doctor --json | jq '.checks[] | select(.state == \"failed\")'"],
  async run({ flags, settings }, context) {
    const { isHealthy, reportJson, reportText } = await import("../doctor/report.ts");
    const { doctor: examineBridge } = await import("../doctor.ts");
    const results = await examineBridge(settings, context);
    context.stdout(
      flags["json"]
        ? `${JSON.stringify(reportJson(results), null, 2)}\n`
        : reportText(results, context.style),
    );
    return isHealthy(results) ? 0 : 1;
  },
};
