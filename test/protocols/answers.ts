import fc from "fast-check";
import type { Chunking, ScriptedMessage, ScriptedStep, ScriptedStream } from "../../src/simulator/script.ts";
import {
  contextUsage,
  exception,
  metadata,
  metering,
  openTool,
  reasoning,
  redacted,
  text,
  tool,
} from "../support/script.ts";

/** A stretch of an answer, and what of it must reach a client. */
interface Stretch {
  steps: ScriptedStep[];
  text?: string;
  reasoning?: string;
  calls?: Call[];
}
interface Call {
  id: string;
  name: string;
  json: string;
}

/** A whole answer of the service, and what of it must reach a client. */
export interface Answer {
  script: ScriptedStream;
  text: string;
  reasoning: string;
  calls: Call[];
}

const awkward = [
  "",
  "\n",
  "\n\n",
  "data: [DONE]\n\n",
  "\r",
  "\u2028",
  "\ufeff",
  "\u0000",
  "👩‍👩‍👧",
  "\ud83d",
  "event: x",
];
const deltas = () =>
  fc.array(fc.oneof(fc.constantFrom(...awkward), fc.string({ unit: "binary" })), { maxLength: 5 });

/** The text in pieces, cut anywhere. */
const cutUp = (whole: string) =>
  fc.array(fc.nat({ max: whole.length }), { maxLength: 4 }).map((cuts) => {
    const edges = [0, ...cuts.sort((a, b) => a - b), whole.length];
    return edges.slice(1).map((end, index) => whole.slice(edges[index], end));
  });

const textStretch = (): fc.Arbitrary<Stretch> =>
  deltas().map((said) => ({ steps: text(...said), text: said.join("") }));

/** What nothing signs is followed by words: at the end of an answer it would be a sign of a cut. */
const reasoningStretch = (): fc.Arbitrary<Stretch> =>
  fc.tuple(deltas(), fc.constantFrom("", "c2lnbmF0dXJl", ".KTR~~opaque")).map(([thoughts, signature]) => ({
    steps: [...reasoning(thoughts, signature), ...(signature ? [] : text("So."))],
    reasoning: thoughts.join(""),
    ...(signature === "" && { text: "So." }),
  }));

const redactedStretch = (): fc.Arbitrary<Stretch> => fc.constant({ steps: [redacted("AAEC")] });

const json = () =>
  fc
    .tuple(
      fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }),
      fc.constantFrom(0, 1, "\t"),
    )
    .map(([value, indent]) => JSON.stringify(value, null, indent));

type Form = (call: Call, fragments: readonly string[]) => ScriptedMessage[];
const fragment = (payload: unknown): ScriptedMessage => ({ type: "toolUseEvent", payload });

/** Every way in which the service is known to send one call (contract 3.4). */
const forms: readonly Form[] = [
  ({ id, name }, fragments) => tool(id, name, ...fragments),
  ({ id, name }, fragments) => [...tool(id, name, ...fragments), ...tool(id, name, ...fragments)],
  ({ id, name }, fragments) => [...tool(id, name, ...fragments), ...tool(id, name)],
  ({ id, name, json }) => [fragment({ toolUseId: id, name, input: json, stop: true })],
  ({ id, name }, fragments) => [
    fragment({ toolUseId: id, name, input: "" }),
    ...fragments.map((input) => fragment({ input })),
    fragment({ stop: true }),
  ],
];

const names = ["read", "Bash", "mcp__server__tool"];

const toolStretch = (): fc.Arbitrary<Stretch> =>
  json()
    .chain((whole) =>
      fc.tuple(
        fc.constant(whole),
        cutUp(whole),
        fc.uuid(),
        fc.constantFrom(...names),
        fc.constantFrom(...forms),
      ),
    )
    .map(([whole, fragments, id, name, form]) => {
      const call = { id: `tooluse_${id}`, name, json: whole };
      return { steps: form(call, fragments), calls: [call] };
    });

const bareToolStretch = (): fc.Arbitrary<Stretch> =>
  fc.tuple(fc.uuid(), fc.constantFrom(...names), fc.boolean()).map(([id, name, isTwice]) => ({
    steps: isTwice ? [...tool(id, name), ...tool(id, name)] : tool(id, name),
    calls: [{ id, name, json: "{}" }],
  }));

const foreignStretch = (): fc.Arbitrary<Stretch> =>
  fc.constantFrom<Stretch>(
    { steps: [{ type: "brandNewEvent", payload: { content: "not for you" } }] },
    { steps: [{ type: "followupPromptEvent", payload: { followupPrompt: { content: "More?" } } }] },
    { steps: [{ type: "messageMetadataEvent", payload: { conversationId: "c", utteranceId: "u" } }] },
  );

