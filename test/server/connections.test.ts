import { describe, expect, test } from "bun:test";
import { connect, type Socket } from "node:net";
import { networkInterfaces } from "node:os";
import { listen } from "../../src/listen.ts";
import type { TurnEvent } from "../../src/turn/events.ts";
import { until } from "../support/event-loop.ts";
import { manualClock } from "../support/manual-clock.ts";
import { startServer } from "../support/server.ts";
import { say, source } from "../support/turns.ts";

const messages = [{ role: "user", content: "Hello" }];
const post = (stream: boolean) => {
  const body = JSON.stringify({ model: "m", max_tokens: 5, messages, stream });
  return [
    "POST /v1/messages HTTP/1.1",
    "Host: localhost",
    "Content-Type: application/json",
    `Content-Length: ${body.length}`,
    "",
    body,
  ].join("\r\n");
};

function send(port: number, bytes: string): { socket: Socket; received: () => string } {
  let received = "";
  const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
  socket.on("data", (data) => {
    received += data;
  });
  socket.on("error", () => {});
  return { socket, received: () => received };
}

const leavings: Record<string, (socket: Socket) => void> = {
  closing: (socket) => socket.destroy(),
  resetting: (socket) => socket.resetAndDestroy(),
  "half-closing": (socket) => socket.end(),
};

describe.each(Object.entries(leavings))("a client that leaves by %s the connection", (_name, leave) => {
  test("in the middle of a stream, the service being silent, has its turn cancelled", async () => {
    const turn = source<readonly TurnEvent[]>([[say("first words")]], { thenSilent: true });
    const server = startServer({ answer: () => turn.stream });
    const { socket, received } = send(server.port, post(true));
    await until(() => received().includes("first words"));
    leave(socket);
    await until(() => turn.cancellations.length === 1);
    expect(server.requests[0]?.signal.aborted).toBe(true);
    await until(() => server.log.some((line) => line.includes("end=gone")));
    await server.stop();
  });

  test.each([true, false])(
    "before the service has begun to answer aborts what is asked of it (stream: %p)",
    async (stream) => {
      const server = startServer({
        answer: ({ signal }) =>
          new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
      });
      const { socket } = send(server.port, post(stream));
      await until(() => server.requests.length === 1);
      leave(socket);
      await until(() => server.requests[0]?.signal.aborted === true);
      await until(() => server.log.some((line) => line.includes("end=gone")));
      expect(server.log.join("")).not.toContain("class=internal");
      await server.stop();
    },
  );
});

test("a client that leaves while it sends its body asks nothing of the service, and leaves no timer", async () => {
  const clock = manualClock();
  const server = startServer({ clock });
  const { socket } = send(server.port, post(false).slice(0, -20));
  await until(() => clock.waiting() === 1);
  socket.destroy();
  await until(() => server.log.some((line) => line.includes("end=gone")));
  expect(server.requests).toEqual([]);
  expect(clock.waiting()).toBe(0);
  await server.stop();
});

test("a connection lives on after a failure, and answers come in order", async () => {
  const server = startServer();
  const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
  const { socket, received } = send(server.port, get("/nothing") + get("/health") + get("/v1/messages"));
  await until(() => received().split("HTTP/1.1 ").length === 4 && received().endsWith("}"));
  expect(received().match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 404", "HTTP/1.1 200", "HTTP/1.1 405"]);
  socket.destroy();
  await server.stop();
});

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

  test("ends with the answers that are under way, and takes no new ones meanwhile", async () => {
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
