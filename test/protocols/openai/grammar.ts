import { type Static, type TProperties, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { readSse } from "../sse.ts";

const only = { additionalProperties: false };
const strict = <P extends TProperties>(properties: P) => Type.Object(properties, only);
const count = Type.Integer({ minimum: 0 });
const said = Type.String({ minLength: 1 });

const CallStart = strict({
  index: count,
  id: said,
  type: Type.Literal("function"),
  function: strict({ name: Type.String(), arguments: Type.Literal("") }),
});
const CallArguments = strict({ index: count, function: strict({ arguments: said }) });
const one = <T extends typeof CallStart | typeof CallArguments>(schema: T) =>
  Type.Array(schema, { minItems: 1, maxItems: 1 });

const First = strict({ role: Type.Literal("assistant"), content: Type.Literal("") });
const Text = strict({ content: said });
const Reasoning = strict({ reasoning_content: said });
const Begun = strict({ tool_calls: one(CallStart) });
const Continued = strict({ tool_calls: one(CallArguments) });

const FinishReason = Type.Union(
  ["stop", "length", "tool_calls", "content_filter"].map((reason) => Type.Literal(reason)),
);
const common = {
  id: Type.String({ pattern: "^chatcmpl-" }),
  object: Type.Literal("chat.completion.chunk"),
  created: count,
  model: Type.String(),
};
const choice = { index: Type.Literal(0), logprobs: Type.Null() };
const withUsage = { usage: Type.Optional(Type.Null()) };

/** Client needs 5.2: every chunk that may occur, and what it must have. */
const Going = strict({
  ...common,
  ...withUsage,
  choices: Type.Tuple([
    strict({
      ...choice,
      delta: Type.Union([First, Text, Reasoning, Begun, Continued]),
      finish_reason: Type.Null(),
    }),
  ]),
});
const Finish = strict({
  ...common,
  ...withUsage,
  choices: Type.Tuple([strict({ ...choice, delta: strict({}), finish_reason: FinishReason })]),
});
const UsageChunk = strict({
  ...common,
  choices: Type.Array(Type.Never(), { maxItems: 0 }),
  usage: Type.Object({
    prompt_tokens: Type.Integer({ minimum: 1 }),
    completion_tokens: Type.Integer({ minimum: 1 }),
    total_tokens: Type.Integer({ minimum: 2 }),
  }),
});
const Failure = strict({
  error: strict({
    message: said,
    type: said,
    param: Type.Union([Type.String(), Type.Null()]),
    code: Type.Union([Type.String(), Type.Null()]),
  }),
});
const Chunk = Type.Union([Going, Finish, UsageChunk]);

export interface FoldedCompletion {
  text: string;
  reasoning: string;
  calls: { id: string; name: string; json: string }[];
  /** Undefined when the answer failed. */
  finishReason: string | undefined;
}

type Place = "before" | "inside" | "finished" | "counted" | "over";

/** Reads a streamed completion by the strictest reading of its grammar and folds it; throws at the first fault. */
export function readChunkStream(bytes: Uint8Array, includesUsage: boolean): FoldedCompletion {
  const folded: FoldedCompletion = { text: "", reasoning: "", calls: [], finishReason: undefined };
  let place: Place = "before";
  let identity: string | undefined;

  const sameIdentity = ({ id, created, model }: Static<typeof Chunk>) => {
    identity ??= JSON.stringify({ id, created, model });
    require(identity === JSON.stringify({ id, created, model }), "all chunks are of one completion");
  };

  const follow = (value: unknown): Place => {
    if (Value.Check(Failure, value)) {
      require(place === "before" || place === "inside", "a failure is no afterthought");
      return "over";
    }
    if (!Value.Check(Chunk, value)) throw new Error(`no chunk of the grammar: ${JSON.stringify(value)}`);
    sameIdentity(value);
    if (Value.Check(UsageChunk, value)) {
      require(place === "finished" && includesUsage, "usage comes when asked for, and behind the finish");
      return "counted";
    }
    require("usage" in value === includesUsage, "usage is null until it is known");
    if (Value.Check(Finish, value)) {
      require(place === "inside", "an answer finishes once, and not before it begins");
      folded.finishReason = String(value.choices[0].finish_reason);
      return "finished";
    }
    if (!Value.Check(Going, value)) throw new Error("not reached");
    fold(value.choices[0].delta);
    return "inside";
  };

  const fold = (delta: Static<typeof Going>["choices"][0]["delta"]) => {
    if ("role" in delta) return require(place === "before", "the role comes first");
    require(place === "inside", "nothing comes before the role or behind the finish");
    if ("content" in delta) folded.text += delta.content;
    else if ("reasoning_content" in delta) folded.reasoning += delta.reasoning_content;
    else for (const call of delta.tool_calls) foldCall(call);
  };

  const foldCall = (call: Static<typeof CallStart> | Static<typeof CallArguments>) => {
    if ("id" in call) {
      require(call.index === folded.calls.length, "indexes of calls grow by one");
      folded.calls.push({ id: call.id, name: call.function.name, json: "" });
      return;
    }
    require(call.index === folded.calls.length - 1, "a call is finished before the next one");
    const last = folded.calls.at(-1);
    if (last) last.json += call.function.arguments;
  };

  for (const { event, data } of readSse(bytes)) {
    require(event === undefined, "there are no event lines");
    require(place !== "over", "nothing follows the ending");
    if (data === "[DONE]") {
      require(place === (includesUsage ? "counted" : "finished"), "[DONE] is said of whole answers");
      place = "over";
    } else place = follow(JSON.parse(data));
  }
  require(place === "over", "the stream has an ending");
  return folded;
}

function require(condition: boolean, law: string): void {
  if (!condition) throw new Error(`broken: ${law}`);
}
