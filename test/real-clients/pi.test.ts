import { expect, test } from "bun:test";
import { join } from "node:path";
import { isJsonObject, type JsonObject, parseJsonObject } from "../../src/json.ts";
import { until } from "../support/event-loop.ts";
import type { Ended } from "../support/program.ts";
import { type Bridge, withBridge } from "./support/bridge.ts";
import { dot } from "./support/dot.ts";
import { describeFurther, installedFurther, node } from "./support/installed.ts";
import { launch } from "./support/launch.ts";
import { breaksOff, falterAfter, inOrder, say, thinkAndUse, tooLong, use, usedUp } from "./support/model.ts";
import { mended, plantSlip } from "./support/slip.ts";

const program = installedFurther("@earendil-works/pi-coding-agent/dist/cli.js");

const headless = ["--print", "--mode", "json", "--provider", "aqbridge"];

const command = (model: string, ...prompt: readonly string[]) => [
  node(),
  program,
  ...headless,
  "--model",
  model,
  ...prompt,
];

const ask = (bridge: Bridge, model: string, ...prompt: readonly string[]) =>
  launch(command(model, ...prompt), bridge, { PI_OFFLINE: "1" });

const messages = "anthropic-messages";
const chat = "openai-completions";
const responses = "openai-responses";

/** Has it speak another protocol than the one that `setup` chooses. */
async function speak(api: string, { home, url }: Bridge): Promise<void> {
  if (api === messages) return;
  const file = Bun.file(join(home, ".pi/agent/models.json"));
  const settings = await file.text();
  await Bun.write(file, settings.replace(messages, api).replace(`"${url}"`, `"${url}/v1"`));
}

const events = ({ stdout }: Ended): JsonObject[] =>
  stdout
    .split("\n")
    .map((line) => parseJsonObject(line))
    .filter((event) => event !== undefined);

/** The messages of the model, as it takes them for finished. */
const answers = (ended: Ended) =>
  events(ended).flatMap(({ type, message }) =>
    type === "message_end" && isJsonObject(message) && message["role"] === "assistant" ? [message] : [],
  );

const answered = (text: string) => ({
  content: [expect.objectContaining({ type: "text", text })],
  stopReason: "stop",
});

const look = (id: string) => [id, "bash", { command: "ls && seq 1 500" }] as const;
const read = (id: string, path: string) => [id, "read", { path }] as const;
const mend = (id: string) =>
  [id, "edit", { path: "greeting.txt", edits: [{ oldText: "wrld", newText: "world" }] }] as const;

const sonnet = "claude-sonnet-4.5";
const opus = "claude-opus-4.6";

