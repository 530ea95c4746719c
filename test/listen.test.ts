import { describe, expect, test } from "bun:test";
import { networkInterfaces } from "node:os";
import { listen } from "../src/listen.ts";
import { until } from "./support/event-loop.ts";

describe("listening", () => {
  const fetchText = () => new Response("here");
  const open = (port = 0) => listen({ host: "127.0.0.1", port, idleSeconds: 3_600, fetch: fetchText });
  const hasIpv6 = Object.values(networkInterfaces()).some((list) =>
    list?.some(({ address }) => address === "::1"),
  );

  test("is on 127.0.0.1, and on ::1 where there is one", async () => {
    const listening = open();
    expect(listening.url).toBe(`http://127.0.0.1:${listening.port}`);
    expect(await (await fetch(listening.url)).text()).toBe("here");
    if (hasIpv6) expect(await (await fetch(`http://[::1]:${listening.port}`)).text()).toBe("here");
    await listening.stop();
  });

  test.each([["0.0.0.0", "127.0.0.1"], ...(hasIpv6 ? [["::", "[::1]"]] : [])])(
    "on %s, which nobody can call, tells a client to call %s",
    async (host = "", name = "") => {
      const listening = listen({ host, port: 0, idleSeconds: 10, fetch: fetchText });
      expect(listening.url).toBe(`http://${name}:${listening.port}`);
      expect(await (await fetch(listening.url)).text()).toBe("here");
      await listening.stop();
    },
  );

  test("on a port that is taken fails", async () => {
    const first = open();
    expect(() => open(first.port)).toThrow(/in use/);
    await first.stop();
  });

  test.if(hasIpv6)(
    "on a port that is taken on one of two addresses fails, and leaves the other free",
    async () => {
      const other = listen({ host: "::1", port: 0, idleSeconds: 10, fetch: fetchText });
      expect(other.url).toBe(`http://[::1]:${other.port}`);
      expect(() => open(other.port)).toThrow(/in use/);
      await other.stop();
      const again = open(other.port);
      expect(await (await fetch(again.url)).text()).toBe("here");
      await again.stop();
    },
  );

  test("ends with the answers under way, and accepts no new requests meanwhile", async () => {
    const answer = Promise.withResolvers<Response>();
    let asked = 0;
    const listening = listen({
      host: "127.0.0.1",
      port: 0,
      idleSeconds: 10,
      fetch: () => {
        asked++;
        return answer.promise;
      },
    });
    const running = fetch(listening.url);
    await until(() => asked === 1);
    const drained = listening.drain();
    await expect(fetch(listening.url)).rejects.toThrow();
    answer.resolve(new Response("last"));
    expect(await (await running).text()).toBe("last");
    await drained;
    expect(asked).toBe(1);
  });
});
