import type { Login } from "../auth/login.ts";
import { createCliDatabase } from "../auth/stores/cli-database.ts";
import { defaultRegion } from "../aws.ts";
import { errorCode } from "../error-code.ts";
import { replaceFile } from "../files/durable-file.ts";
import type { Context, Flags } from "./command.ts";
import { cliDatabaseOf } from "./login-places.ts";

const forOneMachine =
  "this login is for one machine: once it is refreshed elsewhere, the Amazon Q CLI here may have to sign in again, so it is better to run `aqbridge login` there; the file belongs in ~/.local/state/aqbridge or the folder of --dir";

/** Writes the Amazon Q CLI's login as `amazonq_credentials.json`, to a file or else to stdout; resolves to the exit code. */
export async function credentials(
  output: string | undefined,
  settings: Flags,
  { load, surroundings, clock, stdout, warn, fail }: Context,
): Promise<number> {
  const database = cliDatabaseOf(load(settings).config, surroundings);
  if (database === undefined)
    return fail("there is no home directory to look for the Amazon Q CLI's login in");
  const reading = await createCliDatabase(database, clock).read();
  const members = reading.state === "login" ? exportable(reading.login) : undefined;
  if (members === undefined) {
    const reason = reading.state === "login" ? "it lacks what a refresh needs" : reading.reason;
    const advice = reading.state === "busy" ? "try again later" : "run `q login` first";
    return fail(`no login in ${database}: ${reason}; ${advice}`);
  }
  const text = `${JSON.stringify(members)}\n`;
  try {
    if (output === undefined) stdout(text);
    else await replaceFile(output, text);
  } catch (error) {
    return fail(`cannot write ${output} (${errorCode(error)})`);
  }
  warn(forOneMachine);
  return 0;
}

/** The original program's four members, and the region where it is not the default one. */
function exportable({ grant, profileArn }: Login) {
  if (grant === undefined) return undefined;
  const { refreshToken, clientId, clientSecret, region } = grant;
  return {
    profile_arn: profileArn ?? null,
    refresh_token: refreshToken,
    client_id: clientId,
    client_secret: clientSecret,
    ...(region !== defaultRegion && { region }),
  };
}
