import { join } from "node:path";
import type { Surroundings } from "../../base-folder.ts";
import type { Unit, UnitOptions, UnitPlan } from "./unit.ts";

const label = "local.aqbridge";

/** Whether launchd started this process, by the variable that it gives its jobs. */
export const isLaunchAgent = ({ environment }: Pick<Surroundings, "environment">): boolean =>
  environment["XPC_SERVICE_NAME"] === label;

/** A launch agent of macOS, which starts at login. */
export function launchdAgent({ home, command, variables, stopSeconds }: UnitOptions): Unit {
  const path = join(home, "Library", "LaunchAgents", `${label}.plist`);
  const log = join(home, "Library", "Logs", "aqbridge.log");
  const load = ["launchctl", "load", "-w", path];
  return {
    path,
    text: plist({ command, variables, stopSeconds }, log),
    links: [],
    start: [load],
    restart: [["launchctl", "unload", path], load],
    stop: [["launchctl", "remove", label]],
    forget: [],
    query: ["launchctl", "list", label],
    // It lists what it has loaded, running or not.
    isLoaded: ({ code }) => code === 0,
    isRunning: ({ stdout }) => /"PID" = \d+;/.test(stdout),
    log: ["tail", "-n", "50", log],
    hints: [`launchctl kill HUP gui/$UID/${label}     applies changes to config.json`, `tail -f ${log}`],
  };
}

const plist = (
  { command, variables, stopSeconds }: Omit<UnitPlan, "environmentFile">,
  log: string,
): string => `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${label}</string>
  <key>ProgramArguments</key>
  <array>
${command.map((word) => `    <string>${escaped(word)}</string>`).join("\n")}
  </array>
  <key>EnvironmentVariables</key>
  <dict>
${Object.entries(variables)
  .map(([name, value]) => `    <key>${escaped(name)}</key>\n    <string>${escaped(value)}</string>\n`)
  .join("")}  </dict>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ThrottleInterval</key>
  <integer>10</integer>
  <key>ExitTimeOut</key>
  <integer>${stopSeconds}</integer>
  <key>Umask</key>
  <integer>63</integer>
  <key>HardResourceLimits</key>
  ${noCore}
  <key>SoftResourceLimits</key>
  ${noCore}
  <key>StandardOutPath</key>
  <string>${escaped(log)}</string>
  <key>StandardErrorPath</key>
  <string>${escaped(log)}</string>
</dict>
</plist>
`;

/** Memory holds tokens and prompts, which belong in no file. */
const noCore = `<dict>
    <key>Core</key>
    <integer>0</integer>
  </dict>`;

const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