const stretches = () =>
  fc.array(
    fc.oneof(
      { weight: 3, arbitrary: textStretch() },
      { weight: 3, arbitrary: toolStretch() },
      { weight: 1, arbitrary: bareToolStretch() },
      { weight: 2, arbitrary: reasoningStretch() },
      { weight: 1, arbitrary: redactedStretch() },
      { weight: 1, arbitrary: foreignStretch() },
    ),
    { maxLength: 6 },
  );

const reasons = [undefined, "END_TURN", "tool_use", "MAX_TOKENS", "STOP_SEQUENCE", "CONTENT_FILTERED", "NEW"];
const tokenUsage = { uncachedInputTokens: 7, cacheReadInputTokens: 2, outputTokens: 5 };

const endings = (): fc.Arbitrary<ScriptedStep[]> =>
  fc.tuple(fc.constantFrom(...reasons), fc.boolean()).chain(([stopReason, isCounted]) => {
    const told = metadata({ ...(stopReason && { stopReason }), ...(isCounted && { tokenUsage }) });
    return fc.shuffledSubarray([told, metering, contextUsage]);
  });

const chunkings = (): fc.Arbitrary<Chunking> =>
  fc.oneof(fc.constantFrom<Chunking>("frame", "whole", "straddling"), fc.integer({ min: 1, max: 400 }));

const transfers = () => fc.constantFrom<"chunked" | "length">("chunked", "length");

/** Always says something, so that no answer is empty. */
const opening: Stretch = { steps: text("Hi"), text: "Hi" };

function answerOf(
  parts: readonly Stretch[],
  rest: ScriptedStep[],
): Omit<Answer, "script"> & { steps: ScriptedStep[] } {
  return {
    steps: [...parts.flatMap(({ steps }) => steps), ...rest],
    text: parts.map((part) => part.text ?? "").join(""),
    reasoning: parts.map((part) => part.reasoning ?? "").join(""),
    calls: parts.flatMap(({ calls = [] }) => calls),
  };
}

/** Answers that are complete, in any order of events that the service may choose, in any chunks. */
export const wholeAnswers = (): fc.Arbitrary<Answer> =>
  fc
    .tuple(stretches(), fc.nat(), endings(), chunkings(), transfers())
    .map(([parts, place, ending, chunking, transfer]) => {
      const { steps, ...rest } = answerOf(parts.toSpliced(place % (parts.length + 1), 0, opening), ending);
      return { ...rest, script: { events: steps, chunking, transfer } };
    });

/** Answers that the length limit cut inside a call. */
export const cutAnswers = (): fc.Arbitrary<Answer> =>
  fc
    .tuple(stretches(), fc.constantFrom('{"path":"a', "{", '{"a":1,'), chunkings())
    .map(([parts, begun, chunking]) => {
      const call = { id: "tooluse_cut", name: "read", json: begun };
      const cut = { steps: openTool(call.id, call.name, begun), calls: [call] };
      const { steps, ...rest } = answerOf([opening, ...parts, cut], [metadata({ stopReason: "MAX_TOKENS" })]);
      return { ...rest, script: { events: steps, chunking } };
    });

const letter = text("x")[0] ?? metering;
const faults: readonly ScriptedStep[] = [
  { cut: "reset" },
  { corrupt: letter, checksum: "prelude" },
  { corrupt: letter, checksum: "message" },
  { bytes: new Uint8Array(16) },
  exception("throttlingException", "Too many requests."),
  exception("internalServerException", "Oh."),
  { error: "InternalError", message: "Oh." },
  { type: "invalidStateEvent", payload: { reason: "X", message: "Oh." } },
  { type: "assistantResponseEvent", payload: { content: 5 } },
];

/** Answers that break at any place, in any way. */
export const brokenAnswers = (): fc.Arbitrary<Answer> =>
  fc
    .tuple(wholeAnswers(), fc.nat(), fc.constantFrom(...faults))
    .map(([{ script, ...rest }, place, fault]) => ({
      ...rest,
      script: { ...script, events: script.events.toSpliced(place % (script.events.length + 1), 0, fault) },
    }));

/** Answers whose connection ends cleanly between two messages or inside one. */
export const endedAnswers = (): fc.Arbitrary<Answer> =>
  fc.tuple(wholeAnswers(), fc.nat(), fc.boolean()).map(([{ script, ...rest }, place, isInside]) => {
    const end: ScriptedStep[] = [...(isInside ? [{ bytes: Uint8Array.of(0, 0) }] : []), { cut: "end" }];
    const at = place % (script.events.length + 1);
    return { ...rest, script: { ...script, events: [...script.events.slice(0, at), ...end] } };
  });
