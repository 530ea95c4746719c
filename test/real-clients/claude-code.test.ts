import { expect, test } from "bun:test";
import { join } from "node:path";
import { parseJsonObject } from "../../src/json.ts";
import { until } from "../support/event-loop.ts";
import { png } from "../support/images.ts";
import type { Ended } from "../support/program.ts";
import { exception, openTool, stream, text } from "../support/script.ts";
import { type Bridge, withBridge } from "./support/bridge.ts";
import { describeClient, installed, platform } from "./support/installed.ts";
import { launch } from "./support/launch.ts";
import { falterAfter, inOrder, say, thinkAndUse, tooLong, use, usedUp } from "./support/model.ts";

const program = installed(`@anthropic-ai/claude-code-${platform}/claude`);

const environment = {
  IS_SANDBOX: "1",
  DISABLE_TELEMETRY: "1",
  DISABLE_ERROR_REPORTING: "1",
  DISABLE_AUTOUPDATER: "1",
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  CLAUDE_CODE_MAX_RETRIES: "1",
};

const headless = ["--output-format=stream-json", "--verbose", "--dangerously-skip-permissions"];

const ask = (bridge: Bridge, prompt: string, ...flags: readonly string[]) =>
  launch([program, "--print", prompt, ...headless, ...flags], bridge, environment);

/** Its last line: what it takes for its result. */
const resultOf = ({ stdout }: Ended) => parseJsonObject(stdout.trimEnd().split("\n").at(-1) ?? "");

const success = (result: string) => ({ type: "result", subtype: "success", is_error: false, result });

/** A slip that is mended by looking around, reading and editing. */
async function plantSlip({ project }: Bridge): Promise<{ path: string; text: () => Promise<string> }> {
  const path = join(project, "greeting.txt");
  await Bun.write(path, "Hello, wrld!\n");
  return { path, text: () => Bun.file(path).text() };
}

const look = (id: string) =>
  [id, "Bash", { command: "ls && seq 1 500", description: "Look around" }] as const;
const read = (id: string, path: string) => [id, "Read", { file_path: path }] as const;
const mend = (id: string, path: string) =>
  [id, "Edit", { file_path: path, old_string: "wrld", new_string: "world" }] as const;

/** For another agent, which is waited for. */
const errand = {
  description: "Look",
  prompt: "Look closer.",
  subagent_type: "general-purpose",
  run_in_background: false,
};

describeClient("Claude Code", () => {
  test("shows a plain answer", () =>
    withBridge(async (bridge) => {
      await bridge.setUp("claude-code");
      bridge.play(inOrder(say("The answer is 42.")));
      const ended = await ask(bridge, "What is the answer?").ended;
      expect(resultOf(ended)).toMatchObject(success("The answer is 42."));
      expect(bridge.requests()).toHaveLength(1);
    }));

  test.each([
    ["a model that does not think", "claude-sonnet-4-5", use],
    ["a model that thinks", "claude-opus-4-6", thinkAndUse],
  ])("looks, reads and edits a file, for %s", (_, model, call) =>
    withBridge(async (bridge) => {
      await bridge.setUp("claude-code");
      const { path, text } = await plantSlip(bridge);
      bridge.play(inOrder(call(look("t1"), read("t2", path)), call(mend("t3", path)), say("It is mended.")));
      const ended = await ask(bridge, "Mend the greeting.", "--model", model).ended;
      expect(resultOf(ended)).toMatchObject(success("It is mended."));
      expect(await text()).toBe("Hello, world!\n");
    }),
  );

  test("goes on with a summary when the conversation outgrows the model", () =>
    withBridge(async (bridge) => {
      await bridge.setUp("claude-code");
      const { path, text } = await plantSlip(bridge);
      const steps = ["t1", "t2", "t3", "t4"].map((id) => use(look(id)));
      const summary = say("<summary>The greeting says wrld instead of world.</summary>");
      // It wants to see a file again that it had read before the summary.
      const mending = [use(read("t5", path)), use(mend("t6", path)), say("It is mended.")];
      bridge.play(inOrder(...steps, tooLong, summary, ...mending));
      const ended = await ask(bridge, "Mend the greeting.").ended;
      expect(ended.stdout).toContain('"subtype":"compact_boundary"');
      expect(resultOf(ended)).toMatchObject(success("It is mended."));
      expect(await text()).toBe("Hello, world!\n");
    }));

  test("goes on with an answer that the service throttled half-way", () =>
    withBridge(async (bridge) => {
      await bridge.setUp("claude-code");
      const throttled = exception("ThrottlingException", "Rate exceeded.");
      const begun = [...text("Let me see."), ...openTool("t1", "Bash", '{"command":"l')];
      bridge.play(inOrder(stream(begun, throttled), say("It is mended.")));
      const ended = await ask(bridge, "Mend the greeting.").ended;
      expect(resultOf(ended)).toMatchObject(success("It is mended."));
    }));

  test("tells at once that a limit of the plan is reached, in the bridge's words", () =>
    withBridge(async (bridge) => {
      await bridge.setUp("claude-code");
      bridge.play(inOrder(usedUp));
      const ended = await ask(bridge, "Mend the greeting.").ended;
      expect(resultOf(ended)).toMatchObject({
        is_error: true,
        result: expect.stringContaining("credits for this hour are used up; wait until it is over."),
      });
      expect(bridge.requests()).toHaveLength(1);
    }));

  test("shows the model a picture, and lets it search the web and send out another agent", () =>
    withBridge(async (bridge) => {
      await bridge.setUp("claude-code");
      const path = join(bridge.project, "dot.png");
      await Bun.write(path, Buffer.from(png(16, 9).data, "base64"));
      bridge.play(
        inOrder(
          use(read("t1", path)),
          use(["t2", "WebSearch", { query: "what dots mean" }]),
          use(["t3", "web_search", { query: "dots" }]),
          say("They mean dots."),
          use(["t4", "Agent", errand]),
          say("It is a dot."),
          say("A dot it is."),
        ),
      );
      const ended = await ask(bridge, "What is in dot.png?").ended;
      expect(resultOf(ended)).toMatchObject(success("A dot it is."));
      const sent = bridge.requests().map(({ body }) => JSON.stringify(body));
      expect(sent).toHaveLength(7);
      expect(sent[1]).toContain('"images":[{"format":"png"');
      // What was found, first for the model that searches and then for the one that wanted it searched.
      for (const told of sent.slice(3, 5)) expect(told).toContain("https://example.com/about?q=dots");
    }));

  test("that is killed in the middle of an answer ends the request upstream, and can go on later", () =>
    withBridge(async (bridge) => {
      await bridge.setUp("claude-code");
      bridge.play(inOrder(falterAfter("Once upon a time"), say("There was a bridge.")));
      const client = ask(bridge, "Tell me a story.", "--include-partial-messages");
      await client.says("Once upon a time");
      expect(bridge.openRequests()).toBe(1);
      client.kill();
      await client.ended;
      await until(() => bridge.openRequests() === 0);

      const ended = await ask(bridge, "Go on.", "--continue").ended;
      expect(resultOf(ended)).toMatchObject(success("There was a bridge."));
    }));
});
