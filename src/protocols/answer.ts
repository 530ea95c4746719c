import type { Clock } from "../clock.ts";
import { BridgeError } from "../errors.ts";
import { createAlarm, late, within } from "../http/alarm.ts";
import { atOnceSeconds, betweenAnswersSeconds } from "../http/idle.ts";
import { joinedSignal } from "../http/joined-signal.ts";
import { pipe } from "../stream/stage.ts";
import { collectTurn, type Turn } from "../turn/collect.ts";
import type { Conversation } from "../turn/conversation.ts";
import { honour } from "../turn/honour.ts";
import { type TurnReader, turnReader } from "../turn/reader.ts";
import type { TokenEstimator } from "../turn/tokens/estimator.ts";
import type { Upstream } from "../upstream.ts";
import { type AnswerEncoding, sseHeaders, sseStream } from "./answer-stream.ts";
import type { Brake } from "./brake.ts";
import type { Ending, Journal, TurnAccount } from "./journal.ts";
import type { TakePlace } from "./places.ts";
import type { ReplyIdentity } from "./reply.ts";

export interface AnswerDependencies {
  upstream: Upstream;
  clock: Clock;
  journal: Journal;
  estimator: TokenEstimator;
  /** Silence after which a streamed answer gets a heartbeat. */
  heartbeatMs: number;
  /** How long a client may leave a streamed answer unread. */
  slowClientMs: number;
  /** Removes secrets from a failure's message. */
  mask: (text: string) => string;
  newId: () => string;
  takePlace: TakePlace;
  brake: Brake;
  /** Aborts when answers have to end, with the reason they end for. */
  closing: AbortSignal;
}

export interface Call {
  protocol: "openai" | "openai-responses" | "anthropic";
  requestId: string;
  /** What the protocol puts before an answer's id. */
  idPrefix: string;
  conversation: Conversation;
  stream: boolean;
  signal: AbortSignal;
  /** Makes the runtime close the connection after so many idle seconds; 0 keeps it open. */
  limitIdle: (seconds: number) => void;
  /** The headers of the answer, be it a failure; may be added to. */
  headers: Record<string, unknown>;
}

/** Names the model that answers, whatever the client called it. */
const modelHeader = "x-aqbridge-model";

/**
 * The one way from a conversation to an answer; `encoding` and `whole` put it in the protocol's terms. It rejects only
 * with failures that can still have an HTTP status of their own.
 */
export async function answer<Whole>(
  dependencies: AnswerDependencies,
  call: Call,
  encoding: (identity: ReplyIdentity) => AnswerEncoding,
  whole: (identity: ReplyIdentity, turn: Turn) => Whole,
): Promise<Response | Whole> {
  const { signal, leave, onEnd } = beginning(dependencies, call);
  try {
    const { identity, reader, account } = ask(dependencies, { ...call, signal });
    if (call.stream) return await streamed(dependencies, reader, encoding(identity), account, onEnd);
    const turn = await collectTurn(reader);
    const body = whole(identity, turn);
    onEnd({ type: "end", usage: turn.end.usage });
    return body;
  } catch (error) {
    try {
      if (isOverflow(error)) await dependencies.brake(call.conversation, signal);
    } finally {
      leave(error);
    }
    throw error;
  }
}

/**
 * What an answer holds while it lasts, and how it lets go. Not inside `answer`: a closure that outlives an async function
 * keeps all of that function's variables alive, here the whole request (1 MB of a 1 MB request, measured).
 */
function beginning(
  { takePlace, closing, journal }: AnswerDependencies,
  { requestId, signal: client, limitIdle }: Call,
) {
  const leavePlace = takePlace();
  const { signal, release } = joinedSignal(client, closing);
  limitIdle(0);
  /** With a reason, it also aborts what the answer has under way. */
  const leave = (reason?: unknown, idleSeconds = betweenAnswersSeconds) => {
    leavePlace();
    release(reason);
    limitIdle(idleSeconds);
  };
  const onEnd = (ending: Ending) => {
    const isSlow = ending.type === "gone" && ending.isSlow;
    leave(ending.type === "end" ? undefined : ending, isSlow ? atOnceSeconds : betweenAnswersSeconds);
    journal.end(requestId, ending);
  };
  return { signal, leave, onEnd };
}

const isOverflow = (error: unknown) => error instanceof BridgeError && error.kind === "context-length";

interface Asked {
  identity: ReplyIdentity;
  reader: TurnReader;
  account: TurnAccount;
}

function ask({ upstream, clock, journal, estimator, newId }: AnswerDependencies, call: Call): Asked {
  const { conversation, signal } = call;
  const { inputTokens, stage: measure } = estimator.begin(conversation);
  const account = journal.begin(call, inputTokens);
  call.headers[modelHeader] = upstream.modelFor(conversation.model).id;
  const identity = {
    id: `${call.idPrefix}${newId()}`,
    model: conversation.model,
    createdAt: Math.floor(clock.now() / 1000),
    inputTokens,
  };
  const { maxTokens } = conversation.settings;
  const limitsOutput = maxTokens !== undefined && upstream.keepsOutputLimit(conversation.model, maxTokens);
  // Instructions that the bridge adds do not make it another conversation.
  const asked = { begunWith: conversation.system, ...conversation };
  const { conversation: question, stage } = honour(asked, { inputTokens, limitsOutput });
  const opening = upstream.generate({ conversation: question, inputTokens, signal, trace: account });
  return { identity, reader: turnReader(opening, pipe(measure, stage)), account };
}

/** How long a stream's status line waits for the first event at most, however long the heartbeat interval. */
const mostHeldMs = 15_000;

/**
 * Holds the status line until the first event, so that an early failure keeps its HTTP status; but not for ever: when
 * the first event is late, the stream begins with a heartbeat.
 */
async function streamed(
  { clock, heartbeatMs, slowClientMs, mask }: AnswerDependencies,
  turn: TurnReader,
  encoding: AnswerEncoding,
  { wrote }: TurnAccount,
  onEnd: (ending: Ending) => void,
): Promise<Response> {
  const first = turn.read();
  const batch = await within(clock, Math.min(heartbeatMs, mostHeldMs), first);
  const isLate = batch === late;
  const event = isLate ? undefined : batch?.[0];
  if (event?.type === "turn-error") throw event.error;
  const quiet = createAlarm(clock, heartbeatMs, slowClientMs);
  const options = { clock, quiet, isLate, mask, onWrite: wrote, onEnd };
  const bytes = sseStream(turn, first, encoding, options);
  return new Response(bytes, { headers: sseHeaders });
}
