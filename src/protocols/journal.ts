import type { Clock } from "../clock.ts";
import type { BridgeError } from "../errors.ts";
import type { Usage } from "../turn/events.ts";
import type { Oddity, Trace } from "../upstream.ts";
import type { Call } from "./answer.ts";

export type Ending =
  | { type: "end"; usage: Usage }
  | { type: "error"; error: BridgeError }
  /** The client has left, or has taken nothing for so long that it was cut off. */
  | { type: "gone"; isSlow?: true };

export interface Arrival {
  method: string;
  /** The pattern that the path matches, as paths may hold anything; undefined when it matches none. */
  route: string | undefined;
  /** The path itself. */
  path: string;
  /** As the client announced it. */
  bodyBytes: number | undefined;
}

/** What is known of a request: shapes and counts, never a word of what was said. */
export interface RequestRecord extends Arrival {
  requestId: string;
  /** Undefined unless a model was asked. */
  turn: TurnRecord | undefined;
  /** Undefined while the request is under way, and when there is nothing to tell but its status. */
  ending: Ending | undefined;
  status: number;
  ms: number;
}

export interface TurnRecord {
  protocol: Call["protocol"];
  /** As the client named it. */
  model: string;
  stream: boolean;
  messages: number;
  tools: number;
  /** Estimated. */
  inputTokens: number;
  /** Milliseconds until the answer's first message; undefined when there was none. */
  firstMessageMs: number | undefined;
  /** Requests to the service. */
  attempts: number;
  upstreamStatus: number | undefined;
  upstreamRequestId: string | undefined;
  /** Messages in the service's answers. */
  frames: number;
  /** Of a streamed answer. */
  outBytes: number;
  credits: number;
  /** How often each one was noticed. */
  oddities: Partial<Record<Oddity, number>>;
}

/** What a turn reports while it is under way. */
export interface TurnAccount extends Trace {
  wrote(bytes: number): void;
}

/** Follows each request from its arrival to its end. */
export interface Journal {
  arrive(requestId: string, arrival: Arrival): void;
  begin(call: Call, inputTokens: number): TurnAccount;
  /** The request is over. */
  end(requestId: string, ending: Ending, status?: number): void;
  /** How much has come so far of a body whose length was not announced. */
  grew(requestId: string, bodyBytes: number): void;
  /** The request has its answer; one that streams is over only with `end`. */
  answered(requestId: string, status: number): void;
  /** Bytes of the bodies of requests that the service has not begun to answer. */
  pendingBytes(): number;
}

/** Is told of the steps of every request. */
export interface RequestObserver {
  arrived(record: RequestRecord): void;
  /** The request is well-formed, and a model is asked. */
  began(record: RequestRecord, turn: TurnRecord): void;
  ended(record: RequestRecord): void;
}

interface Entry extends RequestRecord {
  startedAt: number;
  /** How much has come of a body whose length was not announced. */
  grownBytes: number;
}

/** nginx's word for a client that left before its answer. */
const clientClosedRequest = 499;

/** Bodies longer than `maxBodyBytes` are left unread. */
export function createJournal(
  clock: Clock,
  observers: readonly RequestObserver[],
  maxBodyBytes = Number.POSITIVE_INFINITY,
): Journal {
  const entries = new Map<string, Entry>();
  const msSince = (time: number) => clock.steady() - time;

  const finish = (requestId: string, ending: Ending | undefined, status: number) => {
    const entry = entries.get(requestId);
    if (!entry) return;
    entries.delete(requestId);
    const record = { ...entry, ending, status, ms: msSince(entry.startedAt) };
    for (const observer of observers) observer.ended(record);
  };

  return {
    arrive(requestId, arrival) {
      const entry = {
        ...arrival,
        requestId,
        turn: undefined,
        ending: undefined,
        status: 0,
        ms: 0,
        startedAt: clock.steady(),
        grownBytes: 0,
      };
      entries.set(requestId, entry);
      for (const observer of observers) observer.arrived(entry);
    },
    begin(call, inputTokens) {
      const turn = newTurn(call, inputTokens);
      const entry = entries.get(call.requestId);
      const startedAt = entry?.startedAt ?? clock.steady();
      if (entry) {
        entry.turn = turn;
        for (const observer of observers) observer.began(entry, turn);
      }
      return account(call.requestId, turn, () => msSince(startedAt));
    },
    end(requestId, ending, status = 200) {
      const isGone = ending.type === "gone" && !entries.get(requestId)?.turn?.outBytes;
      finish(requestId, ending, isGone ? clientClosedRequest : status);
    },
    grew(requestId, bodyBytes) {
      const entry = entries.get(requestId);
      if (entry) entry.grownBytes = bodyBytes;
    },
    answered(requestId, status) {
      if (!entries.get(requestId)?.turn) finish(requestId, undefined, status);
    },
    pendingBytes() {
      let bytes = 0;
      for (const { turn, bodyBytes, grownBytes } of entries.values()) {
        const size = bodyBytes ?? grownBytes;
        if (turn?.firstMessageMs === undefined && size <= maxBodyBytes) bytes += size;
      }
      return bytes;
    },
  };
}

const newTurn = ({ protocol, stream, conversation }: Call, inputTokens: number): TurnRecord => ({
  protocol,
  model: conversation.model,
  stream,
  messages: conversation.messages.length,
  tools: conversation.tools.length,
  inputTokens,
  firstMessageMs: undefined,
  attempts: 0,
  upstreamStatus: undefined,
  upstreamRequestId: undefined,
  frames: 0,
  outBytes: 0,
  credits: 0,
  oddities: {},
});

const account = (requestId: string, turn: TurnRecord, elapsed: () => number): TurnAccount => ({
  requestId,
  sent() {
    turn.attempts++;
  },
  answered(status, upstreamRequestId) {
    turn.upstreamStatus = status;
    turn.upstreamRequestId = upstreamRequestId;
  },
  received() {
    turn.firstMessageMs ??= elapsed();
    turn.frames++;
  },
  charged(credits) {
    turn.credits += credits;
  },
  noticed(oddity) {
    turn.oddities[oddity] = (turn.oddities[oddity] ?? 0) + 1;
  },
  wrote(bytes) {
    turn.outBytes += bytes;
  },
});
