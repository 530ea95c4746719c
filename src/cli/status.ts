import { type PlanUsage, usageLimits } from "../amazonq/usage-limits.ts";
import type { LoginStatus } from "../auth/token-source.ts";
import { BridgeError } from "../errors.ts";
import { silentLog } from "../log.ts";
import type { Context, Flags } from "./command.ts";
import { withDeadline } from "./deadline.ts";
import { amazonService } from "./service.ts";

/** Who one is to Amazon Q. */
export interface Status {
  login: LoginStatus;
  /** The plan, or a sentence that says why the service does not tell of it; undefined without a usable login. */
  usage: PlanUsage | string | undefined;
}

const timeoutMs = 20_000;

/** Asks for the plan first, since that may refresh the login. */
export async function readStatus(settings: Flags, context: Context): Promise<Status> {
  const { config } = context.load(settings);
  const service = amazonService({ ...context, config, log: silentLog });
  const { profileArn } = config;
  const login = await service.tokens.status();
  if (login.state !== "ready") return { login, usage: undefined };
  const ask = (signal: AbortSignal) => usageLimits({ ...service, profileArn }, signal);
  const usage = await withDeadline(context.clock, timeoutMs, ask).catch(
    (error: unknown) => BridgeError.from(error).message,
  );
  return { login: await service.tokens.status(), usage };
}
