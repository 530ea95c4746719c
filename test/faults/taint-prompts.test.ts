import { afterAll, describe, expect, test } from "bun:test";
import { randomUUID } from "node:crypto";
import { ending, exception, openTool, refusal, stream, text } from "../support/script.ts";
import { startRig } from "./support/rig.ts";

const rig = startRig();
const once = startRig({ retries: false });
afterAll(() => Promise.all([rig.stop(), once.stop()]));

const paths = ["/v1/chat/completions", "/v1/messages", "/v1/responses"];
const cases = paths.flatMap((path) => [true, false].map((isStreamed) => ({ path, isStreamed })));

const ask = async (url: string, path: string, isStreamed: boolean, content: string) => {
  const said = [{ role: "user", content }];
  const response = await fetch(url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      model: "claude-sonnet-4.5",
      stream: isStreamed,
      ...(path === "/v1/responses" ? { input: said, store: false } : { messages: said, max_tokens: 1000 }),
    }),
  });
  return response.text();
};

/** Not one that is watched for: the client may be told it. */
const newPrompt = () => `My plan is ${randomUUID()}`;

/** `debug` shows what each level shows. */
const expectUnlogged = (log: readonly string[], prompt: string) => {
  for (const word of ["My plan", ...(prompt.match(/[\da-f]{8,}/g) ?? [])])
    expect(log.join("")).not.toContain(word);
};

describe.each(cases)(
  "a service that quotes the prompt: $path, streamed $isStreamed",
  ({ path, isStreamed }) => {
    type Telling = (prompt: string) => ReturnType<typeof refusal> | ReturnType<typeof stream>;
    const failures: Readonly<Record<string, Telling>> = {
      "up_type=ValidationException up_status=400": (prompt) =>
        refusal(400, "ValidationException", `Not this: ${prompt}`),
      "up_type=AccessDeniedException up_reason=unnamed up_status=403": (prompt) =>
        refusal(403, "AccessDeniedException", prompt, prompt),
      "up_type=unnamed up_status=500": (prompt) => refusal(500, prompt, prompt),
      "up_status=400": (prompt) => ({ status: 400, body: JSON.stringify({ message: prompt }) }),
      "up_type=ThrottlingException": (prompt) => stream(exception("ThrottlingException", prompt)),
      "up_type=ValidationException class=": (prompt) =>
        stream(text("Well, "), exception("ValidationException", `Not this: ${prompt}`)),
      "class=": (prompt) => stream(text("Well, "), [{ error: prompt, message: prompt }]),
    };

    test.each(Object.keys(failures))("has its failure logged by its names alone: %s", async (names) => {
      const prompt = newPrompt();
      const failure = failures[names]?.(prompt);
      if (!failure) throw new Error("There is no such failure.");
      once.simulator.script(failure);
      const before = once.log.length;
      await once.settled(ask(once.url, path, isStreamed, prompt));
      const lines = once.log.slice(before);
      const end = lines.find((line) => / (warn|error) +req\.end .*end=error/.test(line)) ?? "";
      for (const name of names.split(" ")) expect(end).toContain(name);
      expectUnlogged(lines, prompt);
    });

    test("has the client alone told in its words", async () => {
      const prompt = newPrompt();
      once.simulator.script(refusal(400, "ValidationException", `Not this: ${prompt}`));
      expect(await once.settled(ask(once.url, path, isStreamed, prompt))).toContain(prompt);
    });

    test("is asked again without its words in the log", async () => {
      const prompt = newPrompt();
      const before = rig.log.length;
      rig.simulator.script(refusal(429, "ThrottlingException", prompt), stream(text("Well."), ending()));
      await rig.settled(ask(rig.url, path, isStreamed, prompt));
      const lines = rig.log.slice(before);
      expect(lines.join("")).toMatch(/upstream\.retry .*up_type=ThrottlingException up_status=429/);
      expectUnlogged(lines, prompt);
    });

    test("breaks off in the middle of an answer, of which nothing is logged", async () => {
      const prompt = newPrompt();
      const before = once.log.length;
      once.simulator.script(stream(text(prompt), openTool("t", prompt, prompt), { cut: "reset" }));
      await once.settled(ask(once.url, path, isStreamed, prompt));
      expectUnlogged(once.log.slice(before), prompt);
    });
  },
);
