import { existsSync } from "node:fs";
import { errorCode } from "../../error-code.ts";
import { clientUrl } from "../../http/addresses.ts";
import { isJsonObject, parseJson } from "../../json.ts";
import { listen } from "../../listen.ts";
import { version } from "../../version.ts";
import { withDeadline } from "../deadline.ts";
import { type Finding, failed, ok, warning } from "./check.ts";
import type { Subject } from "./subject.ts";

export const checkVersion = (): Finding =>
  ok(`aqbridge ${version} on Bun ${Bun.version}, ${process.platform} ${process.arch}`);

export function checkConfiguration({ config, warnings }: Pick<Subject, "config" | "warnings">): Finding {
  const { configFile } = config;
  if (warnings.length > 0)
    return warning(
      warnings.join(" "),
      "correct what is named there; `aqbridge config` shows where each value comes from",
    );
  if (configFile === undefined) return ok("no file is looked for, since there is no home directory");
  return ok(existsSync(configFile) ? `${configFile} is in order` : `there is no ${configFile}, nor need be`);
}

const unlessOff = /^(?!(?:0|false|no|off)$)/i;

const ignoredHere: Readonly<Record<string, RegExp>> = { NODE_TLS_REJECT_UNAUTHORIZED: /^0$/ };

const obeyedHere: Readonly<Record<string, RegExp>> = {
  DISABLE_AMAZONQ_SSL_VERIFY: unlessOff,
  DISABLE_OIDC_SSL_VERIFY: unlessOff,
  DISABLE_SSL_VERIFY: unlessOff,
};

/** Variables that weaken what they touch and are easily forgotten, with the values that do. */
export function checkVariables({
  config,
  surroundings: { environment },
}: Pick<Subject, "config" | "surroundings">): Finding {
  const strays = config.sslVerify ? ignoredHere : { ...ignoredHere, ...obeyedHere };
  const found = Object.keys(strays).filter((name) => {
    const value = environment[name];
    return value && strays[name]?.test(value);
  });
  if (found.length === 0) return ok("none that weaken TLS");
  const ignored = found.includes("NODE_TLS_REJECT_UNAUTHORIZED")
    ? "; NODE_TLS_REJECT_UNAUTHORIZED is ignored here, but not by other programs"
    : "";
  return warning(`TLS is weakened by ${found.join(", ")}${ignored}`, `unset ${found.join(" ")}`);
}

/** Whether the server could listen, or one of ours does already. */
export async function checkPort(subject: Subject): Promise<Finding> {
  const { host, port } = subject.config;
  if (port === 0) return ok("any that is free");
  try {
    const fetch = () => new Response();
    await listen({ host, port, idleSeconds: 1, fetch }).stop();
    return ok(`${port} is free`);
  } catch (error) {
    const code = errorCode(error);
    if (code !== "EADDRINUSE")
      return failed(
        `cannot listen on ${host} port ${port} (${code})`,
        "choose others with --host and --port",
      );
  }
  const running = await versionServedAt(subject);
  return running === undefined
    ? failed(`${port} is taken by another program`, "end that program, or choose another port with --port")
    : ok(`aqbridge ${running} is running on ${port}`);
}

const healthTimeoutMs = 3_000;

async function versionServedAt({ config, clock, service }: Subject): Promise<string | undefined> {
  const { host, port } = config;
  try {
    const text = await withDeadline(clock, healthTimeoutMs, async (signal) => {
      // A proxy for http:// would be asked for this machine too.
      const direct = { signal, proxy: "" };
      const response = await service.fetch(`${clientUrl(host, port)}/health`, direct);
      return response.text();
    });
    const health = parseJson(text);
    if (!isJsonObject(health)) return undefined;
    // Without the key, which another program at this port must not learn, a bridge tells no more than this.
    if (config.apiKey !== undefined && Bun.deepEquals(health, { status: "ok" })) return "behind its key";
    const said = "credentials" in health ? health["version"] : undefined;
    return typeof said === "string" && /^[\w.+-]{1,40}$/.test(said) ? said : undefined;
  } catch {
    return undefined;
  }
}
