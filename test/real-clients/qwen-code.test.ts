import { expect, test } from "bun:test";
import { join } from "node:path";
import { parseJsonObject } from "../../src/json.ts";
import { until } from "../support/event-loop.ts";
import type { Ended } from "../support/program.ts";
import { type Bridge, withBridge } from "./support/bridge.ts";
import { dot } from "./support/dot.ts";
import { describeFurther, installedFurther, node } from "./support/installed.ts";
import { launch, type RunningClient, sourced } from "./support/launch.ts";
import {
  breaksOff,
  falterAfter,
  inOrder,
  type Model,
  say,
  thinkAndUse,
  tooLong,
  use,
  usedUp,
} from "./support/model.ts";
import { mended, plantSlip } from "./support/slip.ts";

/** What its cli-entry.js starts in a process of its own, which would outlive it when it is killed. */
const program = installedFurther("@qwen-code/qwen-code/cli.js");

const environment = {
  QWEN_CODE_NO_RELAUNCH: "1",
  QWEN_TELEMETRY_ENABLED: "0",
  QWEN_USAGE_STATISTICS_ENABLED: "0",
};

const command = (authType: string, model: string, prompt: readonly string[]) => [
  node(),
  program,
  "--output-format=stream-json",
  "--yolo",
  `--auth-type=${authType}`,
  `--model=${model}`,
  ...prompt,
];

/** Starts it with a protocol, as it is set up for that one. */
type Ask = (bridge: Bridge, model: string, ...prompt: readonly string[]) => Promise<RunningClient>;

const overMessages: Ask = async (bridge, model, ...prompt) => {
  await bridge.setUp("qwen-code");
  return launch(command("anthropic", model, prompt), bridge, environment);
};

const byVariables =
  (authType: string): Ask =>
  async (bridge, model, ...prompt) =>
    launch(sourced("qwen-code", bridge, command(authType, model, prompt)), bridge, environment);

const overChat = byVariables("openai");
const overResponses = byVariables("openai-responses");

const resultOf = ({ stdout }: Ended) => parseJsonObject(stdout.trimEnd().split("\n").at(-1) ?? "");

const success = (result: string) => ({ type: "result", subtype: "success", is_error: false, result });
const failure = (message: string) => ({
  type: "result",
  is_error: true,
  error: { message: expect.stringContaining(message) },
});

/** Behind a short conversation it asks what of it to keep in mind. */
const besideMemories =
  (model: Model): Model =>
  (heard) =>
    heard.text.startsWith("Managed memory") ? say("Nothing of it.") : model(heard);

/** It stops when the same command comes again and again. */
const look = (id: string) =>
  [
    id,
    "run_shell_command",
    { command: `seq 1 500; : ${id}`, description: "Look", is_background: false },
  ] as const;
const read = (id: string, path: string) => [id, "read_file", { file_path: path }] as const;
const mend = (id: string, { project }: Bridge) =>
  [
    id,
    "edit",
    { file_path: join(project, "greeting.txt"), old_string: "wrld", new_string: "world" },
  ] as const;

const sonnet = "claude-sonnet-4.5";
const opus = "claude-opus-4.6";

