import type { Tool } from "../turn/conversation.ts";
import type { StopReason, TurnEvent, TurnStream, Usage } from "../turn/events.ts";
import { outputLimit } from "../turn/output-limit.ts";
import { type TurnReader, turnFrom, turnReader } from "../turn/reader.ts";
import type { TurnRequest, Upstream } from "../upstream.ts";
import { nextRequest } from "./next-request.ts";
import { createRound, type Round } from "./round.ts";
import type { Searches } from "./searches.ts";
import { createTally } from "./tally.ts";

export interface SearchedTurnOptions {
  upstream: Upstream;
  tool: Tool;
  searches: Searches;
  /** Ends whatever is under way, the model's answer or searches. */
  leave: (reason: unknown) => void;
}

/** As many as on Anthropic's own servers, so that no model searches for ever. */
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
      // Without a search to call the model has to answer.
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
    const isSearchOffered = searches.canGoOn();
    request = nextRequest(request, tool, {
      messages,
      inputTokens: tally.inputTokens(),
      tokensLeft: tokensLeft(),
      isSearchOffered,
    });
    turn = ask(upstream, request);
  };

  const batches = rounds();
  const cancel = (reason?: unknown) => {
    leave(reason);
    return turn.cancel(reason);
  };
  return turnFrom({ read: () => batches.next(), cancel });
}

/** The first round's limit is kept by whoever keeps that of the whole answer; what is left of it may be too little for the model. */
function ask(upstream: Upstream, request: TurnRequest): TurnReader {
  const { model, settings } = request.conversation;
  const { maxTokens } = settings;
  const isKept = maxTokens === undefined || upstream.keepsOutputLimit(model, maxTokens);
  return turnReader(
    upstream.generate(request),
    isKept ? undefined : outputLimit(maxTokens, request.inputTokens),
  );
}

const withSearches = (usage: Usage, searches: number): Usage =>
  searches > 0 ? { ...usage, searches } : usage;
