import { afterAll, afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { JsonObject } from "../../src/json.ts";
import { postText, type RawClient, rawClient, requestText } from "../support/raw-client.ts";
import { ending, text } from "../support/script.ts";
import { type Form, outcomeOf, post } from "./support/forms.ts";
import { encodedAll, forgedFrame } from "./support/frames.ts";
import { finish, head, openEndedHead, sizedHead } from "./support/http.ts";
import { canWatchMemory, growthDuring } from "./support/memory.ts";
import { apiKey, type Program, type ProgramOptions, until } from "./support/program-rig.ts";
import { type Behaviour, type RawUpstream, startRawUpstream } from "./support/raw-upstream.ts";
import { useRelease } from "./support/release.ts";

const release = useRelease();

const mib = 1024 * 1024;
const form: Form = { protocol: "openai", stream: true };
const wholeAnswer = encodedAll([...text("Hello"), ...ending("END_TURN")]);
const canary = finish(sizedHead(wholeAnswer.length), wholeAnswer);

let upstream: RawUpstream;
beforeEach(async () => {
  upstream = await startRawUpstream(canary);
});
afterEach(async () => {
  await upstream.stop();
});

const start = (options: ProgramOptions = {}, url = upstream.url) =>
  release.start({ ...options, environment: { AMAZONQ_ENDPOINT: url, KIRO_API_KEY: apiKey } });

const ask = async ({ url }: Program) => outcomeOf(form, await post(url, form));

/** Has done all of its kinds of work before: code that runs for the first time takes memory too. */
async function startWarm(...behaviours: readonly Behaviour[]): Promise<Program> {
  const program = await start();
  for (const behaviour of [...Array.from({ length: 20 }, () => canary), ...behaviours]) {
    upstream.script(behaviour);
    await ask(program);
  }
  return program;
}

async function expectCanary(program: Program): Promise<void> {
  expect(await ask(program)).toMatchObject({ status: 200, text: "Hello", stopReason: "stop" });
}

describe.skipIf(!canWatchMemory())("the memory of the release binary", () => {
  test("row 6: holds what a chunked body may have and little besides, however long it goes on", async () => {
    const program = await startWarm();
    const piece = Buffer.from(`${mib.toString(16)}\r\n${" ".repeat(mib)}\r\n`);
    const headers = ["Content-Type: application/json", "Transfer-Encoding: chunked"];
    const { peak } = await growthDuring(program.pid, async () => {
      const client = rawClient(program.url, requestText("POST /v1/messages", headers));
      for (let sent = 0; sent < 64; sent++) {
        client.socket.write(piece);
        await until("room", () => client.socket.writableLength === 0 || client.isClosed());
      }
      await until("an answer", () => client.text().includes("request_too_large"));
      client.socket.destroy();
    });
    expect(peak).toBeLessThan(80);
    await expectCanary(program);
  });

  test("row 22: grows by a few megabytes for each client that does not read, and then no more", async () => {
    const program = await startWarm();
    const stalled = 50;
    const pieces = encodedAll(text(...Array.from({ length: 64 }, () => "x".repeat(16_384))));
    let taken = 0;
    /** Fifty megabytes, as fast as they are taken. */
    const flood: Behaviour = (socket) => {
      let left = 50;
      socket.write(openEndedHead);
      const more = () => {
        while (left-- > 0) {
          taken += pieces.length;
          if (!socket.write(pieces)) return void socket.once("drain", more);
        }
      };
      more();
      return undefined;
    };
    upstream.script(...Array.from({ length: stalled }, () => flood));
    const body = { model: "m", messages: [{ role: "user", content: "Hi" }], stream: true };
    const clients: RawClient[] = [];
    const begun = await growthDuring(program.pid, async () => {
      for (let index = 0; index < stalled; index++) {
        const client = rawClient(program.url, postText("/v1/chat/completions", body));
        client.socket.pause();
        clients.push(client);
      }
      await until("all are asked for", () => upstream.open() === stalled);
      for (let before = -1; taken > before; await Bun.sleep(1_000)) before = taken;
    });
    expect(taken / stalled).toBeLessThan(20 * mib);
    // The runtime alone, passing such an answer on as it comes, takes 2.2 MB for each.
    expect(begun.left / stalled).toBeLessThan(8);
    expect(begun.peak / stalled).toBeLessThan(12);
    const later = await growthDuring(program.pid, () => Bun.sleep(1_000));
    expect(later.peak / stalled).toBeLessThan(1);
    for (const { socket } of clients) socket.destroy();
    await until("all are let go", () => upstream.open() === 0);
    await expectCanary(program);
  });

  const endless: Behaviour = (socket) => {
    let left = 100;
    const block = Buffer.alloc(mib, "x");
    socket.write(head("400 Bad Request", "content-type: text/plain", "connection: close"));
    const more = () => {
      while (!socket.destroyed && left-- > 0)
        if (!socket.write(block)) return void socket.once("drain", more);
    };
    more();
    return undefined;
  };

  test("row 33: grows by no more than a megabyte for an error of a hundred", async () => {
    const program = await startWarm(endless, endless);
    const many = 30;
    upstream.script(...Array.from({ length: many }, () => endless));
    const { peak } = await growthDuring(program.pid, async () => {
      for (let n = 0; n < many; n++) expect((await ask(program)).status).toBe(400);
    });
    expect(peak).toBeLessThan(many);
    await expectCanary(program);
  });

  test("row 52: does not grow for a message that claims to be four gigabytes, or all that there may be", async () => {
    const claims = [0xffffffff, 24 * mib].map((total) => {
      const prelude = forgedFrame(new Uint8Array(), new Uint8Array(), { total }).subarray(0, 12);
      return finish(sizedHead(prelude.length + 1), prelude);
    });
    let asked = 0;
    const claiming = await startRawUpstream((...request) => claims[asked++ % 2]?.(...request));
    const program = await start({}, claiming.url);
    const ask40 = async () => {
      for (let n = 0; n < 40; n++) expect((await ask(program)).failure).toBeDefined();
    };
    await ask40();
    const { peak } = await growthDuring(program.pid, ask40);
    // One that was believed would be 24.
    expect(peak).toBeLessThan(16);
    await claiming.stop();
  });

  test("row 64: grows by less than a hundred megabytes for an answer that inflates to eighty", async () => {
    const unknown = encodedAll([{ type: "brandNewEvent", payload: { content: "x".repeat(1_000_000) } }]);
    const bomb = gzipSync(Buffer.concat(Array.from({ length: 80 }, () => unknown)), { level: 1 });
    const zipped = finish(sizedHead(bomb.length, "content-encoding: gzip"), bomb);
    const program = await startWarm();
    const { peak } = await growthDuring(program.pid, async () => {
      upstream.script(zipped, zipped);
      expect((await ask(program)).failure).toBeDefined();
    });
    expect(peak).toBeLessThan(100);
    await expectCanary(program);
  });

  test("row 65: grows by less than fifty megabytes for a hundred thousand small messages at once", async () => {
    const letter = encodedAll(text("x"));
    const count = 100_000;
    const burst = Buffer.concat([
      ...Array.from({ length: count }, () => letter),
      encodedAll(ending("END_TURN")),
    ]);
    const program = await startWarm();
    upstream.script(finish(sizedHead(burst.length), burst));
    let heard = "";
    const { peak } = await growthDuring(program.pid, async () => {
      heard = (await ask(program)).text;
    });
    expect(heard).toBe("x".repeat(count));
    expect(peak).toBeLessThan(50);
    await expectCanary(program);
  });
});

/** A control group of our own for memory, where this user may make one: version 1 or 2. */
function makeGroup(limitBytes: number): { path: string; remove: () => void } | undefined {
  const places = [
    { folder: "/sys/fs/cgroup/memory", limit: "memory.limit_in_bytes" },
    { folder: "/sys/fs/cgroup", limit: "memory.max" },
  ];
  for (const { folder, limit } of places) {
    const path = join(folder, `aqbridge-test-${process.pid}`);
    try {
      mkdirSync(path);
    } catch {
      continue;
    }
    try {
      if (!readFileSync(join(path, limit), "utf8")) continue;
      writeFileSync(join(path, limit), String(limitBytes));
      return { path, remove: () => rmdirSync(path) };
    } catch {
      rmdirSync(path);
    }
  }
  return undefined;
}

const group = makeGroup(512 * mib);
afterAll(() => group?.remove());

test.skipIf(group === undefined)(
  "row 97: forty bodies of thirty megabytes at once do not end it where there are 512, and all recovers",
  async () => {
    const program = await start({
      prefix: ["/bin/sh", "-c", `echo $$ > ${group?.path}/cgroup.procs; exec "$0" "$@"`],
    });
    const long = [{ role: "user", content: "A word, or two. ".repeat(1_900_000) }];
    const request = Buffer.from(
      postText("/v1/chat/completions", { model: "m", messages: long, stream: true }),
    );
    const clients = Array.from({ length: 40 }, () => rawClient(program.url, request));
    const statusOf = (client: RawClient) => client.text().slice(9, 12);
    await until("all have an answer", () => clients.every((client) => statusOf(client).length === 3), 20_000);

    const busy = clients.filter((client) => statusOf(client) === "503");
    expect(busy.length).toBeGreaterThan(0);
    expect(busy.length).toBeLessThan(40);
    for (const client of busy) expect(client.text()).toContain('"code":"server_busy"');
    const isFull = ({ full, max }: JsonObject) => full === true && max === 0.75 * 512 * mib;
    await until("the log", () => program.logged("proc.mem").some(isFull));
    for (const { socket } of clients) socket.destroy();
    await until("an answer", async () => (await ask(program)).status === 200, 15_000);
    expect((await fetch(`${program.url}/health`)).status).toBe(200);
    expect(program.logged("stop")).toEqual([]);
  },
  60_000,
);
