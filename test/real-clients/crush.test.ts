import { expect, test } from "bun:test";
import { join } from "node:path";
import type { Heard } from "../../src/simulator/persona/heard.ts";
import { until } from "../support/event-loop.ts";
import { type Bridge, withBridge } from "./support/bridge.ts";
import { dot } from "./support/dot.ts";
import { crush, describeCrush } from "./support/installed.ts";
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

const environment = { CRUSH_DISABLE_METRICS: "1", CRUSH_DISABLE_PROVIDER_AUTO_UPDATE: "1" };

const ask = (bridge: Bridge, ...prompt: readonly string[]) =>
  launch([crush, "run", "--quiet", ...prompt], bridge, environment);

const wantsTitle = ({ text }: Heard) => text.startsWith("Generate a concise title");

/** It asks for a title while it asks its first question. */
const besideTitles =
  (model: Model): Model =>
  (heard) =>
    wantsTitle(heard) ? say("A title") : model(heard);

const look = (id: string) =>
  [id, "bash", { command: "ls && seq 1 500", description: "Look around" }] as const;
const view = (id: string, file_path: string) => [id, "view", { file_path }] as const;
const mend = (id: string) =>
  [id, "edit", { file_path: "greeting.txt", old_string: "wrld", new_string: "world" }] as const;

/** Changes what `setup` has written. */
async function change({ home }: Bridge, write: (settings: string) => string): Promise<void> {
  const path = join(home, ".config/crush/crush.json");
  await Bun.write(path, write(await Bun.file(path).text()));
}

const overMessages = async () => {};
const overChat = (bridge: Bridge) =>
  change(bridge, (settings) =>
    settings
      .replace('"type": "anthropic"', '"type": "openai-compat"')
      .replace(`"${bridge.url}"`, `"${bridge.url}/v1"`),
  );

describeCrush("Crush", () => {
  test("shows a plain answer, and has a small model think of a title", () =>
    withBridge(async (bridge) => {
      await bridge.setUp("crush");
      const asked: unknown[] = [];
      bridge.play((heard) => {
        asked.push({ model: heard.modelId, isForTitle: wantsTitle(heard) });
        return say("The answer is 42.");
      });
      const ended = await ask(bridge, "What is the answer?").ended;
      expect(ended).toEqual({ code: 0, stdout: "The answer is 42.\n", stderr: "" });
      expect(asked).toHaveLength(2);
      expect(asked).toContainEqual({ model: "claude-haiku-4.5", isForTitle: true });
      expect(asked).toContainEqual({ model: "claude-sonnet-4.5", isForTitle: false });
    }));

  test.each([
    ["Messages, with a model that does not think", overMessages, "claude-sonnet-4.5", use],
    ["Messages, with a model that thinks", overMessages, "claude-opus-4.6", thinkAndUse],
    ["Chat Completions", overChat, "claude-opus-4.6", thinkAndUse],
  ])("looks and views at once and edits a file, over %s", (_, choose, model, call) =>
    withBridge(async (bridge) => {
      await bridge.setUp("crush");
      await choose(bridge);
      const greeting = await plantSlip(bridge);
      const steps = [call(look("t1"), view("t2", "greeting.txt")), call(mend("t3")), say("It is mended.")];
      bridge.play(besideTitles(inOrder(...steps)));
      const ended = await ask(bridge, `--model=aqbridge/${model}`, "Mend the greeting.").ended;
      expect(ended.stdout).toEndWith("It is mended.\n");
      expect(await greeting()).toBe(mended);
    }),
  );

  test("shows the model a picture, and lets it send out another agent", () =>
    withBridge(async (bridge) => {
      await bridge.setUp("crush");
      await Bun.write(join(bridge.project, "dot.png"), dot);
      const errand = use(["t2", "agent", { prompt: "Look closer." }]);
      const answers = [use(view("t1", "dot.png")), errand, say("It is a dot."), say("A dot it is.")];
      bridge.play(besideTitles(inOrder(...answers)));
      const ended = await ask(bridge, "What is in dot.png?").ended;
      expect(ended.stdout).toEndWith("A dot it is.\n");
      const sent = bridge.requests().map(({ body }) => JSON.stringify(body));
      expect(sent.filter((body) => body.includes('"images":[{"format":"png"')).length).toBeGreaterThan(0);
      expect(sent.at(-1)).toContain("It is a dot.");
    }));

  test("goes on with a summary before the conversation outgrows the model, by the tokens it is told of", () =>
    withBridge(async (bridge) => {
      await bridge.setUp("crush");
      await change(bridge, (settings) =>
        settings.replaceAll('"context_window": 200000', '"context_window": 9000'),
      );
      const greeting = await plantSlip(bridge);
      const summary = say("The greeting says wrld instead of world.");
      const mending = [use(view("t2", "greeting.txt"), mend("t3")), say("It is mended.")];
      bridge.play(besideTitles(inOrder(use(look("t1")), summary, ...mending)));
      const ended = await ask(bridge, "Mend the greeting.").ended;
      expect(ended.stdout).toEndWith("It is mended.\n");
      expect(await greeting()).toBe(mended);
    }));

  test("asks again when an answer broke off, and shows nothing of that", () =>
    withBridge(async (bridge) => {
      await bridge.setUp("crush");
      bridge.play(besideTitles(inOrder(breaksOff, say("It is mended."))));
      const ended = await ask(bridge, "Mend the greeting.").ended;
      expect(ended.stdout).toBe("It is mended.\n");
    }));

  test.each([
    ["the conversation is too long", tooLong, "prompt is too long: 200001 tokens > 200000"],
    ["a limit of the plan is reached", usedUp, "credits for this hour are used up"],
  ])("tells at once that %s, in the bridge's words", (_, answer, words) =>
    withBridge(async (bridge) => {
      await bridge.setUp("crush");
      bridge.play(besideTitles(inOrder(answer)));
      const ended = await ask(bridge, "Mend the greeting.").ended;
      expect(ended.code).toBe(1);
      expect(ended.stderr.replaceAll(/\s+/g, " ")).toContain(words);
      expect(bridge.requests()).toHaveLength(2);
    }),
  );

  test("that is killed in the middle of an answer ends the request upstream, and can go on later", () =>
    withBridge(async (bridge) => {
      await bridge.setUp("crush");
      bridge.play(besideTitles(() => falterAfter("Once upon a time")));
      const client = ask(bridge, "Tell me a story.");
      await client.says("Once upon a time");
      client.kill();
      await client.ended;
      await until(() => bridge.openRequests() === 0);

      bridge.play(besideTitles(inOrder(say("There was a bridge."))));
      const ended = await ask(bridge, "--continue", "Go on.").ended;
      expect(ended.stdout).toBe("There was a bridge.\n");
    }));
});
