import { join } from "node:path";
import type { Unit, UnitOptions } from "./unit.ts";

const name = "aqbridge.service";
const systemctl = (...words: readonly string[]) => ["systemctl", "--user", ...words];

/** A systemd unit of the user's own manager. */
export function systemdUnit(options: UnitOptions): Unit {
  const named = options.environment["XDG_CONFIG_HOME"];
  const folder = join(named?.startsWith("/") ? named : join(options.home, ".config"), "systemd", "user");
  return {
    path: join(folder, name),
    text: unitText(options),
    links: [join(folder, "default.target.wants", name)],
    start: [systemctl("daemon-reload"), systemctl("enable", name), systemctl("restart", name)],
    stop: [systemctl("stop", name)],
    forget: [systemctl("daemon-reload")],
    query: systemctl("is-active", "--quiet", name),
    hints: [
      "systemctl --user reload aqbridge     takes up changes of config.json",
      "journalctl --user -u aqbridge -f     shows its log",
      "loginctl enable-linger               keeps it running while you are logged out",
    ],
  };
}

/**
 * Protections that need a mount namespace (ProtectSystem and the like) are left out: a user's manager makes one only where
 * unprivileged user namespaces are allowed. MemoryDenyWriteExecute would forbid the runtime's compiler.
 */
const unitText = ({ command, configFolder, drainSeconds }: UnitOptions): string => `[Unit]
Description=Amazon Q Developer as a local OpenAI and Anthropic API
StartLimitIntervalSec=60
StartLimitBurst=5

[Service]
Type=exec
ExecStart=${command.map(quoted).join(" ")}
ExecReload=/bin/kill -HUP $MAINPID
EnvironmentFile=-${withoutSpecifiers(join(configFolder, "environment"))}
Restart=on-failure
RestartSec=2
RestartPreventExitStatus=2
TimeoutStopSec=${Math.ceil(drainSeconds) + 5}
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

const withoutSpecifiers = (text: string) => text.replaceAll("%", "%%");

const quoted = (word: string) =>
  `"${withoutSpecifiers(word).replace(/[\\"]/g, "\\$&").replaceAll("$", "$$$$")}"`;
