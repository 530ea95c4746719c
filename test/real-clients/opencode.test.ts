import { expect, test } from "bun:test";
import { join } from "node:path";
import { isJsonObject, parseJsonObject } from "../../src/json.ts";
import type { Heard } from "../../src/simulator/persona/heard.ts";
import { until } from "../support/event-loop.ts";
import type { Ended } from "../support/program.ts";
import { type Bridge, withBridge } from "./support/bridge.ts";
import { dot } from "./support/dot.ts";
import { describeFurther, installedFurther, platform } from "./support/installed.ts";
import { launch } from "./support/launch.ts";
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

const program = installedFurther(`opencode-${platform}/bin/opencode`);

const environment = {
  OPENCODE_DISABLE_MODELS_FETCH: "1",
  OPENCODE_DISABLE_AUTOUPDATE: "1",
  OPENCODE_DISABLE_DEFAULT_PLUGINS: "1",
};

const headless = ["run", "--format=json", "--thinking"];

const ask = (bridge: Bridge, ...prompt: readonly string[]) =>
  launch([program, ...headless, ...prompt], bridge, environment);

/** Through another package than the one that `setup` chooses, and so over another protocol. */
const askThrough = (npm: string, bridge: Bridge, ...prompt: readonly string[]) =>
  launch([program, ...headless, ...prompt], bridge, {
    ...environment,
    OPENCODE_CONFIG_CONTENT: JSON.stringify({ provider: { aqbridge: { npm } } }),
  });

const wantsTitle = ({ text }: Heard) => text.startsWith("Generate a title");

/** It asks for a title while it asks its first question. */
const besideTitles =
  (model: Model): Model =>
  (heard) =>
    wantsTitle(heard) ? say("A title") : model(heard);

/** What it reports of one kind, an event a line. */
const parts = ({ stdout }: Ended, type: string) =>
  stdout.split("\n").flatMap((line) => {
    const event = parseJsonObject(line);
    return event?.["type"] === type && isJsonObject(event["part"]) ? [event["part"]] : [];
  });

const said = (ended: Ended) => parts(ended, "text").map((part) => part["text"]);

const look = (id: string) =>
  [id, "bash", { command: "ls && seq 1 500", description: "Look around" }] as const;
const read = (id: string, filePath: string) => [id, "read", { filePath }] as const;
const mend = (id: string) =>
  [id, "edit", { filePath: "greeting.txt", oldString: "wrld", newString: "world" }] as const;

const errand = { description: "Look", prompt: "Look closer.", subagent_type: "general" };

const anthropic = "@ai-sdk/anthropic";
const chat = "@ai-sdk/openai-compatible";
const responses = "@ai-sdk/openai";

