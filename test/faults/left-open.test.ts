import { afterEach, describe, expect, test } from "bun:test";
import { closeSync, openSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { until } from "../support/event-loop.ts";
import { stopAfter } from "../support/stop-after.ts";
import { type Descriptors, descriptorsOf } from "./support/descriptors.ts";
import { leftOpen } from "./support/left-open.ts";

const kept = stopAfter(afterEach);

const held = (): Descriptors => {
  const descriptors = descriptorsOf(process.pid);
  if (!descriptors) throw new Error("Only Linux tells what is open.");
  return descriptors;
};

/** A server that never closes a connection by itself, and what the process had open before anybody came to it. */
async function startCareless() {
  const accepted: Socket[] = [];
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    accepted.push(socket.on("error", () => {}).resume());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  kept({
    stop() {
      for (const socket of accepted) socket.destroy();
      server.close();
    },
  });
  const before = held();

  return {
    port,
    async visit(): Promise<Socket> {
      const count = accepted.length;
      const client = connect({ port, host: "127.0.0.1", allowHalfOpen: true }).on("error", () => {});
      kept({ stop: () => client.destroy() });
      await until(() => accepted.length > count && !client.connecting);
      return client;
    },
    /** What is left of a server at the port, which may keep so many connections to this one. */
    left: (ownPort: number, most = 0) =>
      leftOpen(before, held(), { pid: process.pid, port: ownPort, kept: new Map([[port, most]]) }),
  };
}

describe.if(process.platform === "linux")("what a server has left open", () => {
  test("is a file", async () => {
    const { left, port } = await startCareless();
    const file = openSync(import.meta.path, "r");
    expect(left(port)).toEqual([import.meta.path]);
    closeSync(file);
    expect(left(port)).toEqual([]);
  });

  test("is a connection whose client has left, and none whose client is there", async () => {
    const { left, port, visit } = await startCareless();
    const client = await visit();
    expect(left(port)).toEqual([]);
    client.end();
    await until(() => left(port).length > 0);
    expect(left(port)).toEqual([
      expect.stringContaining(`a socket of port ${port} that is not, or no more,`),
    ]);
  });

  test("is a connection to a service, beyond those that may be kept", async () => {
    const { left, port, visit } = await startCareless();
    await visit();
    await visit();
    expect(left(1, 2)).toEqual([]);
    expect(left(1, 1)).toEqual([`2 connections to port ${port}, where 1 may be kept`]);
  });

  test("is a socket that is connected to nothing", async () => {
    const { left, port } = await startCareless();
    const socket = await Bun.udpSocket({});
    expect(left(port)).toEqual([expect.stringMatching(/^socket \d+, which is connected to nothing$/)]);
    socket.close();
    await until(() => left(port).length === 0);
  });
});
