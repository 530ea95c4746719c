import type { TokenSource } from "../auth/token-source.ts";
import type { Clock } from "../clock.ts";
import { frameDecoder } from "../eventstream/framing.ts";
import { searching } from "../search/searching.ts";
import type { Mask } from "../secrets/secrets.ts";
import { pipe, type Stage } from "../stream/stage.ts";
import { createPause, nextStep } from "../stream/turns.ts";
import type { Conversation, ReasoningSetting } from "../turn/conversation.ts";
import type { TurnEvent, TurnStream } from "../turn/events.ts";
import type { Trace, TurnRequest, Upstream } from "../upstream.ts";
import { refuseOverflow } from "./context-window.ts";
import { conversationId } from "./conversation-id.ts";
import { type AnswerReading, decodeAnswer } from "./decode-answer.ts";
import { type Attempt, type ExchangeOptions, exchange } from "./exchange.ts";
import { createModelChoice, type ModelChoiceOptions } from "./models/model-choice.ts";
import { opened } from "./opened.ts";
import type { Prepared } from "./prepared.ts";
import { type AskOptions, createAsk } from "./recovery/ask.ts";
import { createRetryBucket, type RetryBucket } from "./recovery/retry.ts";
import { buildRequest, type RequestContext } from "./request/build.ts";
import { keepsOutputLimit } from "./request/model-fields.ts";
import { usesThinkingTags } from "./request/thinking-prompt.ts";
import type { ServiceEvent } from "./response/events.ts";
import { neverEmpty } from "./response/never-empty.ts";
import { thinkingTags } from "./response/thinking-tags.ts";
import { turnDecoder } from "./response/turn.ts";
import { traced, tracing } from "./traced.ts";
import { createWatchdog, type Patience } from "./watchdog.ts";
import { createWebSearch } from "./web-search.ts";

export interface AmazonQOptions
  extends Omit<AskOptions, "bucket" | "random">,
    ExchangeOptions,
    ModelChoiceOptions,
    Pick<AnswerReading, "pieceBytes"> {
  tokens: TokenSource;
  clock: Clock;
  /** Largest single event of an answer, in bytes. */
  maxEventBytes: number;
  /** Overrides the login's own profile. */
  profileArn: string | undefined;
  patience: Patience;
  /** From 0 to 1; by default the platform's. */
  random?: () => number;
  /** By default a full one. */
  bucket?: RetryBucket;
}

/** They take about 10 ms when each brings as much as it can. */
const readsPerTurn = 64;
/** They take about as long when requests are small; a thousand at once blocked everything else for 0.3 s (measured). */
const beginningsPerTurn = 32;

/** Amazon Q Developer as an upstream, including its web search. */
export function createAmazonQ(options: AmazonQOptions): Upstream {
  const { find, modelFor, reasoningIn } = createModelChoice(options);
  const reading = {
    ...options,
    frames: frameDecoder(options.maxEventBytes),
    pause: createPause(readsPerTurn),
  };
  const beginning = createPause(beginningsPerTurn);
  const ask = createAsk({ random: Math.random, bucket: createRetryBucket(), ...options });

  const generate = async ({ inputTokens, signal, trace, ...request }: TurnRequest): Promise<TurnStream> => {
    await nextStep(beginning);
    const conversation = withReasoning(request.conversation, reasoningIn(request.conversation.model));
    const model = modelFor(conversation.model);
    const window = { inputTokens, contextWindow: model.contextWindow };
    refuseOverflow(window);
    const prepare = (context: RequestContext): Prepared => {
      const { body, toolNames } = buildRequest(conversation, context);
      return { body: JSON.stringify(body), toolNames, context, window };
    };
    const open = async (attempt: Attempt): Promise<TurnStream> => {
      const watchdog = createWatchdog(options.clock, options.patience, signal);
      try {
        const response = await exchange(traced(options, trace), attempt, watchdog.signal);
        const turns = pipe(tracing(trace), turnDecoderOf(response, attempt, options.mask, trace));
        const shape = usesThinkingTags(conversation, model)
          ? pipe(thinkingTags(conversation.settings.reasoning?.shown ?? true), neverEmpty)
          : neverEmpty;
        return await opened(decodeAnswer(response, { turns, shape }, watchdog, reading));
      } catch (error) {
        watchdog.release();
        watchdog.signal.throwIfAborted();
        throw error;
      }
    };
    const token = await options.tokens.get(signal);
    const profileArn = options.profileArn ?? token.profileArn;
    const prepared = prepare({ model, conversationId: conversationId(conversation), profileArn });
    return ask({ token, prepared }, { prepare, open, signal, requestId: trace?.requestId });
  };

  const upstream: Upstream = {
    generate,
    models: () => options.modelList.current(),
    findModel: find,
    modelFor,
    keepsOutputLimit: (model, maxTokens) => keepsOutputLimit(modelFor(model).fields, maxTokens),
  };
  return searching(upstream, createWebSearch(options));
}

/** What the request itself says of its reasoning wins. */
function withReasoning(conversation: Conversation, named: ReasoningSetting | undefined): Conversation {
  const { settings } = conversation;
  if (!named || settings.reasoning?.budgetTokens !== undefined) return conversation;
  return { ...conversation, settings: { ...settings, reasoning: { ...named, ...settings.reasoning } } };
}

const turnDecoderOf = (
  response: Response,
  { prepared }: Attempt,
  mask: Mask,
  trace: Trace | undefined,
): Stage<ServiceEvent, TurnEvent> =>
  turnDecoder({
    ...prepared.window,
    modelId: prepared.context.model.id,
    conversationId: prepared.context.conversationId,
    mask,
    trace,
    toolNames: prepared.toolNames,
    isDelimited: isDelimited(response),
  });

/** Without length and chunks the end of the bytes is the end of the connection, and so may be a cut (fault row 49). */
const isDelimited = ({ headers }: Response): boolean =>
  headers.has("content-length") || headers.has("transfer-encoding");
