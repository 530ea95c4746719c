import { describe, expect, test } from "bun:test";
import { run } from "../../src/stream/stage.ts";
import type { Settings, ToolChoice } from "../../src/turn/conversation.ts";
import type { StopReason, TurnEvent } from "../../src/turn/events.ts";
import { honour } from "../../src/turn/honour.ts";
import { conversation, tool, user } from "../support/request.ts";
import { end, failed, openCall, say, think, wholeCall } from "../support/turns.ts";

const answer = (
  events: readonly TurnEvent[],
  toolChoice: ToolChoice = { type: "none" },
  settings: Settings = {},
) => {
  const asked = conversation([user("Hello")], { tools: [tool("read")], toolChoice, settings });
  return run(honour(asked, { inputTokens: 7, limitsOutput: true }).stage, events);
};
const call = wholeCall("1", "read", "{}");

describe("a call that the client does not allow", () => {
  test("is left out, and what else was said is the answer", () => {
    const events = [think("Hm."), say("So."), ...call, say(" It is."), end("tool-calls")];
    expect(answer(events)).toEqual([think("Hm."), say("So."), say(" It is."), end("end")]);
  });

  test.each<StopReason>(["length", "malformed-call", "content-filter"])(
    "does not make an answer whole that ended by %s",
    (reason) => {
      expect(answer([...openCall("1", "read", "{"), end(reason)])).toEqual([end(reason)]);
    },
  );

  test("alone is a failure, and no empty success", () => {
    expect(() => answer([think("Hm."), ...call, end("tool-calls")])).toThrow(
      expect.objectContaining({ kind: "protocol" }),
    );
  });

  test("leaves a failure a failure", () => {
    const failure = failed();
    expect(answer([...openCall("1", "read"), failure])).toEqual([failure]);
  });

  test("is left out beside an answer in a format, which is a call itself", () => {
    const own = wholeCall("2", "final_answer", '{"a":1}');
    expect(answer([...call, ...own, end("tool-calls")], { type: "none" }, { output: {} })).toEqual([
      say('{"a":1}'),
      end("end"),
    ]);
  });

  test("does not make prose an answer in a format", () => {
    expect(answer([say("So."), ...call, end("tool-calls")], { type: "none" }, { output: {} })).toEqual([
      say("So."),
      end("content-filter"),
    ]);
  });

  test.each<ToolChoice>([{ type: "auto" }, { type: "required" }, { type: "tool", name: "read" }])(
    "is none where the choice is %j",
    (choice) => {
      const events = [say("So."), ...call, end("tool-calls")];
      expect(answer(events, choice)).toEqual(events);
    },
  );
});
