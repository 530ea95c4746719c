import { afterEach, expect, test } from "bun:test";
import { BridgeError } from "../../src/errors.ts";
import { rawAnswer, requestText } from "../support/raw-client.ts";
import { startServer } from "../support/server.ts";
import { stopAfter } from "../support/stop-after.ts";

const kept = stopAfter(afterEach);

test("a request whose body is announced as too large is told so, however little memory there is", async () => {
  const full = new BridgeError("busy", "Later.", { retryAfterSeconds: 1 });
  const refuse = (pendingBytes: number) => (pendingBytes > 1e9 ? full : undefined);
  const { url } = kept(startServer({ refuse }));
  const headers = ["Content-Type: application/json", "Content-Length: 9999999999"];
  const answer = await rawAnswer(url, requestText("POST /v1/messages", headers, "{"));
  expect(answer).toMatchObject({ status: 413 });
});
