import { logFormats } from "../log.ts";
import { option } from "./option.ts";
import { boolean, choice, integer, logLevel, path } from "./value-types.ts";

const mib = 1024 * 1024;

/** What of its work the bridge writes down, and where. */
export const loggingOptions = {
  debugDump: option(path("folder"), {
    flag: "debug-dump",
    defaultText: "none",
    help: "Folder to write what is asked and answered to, prompts and all, for debugging; the newest 200 files are kept.",
  }),
  logLevel: option(logLevel, {
    flag: "log-level",
    env: ["AQBRIDGE_LOG_LEVEL"],
    keys: ["logging.level"],
    default: "info",
    help: "What to log to stderr: debug, info, warn, error or silent.",
    isReloadable: true,
  }),
  logEnabled: option(boolean, {
    keys: ["logging.enabled"],
    default: true,
    help: "Whether to log more than errors.",
    isReloadable: true,
  }),
  logRequests: option(boolean, {
    keys: ["logging.log_requests"],
    default: true,
    help: "Log what each request is, at the level debug; never its contents.",
    isReloadable: true,
  }),
  logResponses: option(boolean, {
    keys: ["logging.log_responses"],
    default: true,
    help: "Log each answer's status, time and size; never its contents.",
    isReloadable: true,
  }),
  logTokenRefresh: option(boolean, {
    keys: ["logging.log_token_refresh"],
    default: true,
    help: "Log when the login is read or refreshed; never the token.",
  }),
  logFile: option(path("file"), {
    keys: ["logging.file"],
    defaultText: "stderr",
    help: "File to log to in stderr's place, for its owner alone; SIGHUP opens it anew after a rotation.",
  }),
  logFormat: option(choice(...logFormats), {
    env: ["AQBRIDGE_LOG_FORMAT"],
    keys: ["logging.format"],
    default: "auto",
    help: "What log lines look like: json, text, or (auto) text on a terminal and JSON elsewhere.",
  }),
  maxLogLength: option(integer(1, mib), {
    keys: ["logging.max_log_length"],
    default: 500,
    help: "Longest value in a log line, in characters.",
    isReloadable: true,
  }),
} as const;
