import type { Commands } from "./command.ts";
import { completions } from "./commands/completions.ts";
import { config } from "./commands/config.ts";
import { credentials } from "./commands/credentials.ts";
import { doctor } from "./commands/doctor.ts";
import { env } from "./commands/env.ts";
import { helpCommand } from "./commands/help.ts";
import { key } from "./commands/key.ts";
import { login } from "./commands/login.ts";
import { logout } from "./commands/logout.ts";
import { serve } from "./commands/serve.ts";
import { service } from "./commands/service.ts";
import { setup } from "./commands/setup.ts";
import { status } from "./commands/status.ts";
import { version } from "./commands/version.ts";

/** Every command there is, in the order in which the help text lists them. */
export const commands: Commands = {
  serve,
  login,
  logout,
  status,
  doctor,
  env,
  setup,
  service,
  config,
  key,
  credentials,
  completions,
  version,
  help: helpCommand(() => Object.keys(commands)),
};
