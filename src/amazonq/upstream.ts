import type { Clock } from "../clock.ts";
import { BridgeError } from "../errors.ts";
import { damaged } from "../eventstream/damaged.ts";
import { frameDecoder } from "../eventstream/framing.ts";
import { pipe, type Stage, transformed } from "../stream/stage.ts";
import { isEnding, type TurnStream } from "../turn/events.ts";
import type { TurnRequest, Upstream } from "../upstream.ts";
import { conversationId } from "./conversation-id.ts";
import { type ExchangeOptions, exchange } from "./exchange.ts";
import { builtInModels, resolveModelId } from "./models.ts";
import { buildRequest } from "./request/build.ts";
import { eventDecoder } from "./response/events.ts";
import { codeOf } from "./response/failure.ts";
import { type TurnContext, turnDecoder } from "./response/turn.ts";
import type { ServiceModel } from "./service-model.ts";
import { createWatchdog, type Patience, type Watchdog } from "./watchdog.ts";

export interface AmazonQOptions extends ExchangeOptions {
  clock: Clock;
  /** Overrides the login's own profile. */
  profileArn: string | undefined;
  defaultModel: string;
  patience: Patience;
  /** Largest single event, in bytes. */
  maxEventBytes: number;
  /** Largest piece of the answer's bytes that is worked on at once. */
  pieceBytes: number;
}

/** Who asks, as the service knows its own clients; it decides which models answer. */
const origin = "CLI";

/** Amazon Q Developer as an upstream. */
export function createAmazonQ(options: AmazonQOptions): Upstream {
  const defaultModel = findModel(options.defaultModel) ?? unlistedModel(options.defaultModel);
  const modelFor = (name: string) => findModel(name) ?? defaultModel;

  const generate = async ({ conversation, inputTokens, signal }: TurnRequest): Promise<TurnStream> => {
    const model = modelFor(conversation.model);
    const watchdog = createWatchdog(options.clock, options.patience, signal);
    try {
      const token = await options.tokens.get(signal);
      const profileArn = options.profileArn ?? token.profileArn;
      const { body, toolNames } = buildRequest(conversation, {
        model,
        conversationId: conversationId(conversation),
        profileArn,
        origin,
      });
      const request = { inputTokens, contextWindow: model.contextWindow };
      const response = await exchange(options, {
        token,
        body: JSON.stringify(body),
        profileArn,
        request,
        signal: watchdog.signal,
      });
      const context = { ...request, secrets: [token.value], toolNames, isDelimited: isDelimited(response) };
      return decodeAnswer(response, context, watchdog, options);
    } catch (error) {
      watchdog.release();
      throw error;
    }
  };

  return { generate, models: () => builtInModels, findModel, modelFor };
}

function findModel(name: string): ServiceModel | undefined {
  const id = resolveModelId(name);
  return builtInModels.find((model) => model.id === id);
}

/** The service's offer changes monthly: a model that the user names is asked for also when it is not in the list. */
const unlistedModel = (id: string): ServiceModel => ({
  id,
  displayName: id,
  contextWindow: 200_000,
  maxOutputTokens: 64_000,
  acceptsImages: true,
  acceptsDocuments: false,
  caching: undefined,
  fields: undefined,
});

function decodeAnswer(
  response: Response,
  context: TurnContext,
  watchdog: Watchdog,
  { maxEventBytes, pieceBytes }: AmazonQOptions,
): TurnStream {
  const messages = pipe(frameDecoder(maxEventBytes), tap(watchdog.touch));
  return transformed(response.body ?? emptyBody(), pipe(messages, pipe(eventDecoder, turnDecoder(context))), {
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