describeFurther("Qwen Code", () => {
  test("shows a plain answer and counts its tokens, also where it may call home", () =>
    withBridge(async (bridge) => {
      await bridge.setUp("qwen-code");
      bridge.play(besideMemories(inOrder(say("The answer is 42."))));
      const ended = await launch(command("anthropic", sonnet, ["What is the answer?"]), bridge).ended;
      expect(resultOf(ended)).toMatchObject({
        ...success("The answer is 42."),
        usage: { input_tokens: expect.any(Number), output_tokens: expect.any(Number) },
      });
    }));

  test.each([
    ["Messages, with a model that does not think", overMessages, sonnet, use, 0],
    ["Messages, with a model that thinks", overMessages, opus, thinkAndUse, 2],
    ["Chat Completions", overChat, opus, thinkAndUse, 0],
    ["Responses", overResponses, opus, thinkAndUse, 0],
  ])("looks and reads at once and edits a file, over %s", (_, ask, model, call, signatures) =>
    withBridge(async (bridge) => {
      const greeting = await plantSlip(bridge);
      const path = join(bridge.project, "greeting.txt");
      const steps = [call(look("t1"), read("t2", path)), call(mend("t3", bridge)), say("It is mended.")];
      bridge.play(inOrder(...steps));
      const ended = await (await ask(bridge, model, "Mend the greeting.")).ended;
      expect(resultOf(ended)).toMatchObject(success("It is mended."));
      expect(await greeting()).toBe(mended);
      const told = JSON.stringify(bridge.requests().at(-1)?.body);
      expect(told.split('"signature":"c2lnbmF0dXJl"')).toHaveLength(signatures + 1);
    }),
  );

  test("shows the model a picture", () =>
    withBridge(async (bridge) => {
      const path = join(bridge.project, "dot.png");
      await Bun.write(path, dot);
      bridge.play(besideMemories(inOrder(use(read("t1", path)), say("A dot it is."))));
      const ended = await (await overMessages(bridge, sonnet, "What is in dot.png?")).ended;
      expect(resultOf(ended)).toMatchObject(success("A dot it is."));
      expect(JSON.stringify(bridge.requests()[1]?.body)).toContain('"images":[{"format":');
    }));

  test("goes on with a summary when the conversation outgrows the model", () =>
    withBridge(async (bridge) => {
      const greeting = await plantSlip(bridge);
      const steps = ["t1", "t2", "t3", "t4"].map((id) => use(look(id)));
      const summary = say("<state_snapshot>The greeting says wrld instead of world.</state_snapshot>");
      const path = join(bridge.project, "greeting.txt");
      const mending = [use(read("t5", path)), use(mend("t6", bridge)), say("It is mended.")];
      bridge.play(inOrder(...steps, tooLong, summary, ...mending));
      const ended = await (await overMessages(bridge, sonnet, "Mend the greeting.")).ended;
      expect(resultOf(ended)).toMatchObject(success("It is mended."));
      expect(await greeting()).toBe(mended);
    }));

  test.each([
    ["Messages", overMessages],
    ["Chat Completions", overChat],
  ])("has an answer that broke off continued, over %s", (_, ask) =>
    withBridge(async (bridge) => {
      bridge.play(besideMemories(inOrder(breaksOff, say("mended."))));
      const ended = await (await ask(bridge, sonnet, "Mend the greeting.")).ended;
      expect(resultOf(ended)).toMatchObject(success("It is mended."));
    }),
  );

  test("says that an answer broke off, over Responses", () =>
    withBridge(async (bridge) => {
      bridge.play(inOrder(breaksOff));
      const ended = await (await overResponses(bridge, sonnet, "Mend the greeting.")).ended;
      expect(resultOf(ended)).toMatchObject(failure("Amazon Q answered: oh"));
    }));

  test("tells at once that a limit of the plan is reached, in the bridge's words", () =>
    withBridge(async (bridge) => {
      bridge.play(inOrder(usedUp));
      const ended = await (await overMessages(bridge, sonnet, "Mend the greeting.")).ended;
      expect(resultOf(ended)).toMatchObject(failure("credits for this hour are used up"));
      expect(bridge.requests()).toHaveLength(1);
    }));

  test("that is killed in the middle of an answer ends the request upstream, and can go on later", () =>
    withBridge(async (bridge) => {
      const asked = Promise.withResolvers<void>();
      bridge.play(() => {
        asked.resolve();
        return falterAfter("Once upon a time");
      });
      const client = await overMessages(bridge, sonnet, "Tell me a story.");
      await asked.promise;
      client.kill();
      await client.ended;
      await until(() => bridge.openRequests() === 0);

      bridge.play(besideMemories(inOrder(say("There was a bridge."))));
      const ended = await (await overMessages(bridge, sonnet, "--continue", "Go on.")).ended;
      expect(resultOf(ended)).toMatchObject(success("There was a bridge."));
    }));
});
