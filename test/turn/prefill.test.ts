import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { run } from "../../src/stream/stage.ts";
import type { Message } from "../../src/turn/conversation.ts";
import type { TurnEvent } from "../../src/turn/events.ts";
import { withoutPrefill } from "../../src/turn/prefill.ts";
import { busyMs } from "../support/busy.ts";
import { assistant, call, conversation, tool, user } from "../support/request.ts";
import { end, say, spoken, think, wholeCall } from "../support/turns.ts";

const begunWith = (...messages: readonly Message[]) =>
  withoutPrefill(conversation([user("As JSON, please."), ...messages]));

function answered(brace: string, ...events: readonly TurnEvent[]): TurnEvent[] {
  const stage = begunWith(assistant(brace))?.stage;
  if (!stage) throw new Error("This is no prefill.");
  return run(stage, [...events, end()]);
}

describe("a brace that the client has begun the answer with", () => {
  test.each(["{", "[", "[{", " {\n", "{ ["])("is not sent: %j", (brace) => {
    expect(begunWith(assistant(brace))?.conversation.messages).toEqual([user("As JSON, please.")]);
  });

  test("leaves the rest of the conversation as it is", () => {
    const asked = conversation([user("As JSON, please."), assistant("{")], {
      model: "claude-opus-5",
      system: ["Be brief."],
      tools: [tool("read")],
      toolChoice: { type: "none" },
      settings: { maxTokens: 7 },
    });
    expect(withoutPrefill(asked)?.conversation).toEqual({
      ...asked,
      messages: [user("As JSON, please.")],
    });
  });

  test.each<[string, readonly Message[]]>([
    ["words", [assistant('{"city":')]],
    ["nothing", [assistant("")]],
    ["white space", [assistant(" \n")]],
    ["a call", [assistant("{", call("1"))]],
    ["no message of the assistant's", [assistant("{"), user("Go on.")]],
  ])("is nothing else, such as %s", (_what, messages) => {
    expect(begunWith(...messages)).toBeUndefined();
  });

  const said: [string, string, string][] = [
    ["{", '{"a":1}', '"a":1}'],
    ["{", ' {\n"a":1}', '\n"a":1}'],
    ["[{", '[ {"a":1}]', '"a":1}]'],
    ["{", '"a":1}', '"a":1}'],
    ["{", '```json\n{"a":1}\n```', '```json\n{"a":1}\n```'],
    ["[{", "[1,2]", "[1,2]"],
    ["[{", "[", "["],
  ];
  test.each(said)("%j leaves %j as %j", (brace, text, left) => {
    expect(spoken(answered(brace, say(text)))).toBe(left);
  });

  test("is found however the text is cut, and the rest is there whole", () => {
    const texts = fc.stringMatching(/^[\s[{]{0,4}[a-z"{[ ]{0,8}$/);
    const property = fc.property(texts, fc.constantFrom("{", "[", "[{"), (text, brace) => {
      const whole = spoken(answered(brace, say(text)));
      expect(spoken(answered(brace, ...[...text].map(say)))).toBe(whole);
      const client = brace + whole;
      expect([text, `${brace}${text}`].map((one) => one.replaceAll(/\s/g, ""))).toContain(
        client.replaceAll(/\s/g, ""),
      );
    });
    fc.assert(property);
  });

  test("is waited for in linear time, however much white space comes first", () => {
    const before = busyMs();
    expect(spoken(answered("{", ...Array<TurnEvent>(20_000).fill(say("\n")), say('{"a"')))).toBe('"a"');
    expect(busyMs() - before).toBeLessThan(1_000);
  });

  test("may come after thoughts, and what is no text is passed on", () => {
    const others = [think("Hm."), ...wholeCall("1", "read", "{}")];
    expect(answered("{", think("Hm."), say('{"a"'), ...wholeCall("1", "read", "{}"))).toEqual([
      think("Hm."),
      say('"a"'),
      ...others.slice(1),
      end(),
    ]);
  });

  test("is given back where nothing followed it", () => {
    expect(answered("[{", say("["), ...wholeCall("1", "read", "{}"))).toEqual([
      say("["),
      ...wholeCall("1", "read", "{}"),
      end(),
    ]);
  });
});
