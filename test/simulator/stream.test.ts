import { describe, expect, test } from "bun:test";
import { startSimulator } from "../../src/simulator/listen.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";
import { body } from "../support/bodies.ts";
import { turnOfLoop, until } from "../support/event-loop.ts";
import { concat, frame } from "../support/frames.ts";
import { manualClock } from "../support/manual-clock.ts";
import { stream, text } from "../support/script.ts";

const post = (signal?: AbortSignal, url = "http://localhost") =>
  new Request(`${url}/generateAssistantResponse`, {
    method: "POST",
    headers: { authorization: "Bearer T", "content-type": "application/json" },
    body: JSON.stringify(body()),
    ...(signal && { signal }),
  });

function simulatorWithClock() {
  const clock = manualClock();
  return { clock, simulator: createSimulator({ clock, accessTokens: ["T"] }) };
}

describe("a scripted stream", () => {
  test("pauses for as long as the clock says", async () => {
    const { clock, simulator } = simulatorWithClock();
    simulator.script(stream(text("a"), { pauseMs: 65_000 }, text("b")));
    const reader = (await simulator.fetch(post())).body?.getReader();
    await reader?.read();
    let arrived = false;
    const second = reader?.read().then((chunk) => {
      arrived = true;
      return chunk;
    });
    await until(() => clock.waiting() === 1);
    clock.advance(64_999);
    await turnOfLoop();
    expect(arrived).toBe(false);
    clock.advance(1);
    expect((await second)?.done).toBe(false);
  });

  test("is silent before the status line when told so", async () => {
    const { clock, simulator } = simulatorWithClock();
    simulator.script({ status: 500, delayMs: 1000 });
    const answer = simulator.fetch(post());
    await until(() => clock.waiting() === 1);
    clock.advance(1000);
    expect((await answer).status).toBe(500);
  });

  test("ends cleanly in the middle of a frame when cut that way", async () => {
    const { simulator } = simulatorWithClock();
    const half = frame("assistantResponseEvent", { content: "Hi" }).subarray(0, 40);
    simulator.script(stream({ bytes: half }, { cut: "end" }, text("never")));
    expect(await (await simulator.fetch(post())).bytes()).toEqual(new Uint8Array(half));
  });

  test("is torn down when reset, after the bytes before", async () => {
    const clock = manualClock();
    const { url, simulator, stop } = startSimulator({ accessTokens: ["T"], clock });
    // A reset overtakes bytes that are still on their way.
    simulator.script(stream(text("a"), { pauseMs: 1000 }, { cut: "reset" }));
    const reader = (await fetch(post(undefined, url))).body?.getReader();
    expect((await reader?.read())?.value?.length).toBeGreaterThan(0);
    await until(() => clock.waiting() === 1);
    clock.advance(1000);
    await expect(reader?.read()).rejects.toMatchObject({ code: "ECONNRESET" });
    await stop();
  });

  test("has a content length when told so, after all its pauses", async () => {
    const { clock, simulator } = simulatorWithClock();
    simulator.script({ ...stream(text("a"), { pauseMs: 1000 }, text("b")), transfer: "length" });
    const answer = simulator.fetch(post());
    await until(() => clock.waiting() === 1);
    clock.advance(1000);
    const bytes = await (await answer).bytes();

    const { url, simulator: listening, stop } = startSimulator({ accessTokens: ["T"] });
    listening.script({ ...stream(text("a", "b")), transfer: "length" });
    const { headers } = await fetch(post(undefined, url));
    expect(headers.get("content-length")).toBe(String(bytes.length));
    await stop();
  });

  test("puts frame boundaries one byte before chunk boundaries when straddling", async () => {
    const { simulator } = simulatorWithClock();
    const frames = [frame("a", {}), frame("b", {})];
    const whole = concat(...frames);
    const first = frames[0]?.length ?? 0;
    simulator.script({ events: frames.map((bytes) => ({ bytes })), chunking: "straddling" });
    const chunks = await Array.fromAsync((await simulator.fetch(post())).body ?? []);
    expect(chunks.map((chunk) => chunk.length)).toEqual([first - 1, first, 1]);
    expect(Buffer.concat(chunks).equals(whole)).toBe(true);
  });
});

describe("a client that leaves", () => {
  test("while the answer is silent ends the answer and its pause", async () => {
    const { clock, simulator } = simulatorWithClock();
    simulator.script(stream(text("a"), { pauseMs: 1000 }, text("b")));
    const reader = (await simulator.fetch(post())).body?.getReader();
    await reader?.read();
    const waiting = reader?.read();
    await until(() => clock.waiting() === 1);
    expect(simulator.openRequests()).toBe(1);
    await reader?.cancel();
    expect((await waiting)?.done).toBe(true);
    expect(simulator.openRequests()).toBe(0);
    expect(clock.waiting()).toBe(0);
  });

  test("by its signal makes the body fail with the reason", async () => {
    const { simulator } = simulatorWithClock();
    const controller = new AbortController();
    simulator.script(stream(text("a"), { pauseMs: 1000 }));
    const reader = (await simulator.fetch(post(controller.signal))).body?.getReader();
    await reader?.read();
    controller.abort(new Error("enough"));
    await expect(reader?.read()).rejects.toThrow("enough");
    expect(simulator.openRequests()).toBe(0);
  });

  test("before the status line gets no answer", async () => {
    const { clock, simulator } = simulatorWithClock();
    const controller = new AbortController();
    simulator.script({ ...stream(text("a")), delayMs: 1000 });
    const answer = simulator.fetch(post(controller.signal));
    await until(() => clock.waiting() === 1);
    controller.abort(new Error("enough"));
    await expect(answer).rejects.toThrow("enough");
    expect(simulator.openRequests()).toBe(0);
  });

  test("over the network is noticed at once", async () => {
    const clock = manualClock();
    const { url, simulator, stop, openRequests } = startSimulator({ clock, accessTokens: ["T"] });
    simulator.script(stream(text("a"), { pauseMs: 1000 }));
    const controller = new AbortController();
    const reader = (await fetch(post(controller.signal, url))).body?.getReader();
    await reader?.read();
    await until(() => clock.waiting() === 1);
    controller.abort();
    await until(() => openRequests() === 0);
    expect(clock.waiting()).toBe(0);
    await stop();
  });
});
