import type { Clock } from "../clock.ts";
import { BridgeError } from "../errors.ts";
import { damaged } from "../eventstream/damaged.ts";
import { frameDecoder } from "../eventstream/framing.ts";
import { pipe, type Stage, transformed } from "../stream/stage.ts";
import { isEnding, type TurnEvent, type TurnStream } from "../turn/events.ts";
import type { TurnRequest, Upstream } from "../upstream.ts";
import { type Answered, type AskOptions, ask } from "./ask.ts";
import { refuseOverflow } from "./context-window.ts";
import { conversationId } from "./conversation-id.ts";
import { origin } from "./endpoint.ts";
import { createModelChoice, type ModelChoiceOptions } from "./model-choice.ts";
import type { Prepared } from "./prepared.ts";
import { buildRequest, type RequestContext } from "./request/build.ts";
import { keepsOutputLimit } from "./request/model-fields.ts";
import { usesThinkingTags } from "./request/thinking-prompt.ts";
import { eventDecoder, type ServiceEvent } from "./response/events.ts";
import { codeOf } from "./response/failure.ts";
import { thinkingTags } from "./response/thinking-tags.ts";
import { turnDecoder } from "./response/turn.ts";
import { createWatchdog, type Patience, type Watchdog } from "./watchdog.ts";

export interface AmazonQOptions extends AskOptions, ModelChoiceOptions {
  clock: Clock;
  /** Overrides the login's own profile. */
  profileArn: string | undefined;
  patience: Patience;
  /** Largest single event, in bytes. */
  maxEventBytes: number;
  /** Largest piece of the answer's bytes that is worked on at once. */
  pieceBytes: number;
}

/** Amazon Q Developer as an upstream. */
export function createAmazonQ(options: AmazonQOptions): Upstream {
  const { find, modelFor } = createModelChoice(options);

  const generate = async ({ conversation, inputTokens, signal }: TurnRequest): Promise<TurnStream> => {
    const model = modelFor(conversation.model);
    const window = { inputTokens, contextWindow: model.contextWindow };
    refuseOverflow(window);
    const prepare = (context: RequestContext): Prepared => {
      const { body, toolNames } = buildRequest(conversation, context);
      return { body: JSON.stringify(body), toolNames, context, window };
    };
    const watchdog = createWatchdog(options.clock, options.patience, signal);
    try {
      const token = await options.tokens.get(signal);
      const profileArn = options.profileArn ?? token.profileArn;
      const prepared = prepare({ model, conversationId: conversationId(conversation), profileArn, origin });
      const answered = await ask(options, { token, prepared }, prepare, watchdog.signal);
      const turns = answerDecoder(answered);
      const decoder = usesThinkingTags(conversation, model) ? pipe(turns, thinkingTags) : turns;
      return decodeAnswer(answered.response, decoder, watchdog, options);
    } catch (error) {
      watchdog.release();
      throw error;
    }
  };

  return {
    generate,
    models: () => options.modelList.current(),
    findModel: find,
    modelFor,
    keepsOutputLimit: (model, maxTokens) => keepsOutputLimit(modelFor(model).fields, maxTokens),
  };
}

const answerDecoder = ({ response, token, prepared }: Answered): Stage<ServiceEvent, TurnEvent> =>
  turnDecoder({
    ...prepared.window,
    modelId: prepared.context.model.id,
    conversationId: prepared.context.conversationId,
    secrets: [token.value],
    toolNames: prepared.toolNames,
    isDelimited: isDelimited(response),
  });

function decodeAnswer(
  response: Response,
  decoder: Stage<ServiceEvent, TurnEvent>,
  watchdog: Watchdog,
  { maxEventBytes, pieceBytes }: AmazonQOptions,
): TurnStream {
  const messages = pipe(frameDecoder(maxEventBytes), tap(watchdog.touch));
  return transformed(response.body ?? emptyBody(), pipe(messages, pipe(eventDecoder, decoder)), {
    pieces: (chunk) => cut(chunk, pieceBytes),
    settle: (error) => ({
      type: "turn-error",
      error: BridgeError.from(watchdog.signal.aborted ? watchdog.signal.reason : readFailure(error)),
    }),
    onClose: watchdog.release,
    isLast: isEnding,
  });
}

const tap =
  <T>(look: () => void): Stage<T, T> =>
  (next) => ({
    push(value) {
      look();
      next.push(value);
    },
    end: () => next.end(),
  });

const emptyBody = () => new ReadableStream<Uint8Array>({ start: (controller) => controller.close() });

/** Without length and chunks the end of the bytes is the end of the connection, and so may be a cut (fault row 49). */
const isDelimited = ({ headers }: Response): boolean =>
  headers.has("content-length") || headers.has("transfer-encoding");

function cut(chunk: Uint8Array, size: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let start = 0; start < chunk.length; start += size) pieces.push(chunk.subarray(start, start + size));
  return pieces;
}

/** What the runtime throws when a body breaks off has a code; what a stage throws is passed on. */
const readFailure = (error: unknown): unknown =>
  error instanceof Error && "code" in error && !(error instanceof BridgeError)
    ? damaged(`connection broke (${codeOf(error)})`)
    : error;
