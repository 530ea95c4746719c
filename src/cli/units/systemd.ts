import { join } from "node:path";
import { baseFolder } from "../../base-folder.ts";
import type { Unit, UnitOptions } from "./unit.ts";

const name = "aqbridge.service";
const systemctl = (...words: readonly string[]) => ["systemctl", "--user", ...words];

/** A unit of the user's own systemd. */
export function systemdUnit(options: UnitOptions): Unit {
  const base = baseFolder("XDG_CONFIG_HOME", ".config", { ...options, platform: "linux" });
  const folder = join(base ?? options.home, "systemd", "user");
  const start = [systemctl("daemon-reload"), systemctl("enable", name), systemctl("restart", name)];
  return {
    path: join(folder, name),
    text: unitText(options),
    links: [join(folder, "default.target.wants", name)],
    start,
    restart: start,
    stop: [systemctl("stop", name)],
    forget: [systemctl("daemon-reload")],
    query: systemctl("is-active", "--quiet", name),
    isRunning: ({ code }) => code === 0,
    log: ["journalctl", "--user", "-u", "aqbridge", "-e"],
    hints: [
      "systemctl --user reload aqbridge     applies changes to config.json",
      "journalctl --user -u aqbridge -f     shows its log",
      "loginctl enable-linger               keeps it running while you are logged out",
    ],
  };
}

/**
 * Protections that need a mount namespace (ProtectSystem and the like) are left out: a user's manager can make one only
 * where unprivileged user namespaces are allowed. MemoryDenyWriteExecute would forbid the runtime's compiler.
 */
const unitText = ({ command, variables, environmentFile, stopSeconds }: UnitOptions): string => `[Unit]
Description=Amazon Q Developer as a local OpenAI and Anthropic API
StartLimitIntervalSec=60
StartLimitBurst=5

[Service]
Type=exec
ExecStart=${command.map((word) => quoted(word).replaceAll("$", "$$$$")).join(" ")}
ExecReload=/bin/kill -HUP $MAINPID
${environmentLines(variables, environmentFile)}
Restart=on-failure
RestartSec=2
RestartPreventExitStatus=2
TimeoutStopSec=${stopSeconds}
SyslogIdentifier=aqbridge
UMask=0077
LimitCORE=0
NoNewPrivileges=yes
LockPersonality=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service

[Install]
WantedBy=default.target
`;

const environmentLines = (variables: UnitOptions["variables"], file: string | undefined): string =>
  [
    ...Object.entries(variables).map(([name, value]) => `Environment=${quoted(`${name}=${value}`)}`),
    ...(file === undefined ? [] : [`EnvironmentFile=-${withoutSpecifiers(file)}`]),
  ].join("\n");

const withoutSpecifiers = (text: string) => text.replaceAll("%", "%%");

const quoted = (word: string) => `"${withoutSpecifiers(word).replace(/[\\"]/g, "\\$&")}"`;
