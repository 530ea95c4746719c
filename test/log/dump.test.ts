import { beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BridgeError } from "../../src/errors.ts";
import { argumentsIn } from "../../src/json.ts";
import { openDumpFolder } from "../../src/log/dump-folder.ts";
import { dumping } from "../../src/log/dumping.ts";
import { createSecrets, type Mask } from "../../src/secrets/secrets.ts";
import type { TurnEvent, TurnStream } from "../../src/turn/events.ts";
import type { TurnRequest } from "../../src/upstream.ts";
import { until } from "../support/event-loop.ts";
import { temporaryFolder } from "../support/folder.ts";
import { type Answerer, fakeUpstream } from "../support/server.ts";
import { batchesOfAll, end, failed, say, turnOf } from "../support/turns.ts";

let parent: string;
let path: string;
beforeEach(() => {
  parent = temporaryFolder();
  path = join(parent, "dump");
});

const failures: unknown[] = [];
const open = (mask: Mask = (text) => text) =>
  openDumpFolder({
    path,
    mask,
    now: () => Date.UTC(2026, 0, 31),
    onFailure: (error) => failures.push(error),
  });

const modeOf = (file: string) => statSync(file).mode & 0o777;
const files = () => readdirSync(path).sort();

const request: TurnRequest = {
  conversation: {
    model: "m",
    system: [],
    messages: [
      {
        role: "user",
        parts: [{ type: "text", text: "My key is a-secret and aoaAAAAAAAAAAAAAAAAAAAA there" }],
      },
    ],
    tools: [],
    toolChoice: { type: "auto" },
    settings: {},
  },
  inputTokens: 1,
  signal: new AbortController().signal,
  trace: { requestId: "req_1", sent() {}, answered() {}, received() {}, charged() {}, noticed() {} },
};

/** What is written of a turn, by the last word of its name. */
async function dumped(answer: Answerer, read: (turn: TurnStream) => Promise<unknown>) {
  const { learn, mask } = createSecrets();
  learn("test", ["a-secret"]);
  const upstream = dumping(fakeUpstream(answer).upstream, open(mask));
  const given = await upstream.generate(request).then(read, (error) => error);
  await until(() => files().length === 2);
  const [question = "", answered = ""] = files();
  await until(() => statSync(join(path, answered)).size > 0);
  const contentOf = (name: string) => readFileSync(join(path, name), "utf8");
  const events: unknown = JSON.parse(contentOf(answered));
  return { given, names: files(), question: contentOf(question), events };
}

describe("the dump of a turn", () => {
  test("holds what was asked and what was answered, each in a file with the request's id", async () => {
    const { names, question, events, given } = await dumped(
      () => turnOf([say("Hel"), say("lo")], [end()]),
      batchesOfAll,
    );
    expect(names).toEqual([
      "2026-01-31T00-00-00.000Z-000000-req_1-request.json",
      "2026-01-31T00-00-00.000Z-000001-req_1-answer.json",
    ]);
    expect(JSON.parse(question)).toMatchObject({ model: "m", messages: [{ role: "user" }] });
    expect(events).toEqual([say("Hello"), end()]);
    expect(given).toEqual([[say("Hel"), say("lo")], [end()]]);
  });

  test("shows a number that JavaScript would round as it was written", async () => {
    await open().write("request", argumentsIn('{"id":12345678901234567890}'));
    expect(readFileSync(join(path, files()[0] ?? ""), "utf8")).toContain('"id": 12345678901234567890');
  });

  test("masks keys and whatever looks like a token", async () => {
    const { question } = await dumped(() => turnOf([end()]), batchesOfAll);
    expect(question).toContain("My key is [secret] and [token] there");
  });

  test("masks them in an answer too, however small its pieces are", async () => {
    const { events } = await dumped(
      () => turnOf([say("It is aoa"), say("AAAA")], [say("AAAA"), say(" or a-se"), say("cret.")], [end()]),
      batchesOfAll,
    );
    expect(events).toEqual([say("It is [token] or [secret]."), end()]);
  });

  test("masks them where they are names", async () => {
    const search: TurnEvent = { type: "search-call", id: "1", query: "x" };
    const odd = { ...search, "a-secret": { "a-secret": 1 } };
    const { events } = await dumped(() => turnOf([odd, end()]), batchesOfAll);
    expect(events).toEqual([{ ...search, "[secret]": { "[secret]": 1 } }, end()]);
  });

  test("tells of a failure", async () => {
    const refusal = new BridgeError("quota", "Used up.");
    const refused = await dumped(() => Promise.reject(refusal), batchesOfAll);
    expect(refused.given).toBe(refusal);
    expect(refused.events).toEqual([{ type: "turn-error", error: { kind: "quota", message: "Used up." } }]);
  });

  test("tells what had come when the client left", async () => {
    const { events } = await dumped(
      () => turnOf([say("a")], [say("b")], [end()]),
      async (turn) => {
        await turn.read();
        await turn.cancel();
      },
    );
    expect(events).toEqual([say("a")]);
  });

  test("goes by in a broken stream's own failure", async () => {
    const { events } = await dumped(() => turnOf([say("a")], [failed()]), batchesOfAll);
    expect(events).toMatchObject([say("a"), { type: "turn-error", error: { kind: "upstream" } }]);
  });
});

describe("the folder of dumps", () => {
  test("and its files are their owner's alone", async () => {
    const before = process.umask(0);
    await open().write("a", "text");
    process.umask(before);
    expect(modeOf(path)).toBe(0o700);
    expect(files().map((name) => modeOf(join(path, name)))).toEqual([0o600]);
  });

  test("keeps the newest 200 and whatever is not of its making", async () => {
    const folder = open();
    writeFileSync(join(path, "0000-mine.json"), "");
    for (let index = 0; index < 205; index++) await folder.write(String(index), "{}");
    const names = files();
    expect(names).toHaveLength(201);
    expect(names[0]).toBe("0000-mine.json");
    expect(names[1]).toEndWith("-000005-5.json");
  });

  test("that others can look into is not one", () => {
    path = mkdtempSync(join(parent, "shared-"));
    Bun.spawnSync(["chmod", "755", path]);
    expect(open).toThrow(`others can look into it; chmod 700 ${path}`);
  });

  test("may vanish without harm to anyone", async () => {
    const folder = open();
    rmSync(path, { recursive: true });
    failures.splice(0);
    await folder.write("a", "text");
    expect(failures).toMatchObject([{ code: "ENOENT" }]);
  });
});
