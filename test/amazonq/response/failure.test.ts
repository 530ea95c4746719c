import { describe, expect, test } from "bun:test";
import { readFailure } from "../../../src/amazonq/response/failure.ts";
import { source } from "../../support/turns.ts";

const date = "Sat, 31 Jan 2026 12:00:00 GMT";
const answer = (body: unknown, headers: Record<string, string> = {}) =>
  readFailure(new Response(typeof body === "string" ? body : JSON.stringify(body), { status: 400, headers }));

describe("a refusal over HTTP", () => {
  test.each<[string, unknown, Record<string, string>, object]>([
    [
      "the header before the body",
      { __type: "B", message: "m", reason: "R" },
      { "x-amzn-errortype": "A" },
      { type: "A", message: "m", reason: "R" },
    ],
    [
      "a bare name",
      { __type: "com.amazon.aws#ValidationException:http://x/y#z" },
      {},
      { type: "ValidationException" },
    ],
    ["a name with a comma", {}, { "x-amzn-errortype": "A,B" }, { type: "A" }],
    ["code before __type", { code: "A", __type: "B" }, {}, { type: "A" }],
    ["__type where code is no text", { code: 7, __type: "B" }, {}, { type: "B" }],
    ["Message in capitals", { Message: "m" }, {}, { message: "m" }],
    ["message before Message", { Message: "M", message: "m" }, {}, { message: "m" }],
    ["an error inside", { error: { code: "A", message: "m" } }, {}, { type: "A", message: "m" }],
    [
      "a type outside and words inside",
      { __type: "B", error: { code: "A", message: "m" } },
      {},
      { type: "B", message: "m" },
    ],
    ["an error that is no object", { error: "no", message: "m" }, {}, { type: "", message: "m" }],
    ["what is no JSON", "<html>", {}, { type: "", message: "", reason: "" }],
  ])("is read with %s", async (_, body, headers, expected) => {
    expect(await answer(body, headers)).toMatchObject({ status: 400, ...expected });
  });

  test.each<[string, Record<string, string>, number | undefined]>([
    ["nothing", {}, undefined],
    ["seconds", { "retry-after": "7" }, 7],
    ["milliseconds of Amazon's", { "x-amz-retry-after": "1500" }, 1.5],
    ["Amazon's before the other", { "x-amz-retry-after": "1500", "retry-after": "7" }, 1.5],
    ["the other where Amazon's is none", { "x-amz-retry-after": "soon", "retry-after": "7" }, 7],
    ["a date, by the service's clock", { "retry-after": "Sat, 31 Jan 2026 12:00:09 GMT", date }, 9],
    ["a date without a clock", { "retry-after": "Sat, 31 Jan 2026 12:00:09 GMT" }, undefined],
    ["a date that is over", { "retry-after": "Sat, 31 Jan 2026 11:59:59 GMT", date }, undefined],
    ["no time at all", { "retry-after": "0" }, undefined],
    ["time without an end", { "retry-after": "Infinity" }, undefined],
    ["words", { "retry-after": "soon" }, undefined],
  ])("asks to wait by %s", async (_, headers, seconds) => {
    expect((await answer({}, headers)).retryAfterSeconds).toBe(seconds);
  });

  const endless = (chunk: Uint8Array, whenCancelled: () => void) =>
    new ReadableStream<Uint8Array>(
      { pull: (controller) => controller.enqueue(chunk), cancel: whenCancelled },
      { highWaterMark: 0 },
    );

  test("without an end is read for 64 KiB and then left", async () => {
    let isLeft = false;
    const body = endless(Buffer.alloc(1024, " "), () => {
      isLeft = true;
    });
    expect(await readFailure(new Response(body, { status: 503 }))).toMatchObject({ status: 503, type: "" });
    expect(isLeft).toBe(true);
  });

  test("is read whole, however many pieces it comes in", async () => {
    const pieces = JSON.stringify({ __type: "A", message: "m".repeat(1000), reason: "R" }).match(/.{1,7}/g);
    const { stream: body } = source((pieces ?? []).map((piece) => new TextEncoder().encode(piece)));
    const expected = { type: "A", message: "m".repeat(1000), reason: "R" };
    expect(await readFailure(new Response(body, { status: 400 }))).toMatchObject(expected);
  });

  test("that breaks off is told by its status", async () => {
    const body = new ReadableStream({ pull: (controller) => controller.error(new Error("reset")) });
    expect(await readFailure(new Response(body, { status: 502 }))).toMatchObject({
      status: 502,
      message: "",
    });
  });
});
