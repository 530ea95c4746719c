import { listAvailableModels } from "../../amazonq/models/list-available-models.ts";
import type { LoginStore } from "../../auth/login.ts";
import { BridgeError, type ErrorKind } from "../../errors.ts";
import { withDeadline } from "../deadline.ts";
import { fromNow, loginInWords } from "../words.ts";
import { type Check, type Finding, failed, ok, skipped, warning } from "./check.ts";
import type { Facts, Subject } from "./subject.ts";

const logIn = "run `aqbridge login`";

/** Whether a place holds a login, and if not, why. */
export const sourceCheck = (store: LoginStore): Check => ({
  name: `source: ${store.source}`,
  async run() {
    const reading = await store.read();
    if (reading.state === "login") return ok(`${store.path} holds a login`);
    const said = `${store.path}: ${reading.reason}`;
    if (reading.state === "busy")
      return warning(said, `wait, or end the program that keeps ${store.path} from being read`);
    return reading.state === "unusable" ? warning(said, remedyOf(store)) : skipped(said);
  },
});

function remedyOf({ source, path }: LoginStore): string {
  if (source === "own file") return `move ${path} away, then ${logIn}`;
  return source === "KIRO_API_KEY"
    ? "correct or unset KIRO_API_KEY"
    : `sign in with ${source} again, or ${logIn}`;
}

/** Whether there is a valid token, and whether it can be renewed. */
export async function checkToken(
  { clock, service }: Pick<Subject, "clock" | "service">,
  { status, token }: Pick<Facts, "status" | "token">,
): Promise<Finding> {
  const isMissing = (await status()).state === "missing";
  try {
    await token();
  } catch (error) {
    const { kind, message } = BridgeError.from(error);
    if (kind === "login")
      return failed(isMissing ? "no login was found" : "the login has expired and cannot be renewed", logIn);
    return failed(message, isMissing ? "see its source above" : "fix the connection to the login service");
  }
  const found = await service.tokens.status();
  const { kind, expiresAt, canRefresh } = found;
  const whose = loginInWords(found);
  const life = expiresAt ? `expires ${fromNow(expiresAt, clock.now())}` : "does not say when it expires";
  if (canRefresh || kind === "api-key") return ok(`${whose}: ${life}`);
  return warning(`${whose}: ${life} and cannot be renewed`, logIn);
}

const remedies: Partial<Record<ErrorKind, string>> = {
  login: logIn,
  permission:
    "check that your subscription is active; for an organisation's, set AMAZONQ_PROFILE_ARN to its profile",
  quota: "wait until the plan resets; `aqbridge status` says when",
};

const modelsTimeoutMs = 15_000;

/** Whether the service accepts the token, judged by the models that it lists. */
export async function checkModels({ config, service, clock }: Subject, { token }: Facts): Promise<Finding> {
  if (!(await token().catch(() => undefined))) return skipped("needs a token");
  const { profileArn } = config;
  try {
    const models = await withDeadline(clock, modelsTimeoutMs, (signal) =>
      listAvailableModels({ ...service, profileArn }, signal),
    );
    return ok(`${models.length}; the service's default is ${models[0]?.id}`);
  } catch (error) {
    const { kind, message } = BridgeError.from(error);
    return failed(message, remedies[kind] ?? "fix the connection to Amazon Q");
  }
}
