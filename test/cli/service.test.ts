import { beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { launchdAgent } from "../../src/cli/units/launchd.ts";
import { systemdUnit } from "../../src/cli/units/systemd.ts";
import { shutDown } from "../../src/process/shut-down.ts";
import { manualClock } from "../auth/manual-clock.ts";
import { runLine, type World } from "../support/command-line.ts";
import { temporaryFolder } from "../support/folder.ts";
import { run } from "../support/program.ts";

let home: string;
let unitPath: string;
beforeEach(() => {
  home = temporaryFolder();
  unitPath = join(home, ".config/systemd/user/aqbridge.service");
});

/** What it takes when answers run on and a refresh hangs, in milliseconds. */
async function longestShutDown(drainMs: number): Promise<number> {
  const clock = manualClock();
  const never = new Promise<void>(() => {});
  const listening = { drain: () => never, stop: async () => {} };
  const closing = new AbortController();
  await clock.runUntil(shutDown({ listening, closing, settled: () => never, drainMs, clock }));
  return clock.steady();
}

const service = (line: string, world: World = {}) => runLine(`service ${line}`, { home, ...world });

describe("install", () => {
  test("writes the unit, starts nothing and says what would", async () => {
    const { code, out, executed } = await service("install");
    expect({ code, executed }).toEqual({ code: 0, executed: [] });
    expect(out).toStartWith(`Wrote ${unitPath}.\nLeft for you to run:\n  systemctl --user daemon-reload\n`);
    expect(readFileSync(unitPath, "utf8")).toContain('ExecStart="/opt/aq bridge/aqbridge"\n');
    expect((await service("install")).out).toStartWith(`${unitPath} is up to date.\n`);
  });

  test("with --now has it started, anew if it runs already", async () => {
    const { code, executed } = await service("install --now");
    expect(code).toBe(0);
    expect(executed).toEqual([
      "systemctl --user daemon-reload",
      "systemctl --user enable aqbridge.service",
      "systemctl --user restart aqbridge.service",
    ]);
  });

  test("with --now fails when the service manager does", async () => {
    const { code, err, executed } = await service("install --now", { execute: () => 1 });
    expect({ code, count: executed.length }).toEqual({ code: 1, count: 1 });
    expect(err).toBe("aqbridge: `systemctl --user daemon-reload` failed\n");
  });

  test("keeps the flags that were given, with whole paths", async () => {
    await service("install --port 9000 --dir settings --demo");
    expect(readFileSync(unitPath, "utf8")).toContain(
      `ExecStart="/opt/aq bridge/aqbridge" "--port=9000" "--dir=${process.cwd()}/settings" "--demo"\n`,
    );
  });

  test("takes no key, which the unit would show to everyone", async () => {
    expect(await service("install --api-key secret")).toMatchObject({ code: 2 });
  });

  test("does not install what could not start", async () => {
    expect(await service("install --port x")).toMatchObject({ code: 2 });
    expect(existsSync(unitPath)).toBe(false);
  });

  test("keeps what this shell's variables say, with whole paths, and says so", async () => {
    const environment = {
      AQBRIDGE_DIR: "settings",
      AQBRIDGE_PORT: "9000",
      AMAZONQ_REGION: "eu-central-1",
      XDG_STATE_HOME: "/srv/state",
      HTTPS_PROXY: "http://proxy.lan:3128",
      EDITOR: "vi",
    };
    const { out } = await service("install --port 9001", { environment });
    const kept = "AQBRIDGE_DIR, AMAZONQ_REGION, XDG_STATE_HOME, HTTPS_PROXY";
    expect(out).toContain(`\nThe service keeps this shell's ${kept}.\n`);
    expect(readFileSync(unitPath, "utf8")).toContain(`ExecStart="/opt/aq bridge/aqbridge" "--port=9001"
ExecReload=/bin/kill -HUP $MAINPID
Environment="AQBRIDGE_DIR=${process.cwd()}/settings"
Environment="AMAZONQ_REGION=eu-central-1"
Environment="XDG_STATE_HOME=/srv/state"
Environment="HTTPS_PROXY=http://proxy.lan:3128"
EnvironmentFile=-${process.cwd()}/settings/environment
`);
  });

  test.each([
    ["AQBRIDGE_API_KEY", "key-of-sixteen-b"],
    ["KIRO_API_KEY", "ksk_canary"],
    ["https_proxy", "http://ada:canary@proxy.lan:3128"],
  ])("refuses a secret that only this shell has (%s), and says where it goes", async (name, value) => {
    const { code, out, err } = await service("install --host 127.0.0.1", { environment: { [name]: value } });
    const file = join(home, ".config/aqbridge/environment");
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(`put the line ${name}=… into ${file}, with mode 600, and install it again.\n`);
    expect(err).not.toContain(value);
    expect(existsSync(unitPath)).toBe(false);
  });

  test("is content with a secret that is in the service's own file, and checks with what is in there", async () => {
    const folder = join(home, ".config/aqbridge");
    mkdirSync(folder, { recursive: true });
    const lines = [
      "# for the service",
      'AQBRIDGE_API_KEY="key-of-sixteen-bytes"',
      " AQBRIDGE_PORT = 9000 ",
      "",
    ];
    writeFileSync(join(folder, "environment"), lines.join("\n"));
    const shell = { AQBRIDGE_API_KEY: "key-of-sixteen-b" };
    expect(await service("install --host 0.0.0.0")).toMatchObject({ code: 0, err: "" });
    expect(await service("install --host 0.0.0.0", { environment: shell })).toMatchObject({
      code: 0,
      err: "",
    });
    expect(readFileSync(unitPath, "utf8")).not.toContain("AQBRIDGE_");
    writeFileSync(join(folder, "environment"), "AQBRIDGE_API_KEY=short");
    expect(await service("install --host 0.0.0.0")).toMatchObject({ code: 2 });
  });

  test.each([
    ["install", { NO_PROXY: "a\nExecStartPre=b" }],
    ["install", { XDG_CONFIG_HOME: "/a\nExecStartPre=b" }],
    ["install --dir=a\nExecStartPre=b", {}],
  ])("refuses what would add lines of its own to the unit: %s %j", async (line, environment) => {
    const { code, err } = await service(line, { environment });
    expect(code).toBe(2);
    expect(err).toMatch(/^aqbridge: ".*ExecStartPre=b.*" has a character that cannot stand in/);
    expect(existsSync(unitPath)).toBe(false);
  });

  test("refuses a proxy that no request could go through", async () => {
    const environment = { https_proxy: "socks5://proxy.lan:1080" };
    expect(await service("install", { environment })).toMatchObject({ code: 2, out: "" });
  });

  test("a launch agent keeps variables too, but no secrets, and reads no file of them", async () => {
    const path = join(home, "Library/LaunchAgents/local.aqbridge.plist");
    const install = (environment: Record<string, string>) =>
      service("install", { platform: "darwin", environment });
    expect(await install({ AQBRIDGE_PORT: "9000" })).toMatchObject({ code: 0 });
    expect(readFileSync(path, "utf8")).toContain("<key>AQBRIDGE_PORT</key>\n    <string>9000</string>");
    const { code, err } = await install({ AQBRIDGE_API_KEY: "key-of-sixteen-b" });
    expect(code).toBe(2);
    expect(err).toContain(`into ${home}/.config/aqbridge/config.json as server.api_key, with mode 600`);
    expect(await install({ KIRO_API_KEY: "ksk_canary" })).toMatchObject({ code: 2 });
  });

  test("leaves a bridge the time that it takes to stop at most", async () => {
    mkdirSync(join(home, ".config/aqbridge"), { recursive: true });
    writeFileSync(join(home, ".config/aqbridge/config.json"), '{ "timeouts": { "drain": 1.5 } }');
    await service("install");
    const [, seconds] = /TimeoutStopSec=(\d+)/.exec(readFileSync(unitPath, "utf8")) ?? [];
    expect(Number(seconds) * 1000).toBeGreaterThan(await longestShutDown(1500));
  });

  test("is told apart by platform", async () => {
    const agent = await service("install --now", { platform: "darwin" });
    const path = join(home, "Library/LaunchAgents/local.aqbridge.plist");
    expect(agent).toMatchObject({ code: 0, executed: [`launchctl load -w ${path}`] });
    expect(existsSync(path)).toBe(true);
    const again = await service("install --now --port 9000", { platform: "darwin" });
    expect(again.executed).toEqual([`launchctl unload ${path}`, `launchctl load -w ${path}`]);
    expect(await service("install", { platform: "win32" })).toMatchObject({ code: 2, out: "" });
  });
});

describe("uninstall", () => {
  test("removes the unit and the link that enabled it, with --now after stopping it", async () => {
    await service("install");
    const link = join(dirname(unitPath), "default.target.wants/aqbridge.service");
    mkdirSync(dirname(link));
    symlinkSync(unitPath, link);
    const { code, executed } = await service("uninstall --now");
    expect(code).toBe(0);
    expect(executed).toEqual(["systemctl --user stop aqbridge.service", "systemctl --user daemon-reload"]);
    expect(existsSync(unitPath)).toBe(false);
    expect(readdirSync(dirname(link))).toEqual([]);
  });

  test("without --now stops nothing, and says what would", async () => {
    await service("install");
    const { out, executed } = await service("uninstall");
    expect(executed).toEqual([]);
    expect(out).toStartWith(
      `Removed ${unitPath}.\nLeft for you to run:\n  systemctl --user stop aqbridge.service\n`,
    );
  });

  test("works when the configuration is broken by then", async () => {
    await service("install");
    mkdirSync(join(home, ".config/aqbridge"));
    writeFileSync(join(home, ".config/aqbridge/config.json"), "{ broken");
    expect(await service("install")).toMatchObject({ code: 2 });
    expect(await service("status")).toMatchObject({ code: 0 });
    expect(await service("uninstall")).toMatchObject({ code: 0 });
  });

  test.each([
    [
      "stops a launch agent that is loaded",
      0,
      ["launchctl list local.aqbridge", "launchctl remove local.aqbridge"],
    ],
    ["does not stop one that is not, which would fail", 113, ["launchctl list local.aqbridge"]],
  ])("%s", async (_, answer, commands) => {
    await service("install", { platform: "darwin" });
    const { code, executed } = await service("uninstall --now", {
      platform: "darwin",
      execute: () => answer,
    });
    expect({ code, executed }).toEqual({ code: 0, executed: commands });
    expect(readdirSync(join(home, "Library/LaunchAgents"))).toEqual([]);
  });

  test("has nothing to do where nothing is installed", async () => {
    expect(await service("uninstall --now")).toMatchObject({ code: 0, executed: [] });
  });
});

describe("status", () => {
  test.each([
    ["running", 0, 0],
    ["not running", 3, 1],
  ])("says %s", async (words, answer, code) => {
    await service("install");
    const status = await service("status", { execute: () => answer });
    expect(status).toMatchObject({ code, executed: ["systemctl --user is-active --quiet aqbridge.service"] });
    expect(status.out).toStartWith(words);
  });

  const listed = (members: string) => `{\n\t"Label" = "local.aqbridge";\n${members}};\n`;
  test.each([
    ["running", 0, listed('\t"PID" = 380;\n'), 0],
    ["not running", 0, listed('\t"LastExitStatus" = 0;\n'), 1],
    ["not running", 113, "", 1],
  ])("of a launch agent says %s, for %i and %j", async (words, code, stdout, expected) => {
    await service("install", { platform: "darwin" });
    const status = await service("status", { platform: "darwin", execute: () => ({ code, stdout }) });
    expect(status).toMatchObject({ code: expected, executed: ["launchctl list local.aqbridge"] });
    expect(status.out).toStartWith(words);
  });

  test("says where the reason may be found of a bridge that does not run", async () => {
    await service("install");
    const { out } = await service("status", { execute: () => 3 });
    expect(out).toContain("`journalctl --user -u aqbridge -e` may show why");
  });

  test("asks nobody when nothing is installed", async () => {
    expect(await service("status")).toMatchObject({ code: 1, executed: [] });
  });
});

test("a place that cannot be written is one line and exit code 1", async () => {
  writeFileSync(join(home, ".config"), "a file");
  const { code, err } = await service("install");
  expect(code).toBe(1);
  expect(err).toMatch(/^aqbridge: cannot change .* \(ENOTDIR\)\n$/);
});

/** All that systemd and XML could misread. */
const options = {
  environment: {},
  command: ["/bin/true", '--dir=/srv/a "b" \\c %h $HOME <&>'],
  variables: { AQBRIDGE_DIR: '/srv/a "b" \\c %h $HOME <&>' },
  environmentFile: "/srv/100% mine/environment",
  stopSeconds: 15,
};

const systemdAnalyze = Bun.which("systemd-analyze");
if (!systemdAnalyze) process.stderr.write("skipped: systemd-analyze is not installed\n");

test.skipIf(!systemdAnalyze)("systemd itself finds no fault with the unit", async () => {
  const { path, text } = systemdUnit({ ...options, home });
  mkdirSync(dirname(path), { recursive: true });
  const verify = (unit: string) => {
    writeFileSync(path, unit);
    return run([systemdAnalyze ?? "", "verify", "--user", path], 5000, {
      environment: { HOME: home, XDG_RUNTIME_DIR: home },
    });
  };
  expect(await verify(text)).toEqual({ code: 0, stdout: "", stderr: "" });
  expect((await verify(text.replace("Restart=", "Restrat="))).stderr).toContain("Restrat");
});

test("what systemd would read into a word is written so that it does not", () => {
  const { text } = systemdUnit({ ...options, home });
  expect(text).toContain('ExecStart="/bin/true" "--dir=/srv/a \\"b\\" \\\\c %%h $$HOME <&>"\n');
  expect(text).toContain('Environment="AQBRIDGE_DIR=/srv/a \\"b\\" \\\\c %%h $HOME <&>"\n');
  expect(text).toContain("EnvironmentFile=-/srv/100%% mine/environment\n");
  expect(text).toContain("TimeoutStopSec=15\n");
});

describe("an invalid configuration ends with", () => {
  const label = /<key>Label<\/key>\s*<string>(.*)<\/string>/.exec(
    launchdAgent({ ...options, home: "/" }).text,
  )?.[1];

  test.each([
    ["2, for a person and for systemd, whose unit names it", {}, 2],
    ["2, in a terminal of macOS", { XPC_SERVICE_NAME: "0" }, 2],
    ["0, for launchd, which would start it anew for ever", { XPC_SERVICE_NAME: `${label}` }, 0],
  ])("%s", async (_, environment, code) => {
    const refused = await runLine("serve --port x", { platform: "darwin", environment });
    expect(refused.code).toBe(code);
    expect(refused.err).toContain("aqbridge: --port must be a whole number");
  });
});

test("a launch agent is a property list that starts at login and after a failure", () => {
  const { text } = launchdAgent({ ...options, home: "/Users/ada" });
  expect(text).toContain(`  <key>ProgramArguments</key>
  <array>
    <string>/bin/true</string>
    <string>--dir=/srv/a "b" \\c %h $HOME &lt;&amp;&gt;</string>
  </array>
  <key>EnvironmentVariables</key>
  <dict>
    <key>AQBRIDGE_DIR</key>
    <string>/srv/a "b" \\c %h $HOME &lt;&amp;&gt;</string>
  </dict>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
`);
  expect(text).toContain("<string>/Users/ada/Library/Logs/aqbridge.log</string>");
});

test("neither leaves a core file, in which there would be tokens and prompts", () => {
  expect(systemdUnit({ ...options, home }).text).toMatch(/^\[Service\]\n(.+\n)*LimitCORE=0\n/m);
  const { text } = launchdAgent({ ...options, home: "/Users/ada" });
  for (const limits of ["HardResourceLimits", "SoftResourceLimits"])
    expect(text).toContain(`
  <key>${limits}</key>
  <dict>
    <key>Core</key>
    <integer>0</integer>
  </dict>
`);
});
