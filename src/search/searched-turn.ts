import type { Conversation, Tool } from "../turn/conversation.ts";
import type { StopReason, TurnEvent, TurnStream, Usage } from "../turn/events.ts";
import { outputLimit } from "../turn/output-limit.ts";
import { type TurnReader, turnFrom, turnReader } from "../turn/reader.ts";
import type { TurnRequest, Upstream } from "../upstream.ts";
import { createRound, type Round } from "./round.ts";
import type { Searches } from "./searches.ts";
import { createTally } from "./tally.ts";

export interface SearchedTurnOptions {
  upstream: Upstream;
  tool: Tool;
  searches: Searches;
  /** Ends the model's answer and searches that are under way. */
  leave: (reason: unknown) => void;
}

/** As on Anthropic's own servers; keeps a model from searching for ever. */
const maxRounds = 10;

/** Round after round as one turn, until the model asks for no more searches. */
export function searchedTurn(
  { upstream, tool, searches, leave }: SearchedTurnOptions,
  first: TurnRequest,
  opened: TurnStream,
): TurnStream {
  const { maxTokens } = first.conversation.settings;
  let request = first;
  let turn = turnReader(Promise.resolve(opened));
  const tally = createTally();

  /** What the client may hear of a round, as it comes. */
  async function* heard(round: Round): AsyncGenerator<readonly TurnEvent[], void> {
    for (let batch = await turn.read(); batch; batch = await turn.read()) {
      const told = round.hear(batch);
      if (told.length > 0) yield told;
    }
    const end = round.end();
    if (end) tally.add(end.usage, request.inputTokens);
    for (const event of round.later()) yield [tally.tell(await event)];
  }

  async function* rounds(): AsyncGenerator<readonly TurnEvent[], undefined> {
    for (let roundsLeft = maxRounds - 1; ; roundsLeft--) {
      const round = createRound(tool.name, searches.run);
      yield* heard(round);
      const end = round.end();
      const usage = tally.usage();
      if (!end || !usage) return undefined;
      const stopReason = round.wantsMore() ? whyToStop(roundsLeft) : end.stopReason;
      if (stopReason) {
        yield [{ ...end, stopReason, usage: withSearches(usage, searches.count()) }];
        return undefined;
      }
      // A model without searches has to answer.
      if (roundsLeft === 1) searches.close();
      await goOn(round);
    }
  }

  const tokensLeft = () =>
    maxTokens === undefined ? undefined : maxTokens - (tally.usage()?.outputTokens ?? 0);

  const whyToStop = (roundsLeft: number): StopReason | undefined =>
    roundsLeft === 0 || (tokensLeft() ?? 1) <= 0 ? "length" : undefined;

  const goOn = async (round: Round) => {
    const messages = await round.messages();
    const { conversation } = request;
    const left = tokensLeft();
    request = {
      ...request,
      inputTokens: tally.inputTokens(),
      conversation: {
        ...(searches.canGoOn() ? conversation : withoutTool(conversation, tool)),
        messages: [...conversation.messages, ...messages],
        // A call that the client demanded has been made.
        toolChoice: { type: "auto" },
        settings: { ...conversation.settings, ...(left !== undefined && { maxTokens: left }) },
      },
    };
    turn = ask(upstream, request);
  };

  const batches = rounds();
  const cancel = (reason?: unknown) => {
    leave(reason);
    return turn.cancel(reason);
  };
  return turnFrom({ read: () => batches.next(), cancel });
}

/** Limits a further round where the model does not: what is left of the limit may be less than it accepts. */
function ask(upstream: Upstream, request: TurnRequest): TurnReader {
  const { model, settings } = request.conversation;
  const { maxTokens } = settings;
  const isKept = maxTokens === undefined || upstream.keepsOutputLimit(model, maxTokens);
  return turnReader(
    upstream.generate(request),
    isKept ? undefined : outputLimit(maxTokens, request.inputTokens),
  );
}

export const withoutTool = (conversation: Conversation, tool: Tool): Conversation => ({
  ...conversation,
  tools: conversation.tools.filter((other) => other !== tool),
});

const withSearches = (usage: Usage, searches: number): Usage =>
  searches > 0 ? { ...usage, searches } : usage;
