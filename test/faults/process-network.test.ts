import { expect, test } from "bun:test";
import { startBlackHole } from "../support/black-hole.ts";
import { serverKey, trusted } from "./support/certificates.ts";
import { forms, outcomeOf, post } from "./support/forms.ts";
import { finish, head } from "./support/http.ts";
import { apiKey, until } from "./support/program-rig.ts";
import { startRawUpstream } from "./support/raw-upstream.ts";
import { useRelease } from "./support/release.ts";

const { start, kept } = useRelease();

const login = { KIRO_API_KEY: apiKey };

test("row 39: an address that takes no connection is given up after the configured time", async () => {
  const hole = kept(await startBlackHole());
  const program = await start({
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
  for (const { level } of ends()) expect(level).toBe("error");
});

test("row 42: a proxy that refuses connections is named to the client and in the log, without its password", async () => {
  const program = await start({
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
  for (const { level } of ends()) expect(level).toBe("error");
  expect(program.stderr()).not.toContain("proxy-password");
});

test("row 41: a certificate that nobody vouches for is refused, whatever NODE_TLS_REJECT_UNAUTHORIZED says", async () => {
  const answer = finish(head("200 OK", "content-length: 0"));
  const impostor = kept(await startRawUpstream(answer, { key: serverKey, cert: trusted }));
  const program = await start({
    environment: { ...login, AMAZONQ_ENDPOINT: impostor.url, NODE_TLS_REJECT_UNAUTHORIZED: "0" },
  });
  for (const form of forms) {
    const { status, failure } = await outcomeOf(form, await post(program.url, form));
    expect(status).toBe(502);
    expect(failure?.message).toContain("UNABLE_TO_VERIFY_LEAF_SIGNATURE");
  }
  const ends = () => program.logged("req.end").filter((line) => line["code"] === "upstream_tls_error");
  await until("the log", () => ends().length === forms.length);
  for (const { level } of ends()) expect(level).toBe("error");
  expect(impostor.hits()).toBe(0);
  expect(program.logged("sec.tls_env")).toMatchObject([{ level: "warn" }]);
});
