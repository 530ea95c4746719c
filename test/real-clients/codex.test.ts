import { expect, test } from "bun:test";
import { parseJsonObject } from "../../src/json.ts";
import { until } from "../support/event-loop.ts";
import type { Ended } from "../support/program.ts";
import { exception, stream, text } from "../support/script.ts";
import { type Bridge, withBridge } from "./support/bridge.ts";
import { describeClient, installed, platform } from "./support/installed.ts";
import { launch } from "./support/launch.ts";
import { falterAfter, inOrder, say, thinkAndUse, tooLong, use, usedUp } from "./support/model.ts";
import { mended, plantSlip } from "./support/slip.ts";

/** Its native program lies in a folder that is named for a compiler's target. */
function program(): string {
  const cwd = installed(`@openai/codex-${platform}`);
  const [path] = new Bun.Glob("vendor/*/bin/codex").scanSync({ cwd, absolute: true });
  if (path === undefined) throw new Error(`There is no codex in ${cwd}.`);
  return path;
}

const headless = ["--json", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox"];

const ask = (bridge: Bridge, model: string, ...prompt: readonly string[]) =>
  launch(
    [program(), "exec", ...headless, "-c", "model_provider=aqbridge", "--model", model, ...prompt],
    bridge,
  );

/** What it reports, an event a line. */
const eventsOf = ({ stdout }: Ended) => stdout.split("\n").flatMap((line) => parseJsonObject(line) ?? []);

const answered = (text: string) => [
  expect.objectContaining({
    type: "item.completed",
    item: expect.objectContaining({ type: "agent_message", text }),
  }),
  expect.objectContaining({ type: "turn.completed" }),
];

const claude = "claude-sonnet-4.5";
const mend = "sed -i s/wrld/world/ greeting.txt";

describeClient("Codex", () => {
  test("shows a plain answer", () =>
    withBridge(async (bridge) => {
      await bridge.setUp("codex");
      bridge.play(inOrder(say("The answer is 42.")));
      const ended = await ask(bridge, claude, "What is the answer?").ended;
      expect(eventsOf(ended).slice(-2)).toEqual(answered("The answer is 42."));
      expect(bridge.requests()).toHaveLength(1);
    }));

  test.each([
    ["a model that does not think", claude, use],
    ["a model that thinks", "claude-opus-4.6", thinkAndUse],
  ])("runs commands, two at once too, for %s", (_, model, call) =>
    withBridge(async (bridge) => {
      await bridge.setUp("codex");
      const text = await plantSlip(bridge);
      bridge.play(
        inOrder(
          call(["t1", "exec_command", { cmd: "ls && pwd" }], ["t2", "exec_command", { cmd: "seq 1 500" }]),
          call(["t3", "exec_command", { cmd: mend }]),
          say("It is mended."),
        ),
      );
      const ended = await ask(bridge, model, "Mend the greeting.").ended;
      expect(eventsOf(ended).slice(-2)).toEqual(answered("It is mended."));
      expect(await text()).toBe(mended);
    }),
  );

  test("has the web searched by the way", () =>
    withBridge(async (bridge) => {
      await bridge.setUp("codex");
      bridge.play(inOrder(use(["t1", "web_search", { query: "dots" }]), say("They mean dots.")));
      const ended = await ask(bridge, claude, "What do dots mean?").ended;
      expect(eventsOf(ended).slice(-2)).toEqual(answered("They mean dots."));
      expect(JSON.stringify(eventsOf(ended))).toContain('"type":"web_search"');
      const sent = bridge.requests().map(({ body }) => JSON.stringify(body));
      expect(sent).toHaveLength(2);
      expect(sent[1]).toContain("https://example.com/about?q=dots");
    }));

  const script = `text((await tools.exec_command({ cmd: ${JSON.stringify(mend)} })).output)`;
  const patch = [
    "*** Begin Patch",
    "*** Update File: greeting.txt",
    "@@",
    "-Hello, wrld!",
    "+Hello, world!",
    "*** End Patch",
  ].join("\n");

  test.each([
    ["among the messages, in a namespace", "gpt-5.6-sol", "functions__exec", script],
    ["beside the functions", "gpt-5.5", "apply_patch", patch],
  ])("gets free text for a tool that it tells of %s", (_, model, name, input) =>
    withBridge(async (bridge) => {
      await bridge.setUp("codex");
      const text = await plantSlip(bridge);
      bridge.play(inOrder(use(["t1", name, { input }]), say("It is mended.")));
      const ended = await ask(bridge, model, "Mend the greeting.").ended;
      expect(eventsOf(ended).slice(-2)).toEqual(answered("It is mended."));
      expect(await text()).toBe(mended);
    }),
  );

  test("says at once that the conversation has outgrown the model", () =>
    withBridge(async (bridge) => {
      await bridge.setUp("codex");
      bridge.play(inOrder(tooLong));
      const ended = await ask(bridge, claude, "Mend the greeting.").ended;
      expect(ended.code).toBe(1);
      expect(ended.stdout).toContain("ran out of room in the model's context window");
      expect(bridge.requests()).toHaveLength(1);
    }));

  test("says so at once also when the service finds out only while it answers", () =>
    withBridge(async (bridge) => {
      await bridge.setUp("codex");
      bridge.play(inOrder(stream(text("Let me "), exception("ValidationException", "Input is too long."))));
      const ended = await ask(bridge, claude, "Mend the greeting.").ended;
      expect(ended.code).toBe(1);
      expect(ended.stdout).toContain("ran out of room in the model's context window");
      expect(bridge.requests()).toHaveLength(1);
    }));

  test("tells at once that a limit of the plan is reached, and that waiting helps", () =>
    withBridge(async (bridge) => {
      await bridge.setUp("codex");
      bridge.play(inOrder(usedUp));
      const ended = await ask(bridge, claude, "Mend the greeting.").ended;
      expect(ended.code).toBe(1);
      expect(ended.stdout).toContain("hit your usage limit. Try again later.");
      expect(bridge.requests()).toHaveLength(1);
    }));

  test("that is killed in the middle of an answer ends the request upstream, and can go on later", () =>
    withBridge(async (bridge) => {
      await bridge.setUp("codex");
      const asked = Promise.withResolvers<void>();
      bridge.play(() => {
        asked.resolve();
        return falterAfter("Once upon a time");
      });
      const client = ask(bridge, claude, "Tell me a story.");
      await asked.promise;
      client.kill();
      await client.ended;
      await until(() => bridge.openRequests() === 0);

      bridge.play(inOrder(say("There was a bridge.")));
      const ended = await ask(bridge, claude, "resume", "--last", "Go on.").ended;
      expect(eventsOf(ended).slice(-2)).toEqual(answered("There was a bridge."));
    }));
});
