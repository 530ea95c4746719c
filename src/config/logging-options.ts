import { logFormats } from "../log.ts";
import { option, reloadable } from "./option.ts";
import { boolean, choice, integer, logLevel, path } from "./value-types.ts";

const mib = 1024 * 1024;

/** What the bridge writes down about its work, and where. */
export const loggingOptions = {
  debugDump: option(path("folder"), {
    flag: "debug-dump",
    defaultText: "none",
    help: "Folder to write each request and answer to, prompts and all, for debugging; the newest 200 files are kept.",
  }),
  logLevel: reloadable(logLevel, {
    flag: "log-level",
    env: ["AQBRIDGE_LOG_LEVEL"],
    keys: ["logging.level"],
    default: "info",
    help: "What to log to stderr: debug, info, warn, error or silent.",
  }),
  logEnabled: reloadable(boolean, {
    keys: ["logging.enabled"],
    default: true,
    help: "Whether to log more than errors.",
  }),
  logRequests: reloadable(boolean, {
    keys: ["logging.log_requests"],
    default: true,
    help: "Log what each request is, at the level debug; never its contents.",
  }),
  logResponses: reloadable(boolean, {
    keys: ["logging.log_responses"],
    default: true,
    help: "Log each answer's status, time and size; never its contents.",
  }),
  logTokenRefresh: option(boolean, {
    keys: ["logging.log_token_refresh"],
    default: true,
    help: "Log when the login is read or refreshed; never the token.",
  }),
  logFile: option(path("file"), {
    keys: ["logging.file"],
    defaultText: "stderr",
    help: "File to log to instead of stderr, readable by its owner alone; SIGHUP reopens it after a rotation.",
  }),
  logFormat: option(choice(...logFormats), {
    env: ["AQBRIDGE_LOG_FORMAT"],
    keys: ["logging.format"],
    default: "auto",
    help: "What log lines look like: json, text, or (auto) text on a terminal and JSON elsewhere.",
  }),
  maxLogLength: reloadable(integer(1, mib), {
    keys: ["logging.max_log_length"],
    default: 500,
    help: "Longest value in a log line, in characters.",
  }),
} as const;
