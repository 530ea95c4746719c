import { expect, test } from "bun:test";
import { join } from "node:path";
import { parseJsonObject } from "../../src/json.ts";
import { until } from "../support/event-loop.ts";
import { type Ended, run } from "../support/program.ts";
import { type Bridge, withBridge } from "./support/bridge.ts";
import { dot } from "./support/dot.ts";
import { binary, describeFurther, installedFurther, platform } from "./support/installed.ts";
import { launch } from "./support/launch.ts";
import {
  breaksOff,
  type Call,
  falterAfter,
  inOrder,
  say,
  thinkAndUse,
  tooLong,
  use,
  usedUp,
} from "./support/model.ts";
import { mended, plantSlip } from "./support/slip.ts";

const program = installedFurther(`@cline/cli-${platform}/bin/cline`);

const environment = {
  CLINE_NO_AUTO_UPDATE: "1",
  // Otherwise it leaves a daemon behind, for its windows to share.
  CLINE_SESSION_BACKEND_MODE: "local",
};

const start = (bridge: Bridge, ...words: readonly string[]) =>
  launch([program, ...words], bridge, environment);

const ask = (bridge: Bridge, ...words: readonly string[]) => start(bridge, "--json", ...words);

const inSettings = ({ home }: Bridge, name: string) => Bun.file(join(home, ".cline/data/settings", name));
const globalSettings = "global-settings.json";

/** By the command that `aqbridge setup cline` tells of. */
async function setUp(bridge: Bridge): Promise<void> {
  // It would try to reach its makers for eight seconds before it ends.
  await inSettings(bridge, globalSettings).write('{"telemetryOptOut":true}');
  const told = await run([binary, "setup", "cline", `--port=${new URL(bridge.url).port}`], 10_000);
  const [, command = ""] = /`cline (auth .*)`/.exec(told.stdout) ?? [];
  expect(await start(bridge, ...command.split(" ")).ended).toMatchObject({ code: 0 });
}

/** Has it speak another protocol, as one sets that in an editor. */
async function speak(provider: string, bridge: Bridge): Promise<void> {
  const file = inSettings(bridge, "providers.json");
  const settings = (await file.text()).replaceAll(chat, provider);
  await file.write(provider === messages ? settings.replace(`${bridge.url}/v1`, bridge.url) : settings);
}

/** Its last line: what it takes for its result. */
const resultOf = ({ stdout }: Ended) =>
  stdout
    .split("\n")
    .map((line) => parseJsonObject(line))
    .findLast((event) => event?.["type"] === "run_result");

const completed = (text: string) => ({ finishReason: "completed", text });
const failed = (text: string) => ({ finishReason: "error", text: expect.stringContaining(text) });

const look = (id: string) => [id, "run_commands", { commands: ["seq -f %040g 1 1000"] }] as const;
const read = (id: string, path: string) => [id, "read_files", { files: [{ path }] }] as const;

type Mend = (id: string, project: string) => Call;
const edit: Mend = (id, project) => [
  id,
  "editor",
  { path: join(project, "greeting.txt"), old_text: "wrld", new_text: "world" },
];
const patch: Mend = (id) => [
  id,
  "apply_patch",
  {
    input:
      "*** Begin Patch\n*** Update File: greeting.txt\n@@\n-Hello, wrld!\n+Hello, world!\n*** End Patch\n",
  },
];

const chat = "openai-compatible";
const responses = "openai-native";
const messages = "anthropic";
const opus = ["--model=claude-opus-4.6", "--thinking=medium"];

describeFurther("Cline", () => {
  test("shows a plain answer and counts its tokens, also where it may call home", () =>
    withBridge(async (bridge) => {
      await setUp(bridge);
      await inSettings(bridge, globalSettings).delete();
      bridge.play(inOrder(say("The answer is 42.")));
      const client = ask(bridge, "What is the answer?");
      await client.says('"run_result"');
      client.kill();
      expect(resultOf(await client.ended)).toMatchObject({
        ...completed("The answer is 42."),
        usage: { inputTokens: expect.any(Number), outputTokens: 6 },
      });
    }));

  test.each([
    ["Chat Completions, with a model that does not think", chat, [], use, edit],
    ["Chat Completions, with a model that thinks", chat, opus, thinkAndUse, edit],
    ["Messages", messages, opus, thinkAndUse, edit],
    ["Responses", responses, [], use, patch],
  ])("looks and reads at once and edits a file, over %s", (_, provider, flags, call, mend) =>
    withBridge(async (bridge) => {
      await setUp(bridge);
      await speak(provider, bridge);
      const greeting = await plantSlip(bridge);
      const looks = call(look("t1"), read("t2", join(bridge.project, "greeting.txt")));
      bridge.play(inOrder(looks, call(mend("t3", bridge.project)), say("It is mended.")));
      const ended = await ask(bridge, ...flags, "Mend the greeting.").ended;
      expect(resultOf(ended)).toMatchObject(completed("It is mended."));
      expect(await greeting()).toBe(mended);
    }),
  );

  test("shows the model a picture", () =>
    withBridge(async (bridge) => {
      await setUp(bridge);
      const path = join(bridge.project, "dot.png");
      await Bun.write(path, dot);
      bridge.play(inOrder(use(read("t1", path)), say("A dot it is.")));
      const ended = await ask(bridge, "What is in dot.png?").ended;
      expect(resultOf(ended)).toMatchObject(completed("A dot it is."));
      expect(JSON.stringify(bridge.requests()[1]?.body)).toContain('"images":[{"format":"png"');
    }));

  test("goes on with a shorter conversation when it has outgrown the model", () =>
    withBridge(async (bridge) => {
      await setUp(bridge);
      const greeting = await plantSlip(bridge);
      const steps = ["t1", "t2", "t3", "t4"].map((id) => use(look(id)));
      bridge.play(inOrder(...steps, tooLong, use(edit("t5", bridge.project)), say("It is mended.")));
      const ended = await ask(bridge, "Mend the greeting.").ended;
      expect(resultOf(ended)).toMatchObject(completed("It is mended."));
      expect(await greeting()).toBe(mended);
    }));

  test.each([chat, responses, messages])("says that an answer broke off, over %s", (provider) =>
    withBridge(async (bridge) => {
      await setUp(bridge);
      await speak(provider, bridge);
      bridge.play(inOrder(breaksOff));
      const ended = await ask(bridge, "Mend the greeting.").ended;
      expect(ended.code).toBe(1);
      expect(resultOf(ended)).toMatchObject(failed("Amazon Q answered: oh"));
    }),
  );

  test("tells at once that a limit of the plan is reached, in the bridge's words", () =>
    withBridge(async (bridge) => {
      await setUp(bridge);
      bridge.play(inOrder(usedUp));
      const ended = await ask(bridge, "Mend the greeting.").ended;
      expect(resultOf(ended)).toMatchObject(failed("credits for this hour are used up"));
      expect(bridge.requests()).toHaveLength(1);
    }));

  test("that is killed in the middle of an answer ends the request upstream", () =>
    withBridge(async (bridge) => {
      await setUp(bridge);
      bridge.play(inOrder(falterAfter("Once upon a time")));
      const client = ask(bridge, "Tell me a story.");
      await client.says("Once upon a time");
      expect(bridge.openRequests()).toBe(1);
      client.kill();
      await client.ended;
      await until(() => bridge.openRequests() === 0);
    }));
});
