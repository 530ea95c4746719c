import { createCliDatabase } from "../auth/cli-database.ts";
import { errorCode, replaceFile } from "../auth/durable-file.ts";
import type { Login, Reading } from "../auth/login.ts";
import { defaultRegion } from "../auth/region.ts";
import type { Clock } from "../clock.ts";

interface CredentialsOptions {
  /** Path of the Amazon Q CLI's database; undefined when there is no home directory to look in. */
  database: string | undefined;
  /** Where to write the login; printed when absent. */
  output?: string | undefined;
  stdout: (text: string) => void;
  stderr: (text: string) => void;
  clock: Clock;
}

/** Gives the Amazon Q CLI's login in the form of `amazonq_credentials.json`; resolves to the exit code. */
export async function credentialsCommand(options: CredentialsOptions): Promise<number> {
  const { database, output, stdout, stderr, clock } = options;
  const fail = (sentence: string): number => {
    stderr(`aqbridge: ${sentence}\n`);
    return 1;
  };
  if (database === undefined)
    return fail("there is no home directory to look for the Amazon Q CLI's login in");
  const reading = await createCliDatabase(database, clock).read();
  const credentials = reading.state === "login" ? exportable(reading.login) : undefined;
  if (credentials === undefined)
    return fail(`no login in ${database}: ${whyNone(reading)}; run \`q login\` first`);
  const text = `${JSON.stringify(credentials)}\n`;
  if (output === undefined) {
    stdout(text);
    return 0;
  }
  try {
    await replaceFile(output, text);
    return 0;
  } catch (error) {
    return fail(`cannot write ${output} (${errorCode(error)})`);
  }
}

/** The original program's four members; the region too where it is not the one that is understood. */
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

const whyNone = (reading: Reading): string =>
  reading.state === "login" ? "it lacks what a refresh needs" : reading.reason;
