import { expect, test } from "bun:test";
import { join } from "node:path";
import { until } from "../support/event-loop.ts";
import { exception, stream, text } from "../support/script.ts";
import { type Bridge, withBridge } from "./support/bridge.ts";
import { describeFurther, installedFurther, node } from "./support/installed.ts";
import { launch } from "./support/launch.ts";
import { falterAfter, inOrder, say, thinkAndUse, tooLong, use, usedUp } from "./support/model.ts";
import { mended, plantSlip } from "./support/slip.ts";

const command = (prompt: readonly string[]) => [
  node(),
  installedFurther("@continuedev/cli/dist/cn.js"),
  "--print",
  "--auto",
  ...prompt,
];

const ask = (bridge: Bridge, ...prompt: readonly string[]) =>
  launch(command(prompt), bridge, { CONTINUE_TELEMETRY_ENABLED: "0" });

/** Has it talk to another model than the one that `setup` chooses, or in another protocol. */
async function change({ home }: Bridge, from: string, to: string): Promise<void> {
  const file = Bun.file(join(home, ".continue/config.yaml"));
  await Bun.write(file, (await file.text()).replaceAll(from, to));
}

const look = (id: string) => [id, "Bash", { command: "ls && seq 1 500" }] as const;
const read = (id: string, filepath: string) => [id, "Read", { filepath }] as const;
const mend = (id: string, file_path: string) =>
  [id, "MultiEdit", { file_path, edits: [{ old_string: "wrld", new_string: "world" }] }] as const;

const sonnet = "claude-sonnet-4.5";
const opus = "claude-opus-4.6";

describeFurther("Continue", () => {
  test("shows a plain answer, also where it may call home", () =>
    withBridge(async (bridge) => {
      await bridge.setUp("continue");
      bridge.play(inOrder(say("The answer is 42.")));
      const ended = await launch(command(["What is the answer?"]), bridge).ended;
      expect(ended).toEqual({ code: 0, stdout: "The answer is 42.\n", stderr: "" });
      expect(bridge.requests()).toHaveLength(1);
    }));

  test.each([
    ["Messages, with a model that does not think", "anthropic", sonnet, use],
    ["Messages, with a model that thinks", "anthropic", opus, thinkAndUse],
    ["Chat Completions", "openai", opus, thinkAndUse],
  ])("looks and reads at once and edits a file, over %s", (_, provider, model, call) =>
    withBridge(async (bridge) => {
      await bridge.setUp("continue");
      await change(bridge, sonnet, model);
      await change(bridge, '"anthropic"', `"${provider}"`);
      const greeting = await plantSlip(bridge);
      const path = join(bridge.project, "greeting.txt");
      bridge.play(inOrder(call(look("t1"), read("t2", path)), call(mend("t3", path)), say("It is mended.")));
      const ended = await ask(bridge, "Mend the greeting.").ended;
      expect(ended).toMatchObject({ code: 0, stdout: "It is mended.\n" });
      expect(await greeting()).toBe(mended);
    }),
  );

  test.each([
    ["that an answer broke off", stream(text("It is "), exception("internalServerException", "oh")), "oh"],
    ["at once that the conversation has outgrown the model", tooLong, "prompt is too long"],
    ["at once that a limit of the plan is reached", usedUp, "credits for this hour are used up"],
  ])("tells %s, in the bridge's words", (_, answer, words) =>
    withBridge(async (bridge) => {
      await bridge.setUp("continue");
      bridge.play(inOrder(answer));
      const ended = await ask(bridge, "Mend the greeting.").ended;
      expect(ended).toMatchObject({ code: 1, stdout: "" });
      expect(ended.stderr).toContain(words);
      expect(bridge.requests()).toHaveLength(1);
    }),
  );

  test("that is killed in the middle of an answer ends the request upstream, and can go on later", () =>
    withBridge(async (bridge) => {
      await bridge.setUp("continue");
      bridge.play(inOrder(say("The answer is 42.")));
      await ask(bridge, "What is the answer?").ended;

      const asked = Promise.withResolvers<void>();
      bridge.play(() => {
        asked.resolve();
        return falterAfter("Once upon a time");
      });
      const client = ask(bridge, "--resume", "Tell me a story.");
      await asked.promise;
      client.kill();
      await client.ended;
      await until(() => bridge.openRequests() === 0);

      bridge.play(inOrder(say("There was a bridge.")));
      const ended = await ask(bridge, "--resume", "Go on.").ended;
      expect(ended).toMatchObject({ code: 0, stdout: "There was a bridge.\n" });
      expect(JSON.stringify(bridge.requests().at(-1)?.body)).toContain("The answer is 42.");
    }));
});