describeFurther("pi", () => {
  test("shows a plain answer and counts its tokens, also where it may ask the network for news", () =>
    withBridge(async (bridge) => {
      await bridge.setUp("pi");
      bridge.play(inOrder(say("The answer is 42.")));
      const ended = await launch(command(sonnet, "What is the answer?"), bridge).ended;
      expect(ended.code).toBe(0);
      expect(answers(ended)).toMatchObject([
        { ...answered("The answer is 42."), usage: { input: expect.any(Number), output: 6 } },
      ]);
    }));

  test.each([
    ["Messages, with a model that does not think", messages, sonnet, use, 0],
    ["Messages, with a model that thinks", messages, opus, thinkAndUse, 2],
    ["Chat Completions", chat, opus, thinkAndUse, 0],
    ["Responses", responses, opus, thinkAndUse, 2],
  ])("looks and reads at once and edits a file, over %s", (_, api, model, call, signatures) =>
    withBridge(async (bridge) => {
      await bridge.setUp("pi");
      await speak(api, bridge);
      const greeting = await plantSlip(bridge);
      const steps = inOrder(
        call(look("t1"), read("t2", "greeting.txt")),
        call(mend("t3")),
        say("It is mended."),
      );
      const asked: unknown[] = [];
      bridge.play((heard) => {
        asked.push({ results: heard.results.length, wantsThinking: heard.wantsThinking });
        return steps(heard);
      });
      const ended = await ask(bridge, model, "Mend the greeting.").ended;
      expect(answers(ended).at(-1)).toMatchObject(answered("It is mended."));
      expect(await greeting()).toBe(mended);
      const wantsThinking = call === thinkAndUse;
      expect(asked).toEqual([0, 2, 1].map((results) => ({ results, wantsThinking })));
      const told = JSON.stringify(bridge.requests().at(-1)?.body);
      expect(told.split('"signature":"c2lnbmF0dXJl"')).toHaveLength(signatures + 1);
    }),
  );

  test("shows the model a picture", () =>
    withBridge(async (bridge) => {
      await bridge.setUp("pi");
      await Bun.write(join(bridge.project, "dot.png"), dot);
      bridge.play(inOrder(use(read("t1", "dot.png")), say("A dot it is.")));
      const ended = await ask(bridge, sonnet, "What is in dot.png?").ended;
      expect(answers(ended).at(-1)).toMatchObject(answered("A dot it is."));
      expect(JSON.stringify(bridge.requests()[1]?.body)).toContain('"images":[{"format":"png"');
    }));

  test("goes on with a summary when the conversation outgrows the model", () =>
    withBridge(async (bridge) => {
      await bridge.setUp("pi");
      const greeting = await plantSlip(bridge);
      // It keeps the latest 20,000 tokens as they are, and only sums up what came before.
      const steps = ["t1", "t2", "t3"].map((id) => use([id, "bash", { command: "seq -f %040g 1 1190" }]));
      const summary = say("## Goal\nThe greeting says wrld instead of world.");
      bridge.play(inOrder(...steps, tooLong, summary, use(mend("t4")), say("It is mended.")));
      const ended = await ask(bridge, sonnet, "Mend the greeting.").ended;
      expect(events(ended)).toContainEqual({ type: "compaction_start", reason: "overflow" });
      expect(answers(ended).at(-1)).toMatchObject(answered("It is mended."));
      expect(await greeting()).toBe(mended);
    }));

  test.each([messages, chat])("says that an answer broke off, over %s", (api) =>
    withBridge(async (bridge) => {
      await bridge.setUp("pi");
      await speak(api, bridge);
      bridge.play(inOrder(breaksOff));
      const ended = await ask(bridge, sonnet, "Mend the greeting.").ended;
      const errorMessage = expect.stringContaining("Amazon Q answered: oh");
      expect(answers(ended)).toMatchObject([{ stopReason: "error", errorMessage }]);
    }),
  );

  test("asks again when an answer broke off, over Responses", () =>
    withBridge(async (bridge) => {
      await bridge.setUp("pi");
      await speak(responses, bridge);
      bridge.play(inOrder(breaksOff, say("It is mended.")));
      const ended = await ask(bridge, sonnet, "Mend the greeting.").ended;
      expect(answers(ended)).toMatchObject([{ stopReason: "error" }, answered("It is mended.")]);
    }));

  test("tells at once that a limit of the plan is reached, in the bridge's words", () =>
    withBridge(async (bridge) => {
      await bridge.setUp("pi");
      bridge.play(inOrder(usedUp));
      const ended = await ask(bridge, sonnet, "Mend the greeting.").ended;
      const errorMessage = expect.stringContaining("credits for this hour are used up");
      expect(answers(ended)).toMatchObject([{ stopReason: "error", errorMessage }]);
      expect(bridge.requests()).toHaveLength(1);
    }));

  test("that is killed in the middle of an answer ends the request upstream, and can go on later", () =>
    withBridge(async (bridge) => {
      await bridge.setUp("pi");
      bridge.play(inOrder(falterAfter("Once upon a time")));
      const client = ask(bridge, sonnet, "Tell me a story.");
      await client.says("Once upon a time");
      client.kill();
      await client.ended;
      await until(() => bridge.openRequests() === 0);

      bridge.play(inOrder(say("There was a bridge.")));
      const ended = await ask(bridge, sonnet, "--continue", "Go on.").ended;
      expect(answers(ended)).toMatchObject([answered("There was a bridge.")]);
    }));
});