describeFurther("OpenCode", () => {
  test("shows a plain answer and counts its tokens; a small model thinks of a title", () =>
    withBridge(async (bridge) => {
      await bridge.setUp("opencode");
      const asked: unknown[] = [];
      bridge.play((heard) => {
        asked.push({ model: heard.modelId, isForTitle: wantsTitle(heard) });
        return say("The answer is 42.");
      });
      const ended = await ask(bridge, "What is the answer?").ended;
      expect(ended.code).toBe(0);
      expect(said(ended)).toEqual(["The answer is 42."]);
      expect(parts(ended, "step_finish")).toMatchObject([{ reason: "stop", tokens: { output: 6 } }]);
      expect(asked).toHaveLength(2);
      expect(asked).toContainEqual({ model: "claude-haiku-4.5", isForTitle: true });
      expect(asked).toContainEqual({ model: "claude-sonnet-4.5", isForTitle: false });
    }));

  test.each([
    ["Messages, with a model that does not think", anthropic, "claude-sonnet-4.5", [], use],
    ["Messages, with a model that thinks", anthropic, "claude-opus-4.6", ["--variant=high"], thinkAndUse],
    ["Chat Completions", chat, "claude-opus-4.6", ["--variant=high"], thinkAndUse],
    ["Responses", responses, "claude-opus-4.6", ["--variant=high"], thinkAndUse],
  ])("looks and reads at once and edits a file, over %s", (_, npm, model, flags, call) =>
    withBridge(async (bridge) => {
      await bridge.setUp("opencode");
      const greeting = await plantSlip(bridge);
      const steps = inOrder(
        call(look("t1"), read("t2", "greeting.txt")),
        call(mend("t3")),
        say("It is mended."),
      );
      const asked: unknown[] = [];
      const listen: Model = (heard) => {
        asked.push({ results: heard.results.length, wantsThinking: heard.wantsThinking });
        return steps(heard);
      };
      bridge.play(besideTitles(listen));
      const ended = await askThrough(npm, bridge, `--model=aqbridge/${model}`, ...flags, "Mend the greeting.")
        .ended;
      expect(said(ended).at(-1)).toBe("It is mended.");
      expect(await greeting()).toBe(mended);
      const wantsThinking = call === thinkAndUse;
      expect(asked).toEqual([0, 2, 1].map((results) => ({ results, wantsThinking })));
      expect(parts(ended, "reasoning")).toHaveLength(wantsThinking ? 2 : 0);
    }),
  );

  test("shows the model a picture, and lets it send out another agent", () =>
    withBridge(async (bridge) => {
      await bridge.setUp("opencode");
      await Bun.write(join(bridge.project, "dot.png"), dot);
      const errands = [use(["t2", "task", errand]), say("It is a dot."), say("A dot it is.")];
      bridge.play(besideTitles(inOrder(use(read("t1", "dot.png")), ...errands)));
      const ended = await ask(bridge, "What is in dot.png?").ended;
      expect(said(ended).at(-1)).toBe("A dot it is.");
      const sent = bridge.requests().map(({ body }) => JSON.stringify(body));
      expect(sent.filter((body) => body.includes('"images":[{"format":"png"')).length).toBeGreaterThan(0);
      expect(sent.at(-1)).toContain("It is a dot.");
    }));

  test("goes on with a summary when the conversation outgrows the model", () =>
    withBridge(async (bridge) => {
      await bridge.setUp("opencode");
      const greeting = await plantSlip(bridge);
      const summary = say("## Goal\nThe greeting says wrld instead of world.");
      const mending = [use(read("t2", "greeting.txt")), use(mend("t3")), say("It is mended.")];
      bridge.play(besideTitles(inOrder(use(look("t1")), tooLong, summary, ...mending)));
      const ended = await ask(bridge, "Mend the greeting.").ended;
      expect(said(ended).at(-1)).toBe("It is mended.");
      expect(await greeting()).toBe(mended);
    }));

  test("says that an answer broke off", () =>
    withBridge(async (bridge) => {
      await bridge.setUp("opencode");
      bridge.play(besideTitles(inOrder(breaksOff)));
      const ended = await ask(bridge, "Mend the greeting.").ended;
      expect(ended.code).toBe(1);
      expect(ended.stdout).toContain("Amazon Q answered: oh");
      expect(said(ended)).toEqual([]);
    }));

  test("asks again when an answer broke off, over Chat Completions", () =>
    withBridge(async (bridge) => {
      await bridge.setUp("opencode");
      bridge.play(besideTitles(inOrder(breaksOff, say("It is mended."))));
      const ended = await askThrough(chat, bridge, "Mend the greeting.").ended;
      expect(said(ended)).toEqual(["It is mended."]);
    }));

  test("tells at once that a limit of the plan is reached, in the bridge's words", () =>
    withBridge(async (bridge) => {
      await bridge.setUp("opencode");
      bridge.play(besideTitles(inOrder(usedUp)));
      const ended = await ask(bridge, "Mend the greeting.").ended;
      expect(ended.code).toBe(1);
      expect(ended.stdout).toContain("credits for this hour are used up; wait until it is over.");
      expect(bridge.requests()).toHaveLength(2);
    }));

  test("that is killed in the middle of an answer ends the request upstream, and can go on later", () =>
    withBridge(async (bridge) => {
      await bridge.setUp("opencode");
      const asked = Promise.withResolvers<void>();
      const falter: Model = () => {
        asked.resolve();
        return falterAfter("Once upon a time");
      };
      bridge.play(besideTitles(falter));
      const client = ask(bridge, "Tell me a story.");
      await asked.promise;
      client.kill();
      await client.ended;
      await until(() => bridge.openRequests() === 0);

      bridge.play(besideTitles(inOrder(say("There was a bridge."))));
      const ended = await ask(bridge, "--continue", "Go on.").ended;
      expect(said(ended)).toEqual(["There was a bridge."]);
    }));
});
