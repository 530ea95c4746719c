import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { startBlackHole } from "../support/black-hole.ts";
import { forms, outcomeOf, post } from "./support/forms.ts";
import {
  apiKey,
  releaseBinary,
  startProgram,
  stopPrograms,
  temporaryFolder,
  until,
} from "./support/program-rig.ts";

const home = temporaryFolder();
let binary: string;
beforeAll(async () => {
  binary = await releaseBinary(home);
}, 120_000);
afterAll(() => rmSync(home, { recursive: true, force: true }));
afterEach(stopPrograms);

const login = { KIRO_API_KEY: apiKey };

test("row 39: an address that takes no connection is given up after the configured time", async () => {
  const hole = await startBlackHole();
  const program = await startProgram(binary, {
    environment: { ...login, AMAZONQ_ENDPOINT: hole.url },
    config: { timeouts: { connect: 0.3 } },
  });
  const outcomes = await Promise.all(
    forms.map(async (form) => outcomeOf(form, await post(program.url, form))),
  );
  for (const { status, failure } of outcomes) {
    expect(status).toBe(504);
    expect(failure?.message).toContain("takes no connection within 0.3 s");
  }
  const ends = () => program.logged("req.end").filter((line) => line["class"] === "timeout");
  await until("the log", () => ends().length === forms.length);
  await hole.stop();
}, 20_000);

test("row 42: a proxy that refuses connections is named to the client and in the log, without its password", async () => {
  const program = await startProgram(binary, {
    environment: { ...login, HTTPS_PROXY: "http://ada:proxy-password@127.0.0.1:9" },
  });
  for (const form of forms) {
    const { status, failure } = await outcomeOf(form, await post(program.url, form));
    expect(status).toBe(502);
    expect(failure?.message).toContain("The HTTP proxy 127.0.0.1:9 ");
    expect(failure?.message).toContain("check HTTPS_PROXY");
  }
  const ends = () => program.logged("req.end").filter((line) => line["code"] === "proxy_error");
  await until("the log", () => ends().length === forms.length);
  expect(program.stderr()).not.toContain("proxy-password");
});
