import type { Clock } from "../clock.ts";
import type { BridgeError } from "../errors.ts";
import type { Log, LogFields } from "../log.ts";
import type { Call } from "./answer.ts";

export type Ending =
  | { type: "end"; outputTokens: number }
  | { type: "error"; error: BridgeError }
  | { type: "gone" };

/** Writes a line when an answer is asked for and one when a request ends: shapes and counts, never a word of what was said. */
export interface Journal {
  begin(call: Call, inputTokens: number): void;
  end(requestId: string, ending: Ending, path?: string): void;
}

interface JournalOptions {
  log: Log;
  clock: Clock;
  logRequests: boolean;
  logResponses: boolean;
}

interface Entry {
  startedAt: number;
  about: LogFields;
}

export function createJournal({ log, clock, logRequests, logResponses }: JournalOptions): Journal {
  const entries = new Map<string, Entry>();

  return {
    begin({ requestId, protocol, conversation, stream }, inputTokens) {
      const { model, messages, tools } = conversation;
      const about = { protocol, model, stream };
      entries.set(requestId, { startedAt: clock.now(), about });
      if (!logRequests) return;
      log.info("request.begin", {
        id: requestId,
        ...about,
        messages: messages.length,
        tools: tools.length,
        inputTokens,
      });
    },
    end(requestId, ending, path) {
      const entry = entries.get(requestId);
      entries.delete(requestId);
      const fields = {
        id: requestId,
        ...(entry ? { ...entry.about, ms: clock.now() - entry.startedAt } : { path }),
        end: ending.type,
      };
      if (ending.type === "error") logFailure(log, ending.error, fields);
      else if (logResponses) log.info("request.end", { ...fields, outputTokens: outputTokensOf(ending) });
    },
  };
}

const outputTokensOf = (ending: Ending) => (ending.type === "end" ? ending.outputTokens : undefined);

/** The one place where a failure's cause is written down; of a cause only its own sentence, never what it wraps. */
function logFailure(log: Log, { kind, code, cause }: BridgeError, fields: LogFields): void {
  const reason = cause instanceof Error ? cause : undefined;
  const why = { ...fields, class: kind, code, cause: reason?.message };
  if (kind === "internal") log.error("request.end", { ...why, stack: reason?.stack });
  else log.warn("request.end", why);
}
