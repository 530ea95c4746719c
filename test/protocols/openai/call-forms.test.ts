import { expect, test } from "bun:test";
import { encodeChatCompletion } from "../../../src/protocols/openai/encode.ts";
import { chunkEncoding } from "../../../src/protocols/openai/encode-stream.ts";
import { turnFold } from "../../../src/turn/collect.ts";
import type { TurnEvent } from "../../../src/turn/events.ts";
import { end, openCall, wholeCall } from "../../support/turns.ts";
import { readSse } from "../sse.ts";

const identity = { id: "chatcmpl-1", model: "auto", createdAt: 0, inputTokens: 1 };
const formOf = (name: string) => (name === "patch" ? ("text" as const) : ("function" as const));

/** What each call's arguments are put together to by a client, in the order of their indexes. */
function streamedArguments(events: readonly TurnEvent[]): string[] {
  const calls: string[] = [];
  let written = "";
  const { push } = chunkEncoding(
    identity,
    false,
    formOf,
  )((text) => {
    written += text;
  });
  for (const event of events) push(event);
  for (const { data } of readSse(new TextEncoder().encode(written))) {
    if (data === "[DONE]") continue;
    for (const call of JSON.parse(data).choices[0].delta.tool_calls ?? [])
      calls[call.index] = (calls[call.index] ?? "") + call.function.arguments;
  }
  return calls;
}

function wholeArguments(events: readonly TurnEvent[]): string[] {
  const fold = turnFold();
  for (const event of events) fold.push(event);
  const [choice] = encodeChatCompletion(identity, fold.result(), formOf).choices;
  return (choice?.message.tool_calls ?? []).map((call) =>
    "function" in call ? call.function.arguments : "",
  );
}

const text = JSON.stringify({ input: "*** Begin Patch" });

test.each<[name: string, events: TurnEvent[], expected: string[]]>([
  ["whole", wholeCall("1", "patch", text), ["*** Begin Patch"]],
  ["cut", openCall("1", "patch", '{"inp', "ut"), ['{"input']],
  [
    "broken, and another call behind it",
    [...openCall("1", "patch", '{"input": oops'), ...wholeCall("2", "read", '{"path":', '"a"}')],
    ['{"input": oops', '{"path":"a"}'],
  ],
  [
    "broken, and another of the same tool behind it",
    [...openCall("1", "patch", '{"input": oops'), ...wholeCall("2", "patch", text)],
    ['{"input": oops', "*** Begin Patch"],
  ],
])(
  "a call that is told as a text has its own text and no other's, streamed and whole: %s",
  (_, events, expected) => {
    const answer = [...events, end("malformed-call")];
    expect(streamedArguments(answer)).toEqual(expected);
    expect(wholeArguments(answer)).toEqual(expected);
  },
);
