import { type DevicePrompt, deviceLogin } from "../auth/oidc/device-login.ts";
import { createCredentialsFile } from "../auth/stores/credentials-file.ts";
import type { Surroundings } from "../base-folder.ts";
import { BridgeError } from "../errors.ts";
import { isReplaceable } from "../files/durable-file.ts";
import { silentLog } from "../log.ts";
import type { Context, Flags } from "./command.ts";
import { loginEndpoint } from "./login-places.ts";
import { amazonService } from "./service.ts";
import { inHome, kindInWords } from "./words.ts";

/** Where and how to sign in. */
interface LoginTarget {
  startUrl: string;
  region: string;
  opensBrowser: boolean;
}

const interrupted = 130;

/** Signs in by a code and a browser and stores the login as aqbridge's own; resolves to the exit code. */
export async function login(target: LoginTarget, settings: Flags, context: Context): Promise<number> {
  const { surroundings, stdout, style, warn, fail } = context;
  const { config } = context.load(settings);
  const path = config.credentialsFile;
  if (path === undefined)
    return fail("there is no home directory to keep a login in; name a folder with --dir");
  const obstacle = await obstacleAt(path, context);
  if (obstacle !== undefined) return fail(obstacle);

  const { tokens, fetch, userAgent } = amazonService({ ...context, config, log: silentLog });
  const timeoutMs = config.oidcTimeoutSeconds * 1000;
  const service = { endpoint: loginEndpoint(config), fetch, userAgent, timeoutMs };
  const stop = new AbortController();
  void context.stopped().then(() => stop.abort());
  const progress = progressLine(context);
  try {
    const found = await deviceLogin({
      ...target,
      service,
      clock: context.clock,
      signal: stop.signal,
      onPrompt: (prompt) => invite(prompt, target, context),
      onWait: progress.show,
      learn: context.secrets.learn,
    });
    progress.end();
    await tokens.set(found);
    stdout(
      `${style.green("Logged in")} with ${kindInWords[found.authMethod]}; the login is in ${inHome(path, surroundings.home)}.\n`,
    );
    return 0;
  } catch (error) {
    progress.end();
    if (!stop.signal.aborted) return fail(BridgeError.from(error).message);
    warn("the login was cancelled; nothing was stored");
    return interrupted;
  }
}

/** Why a login could not be kept in the file, found before a person signs in in vain. */
async function obstacleAt(path: string, { clock }: Context): Promise<string | undefined> {
  if (!(await isReplaceable(path)))
    return `${path} cannot be written, so a login could not be kept; name a folder with --dir`;
  const reason = await createCredentialsFile({ path, clock, log: silentLog }).reasonToLeave();
  return reason && `${path} is left alone: ${reason}; move it away, or name a folder with --dir`;
}

function invite(prompt: DevicePrompt, { opensBrowser }: LoginTarget, context: Context): void {
  const { stdout, style, surroundings, launch } = context;
  const { userCode, verificationUri, verificationUriComplete } = prompt;
  const command = opensBrowser ? browserCommand(verificationUriComplete, surroundings) : undefined;
  if (command) launch(command);
  const lead = command ? "Your browser should open; if it does not, open" : "Open";
  stdout(`${lead} ${verificationUriComplete}\n`);
  stdout(`and confirm the code ${style.bold(userCode)} (asked for at ${verificationUri}).\n`);
}

/** The command that opens a page in the user's browser; undefined without a desktop, as over SSH. */
function browserCommand(url: string, { platform, environment }: Surroundings): readonly string[] | undefined {
  switch (platform) {
    case "win32":
      // Not `start`: the command interpreter would read the characters of the URL.
      return ["rundll32", "url.dll,FileProtocolHandler", url];
    case "darwin":
      return environment["SSH_CONNECTION"] ? undefined : ["open", url];
    default:
      return environment["DISPLAY"] || environment["WAYLAND_DISPLAY"] ? ["xdg-open", url] : undefined;
  }
}

/** One line that is rewritten on a terminal; nothing elsewhere. */
function progressLine({ columns, stdout, style }: Context) {
  let width = 0;
  const write = (text: string) => {
    stdout(`\r${style.dim(text.padEnd(width))}`);
    width = text.length;
  };
  return {
    show(leftMs: number) {
      const minutes = Math.max(1, Math.ceil(leftMs / 60_000));
      // The number comes early: cut off behind its first digit, a line would tell another one.
      const text = `Waiting ${minutes} more ${minutes === 1 ? "minute" : "minutes"} for you to confirm the code.`;
      if (columns !== undefined) write(text.slice(0, columns - 1));
    },
    end() {
      if (width === 0) return;
      write("");
      stdout("\r");
    },
  };
}
