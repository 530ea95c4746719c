import { existsSync } from "node:fs";
import type { Option } from "../../config/option.ts";
import { options } from "../../config/options.ts";
import { boolean } from "../../config/value-types.ts";
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

export function checkConfiguration({ config, warnings }: Subject): Finding {
  const { configFile } = config;
  if (warnings.length > 0)
    return warning(
      warnings.join(" "),
      "correct what it names; `aqbridge config` shows where each value comes from",
    );
  if (configFile === undefined) return ok("no file, since there is no home directory to look in");
  return ok(existsSync(configFile) ? `${configFile} is valid` : `${configFile} does not exist, nor need it`);
}

const { disabledBy = [] }: Option = options.sslVerify;

/** Looks for variables that weaken TLS and are easily forgotten. */
export function checkVariables({ config, surroundings: { environment } }: Subject): Finding {
  const obeyed = config.sslVerify
    ? []
    : disabledBy.filter((name) => boolean.fromText(environment[name] ?? "") === true);
  const ignored = environment["NODE_TLS_REJECT_UNAUTHORIZED"] === "0" ? ["NODE_TLS_REJECT_UNAUTHORIZED"] : [];
  const found = [...ignored, ...obeyed];
  if (found.length === 0) return ok("none that weaken TLS");
  const note = ignored.map((name) => `; ${name} is ignored here, but not by other programs`).join("");
  return warning(`TLS is weakened by ${found.join(", ")}${note}`, `unset ${found.join(" ")}`);
}

/** Whether the server could listen, or an aqbridge already does. */
export async function checkPort(subject: Subject): Promise<Finding> {
  const { host, port } = subject.config;
  if (port === 0) return ok("any free port");
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
      const response = await service.fetch(`${clientUrl(host, port)}/health`, { signal });
      return response.text();
    });
    const health = parseJson(text);
    if (!isJsonObject(health)) return undefined;
    // Without the key, which another program at this port must not learn, a bridge says no more than this.
    if (config.apiKey !== undefined && Bun.deepEquals(health, { status: "ok" })) return "behind its key";
    const said = "credentials" in health ? health["version"] : undefined;
    return typeof said === "string" && /^[\w.+-]{1,40}$/.test(said) ? said : undefined;
  } catch {
    return undefined;
  }
}
