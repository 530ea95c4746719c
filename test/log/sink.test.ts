import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createSink } from "../../src/log/sink.ts";

/** A pipe with so much room; it takes what fits, and throws when nothing does. */
function pipe(room: number) {
  let text = "";
  let left = room;
  return {
    text: () => text,
    drain: (bytes: number) => {
      left += bytes;
    },
    write(bytes: Uint8Array): number {
      if (left === 0) throw Object.assign(new Error("full"), { code: "EAGAIN" });
      const taken = bytes.subarray(0, left);
      text += Buffer.from(taken).toString("latin1");
      left -= taken.length;
      return taken.length;
    },
  };
}

describe("a sink", () => {
  test("drops and counts the lines that there is no room for, and goes on when there is", () => {
    const target = pipe(6);
    const sink = createSink(target.write);
    for (const line of ["one\n", "two\n", "three\n", "four\n"]) sink.write(line);
    expect(target.text()).toBe("one\ntw");
    expect(sink.dropped()).toBe(2);
    target.drain(100);
    sink.write("five\n");
    expect(target.text()).toBe("one\ntwo\nfive\n");
    expect(sink.dropped()).toBe(2);
  });

  test("never fails, whatever the other end does", () => {
    const sink = createSink(() => {
      throw new Error("EPIPE");
    });
    for (let line = 0; line < 10; line++) sink.write("line\n");
    expect(sink.dropped()).toBe(10);
  });

  test("however the room comes and goes, what arrives are whole lines in their order", () => {
    const steps = fc.array(fc.tuple(fc.nat(12), fc.nat(20)), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (sizes) => {
        const target = pipe(0);
        const sink = createSink(target.write);
        sizes.forEach(([length, room], index) => {
          target.drain(room);
          sink.write(`${index}:${"x".repeat(length)}\n`);
        });
        target.drain(10_000);
        sink.write("end\n");
        const lines = target.text().split("\n");
        expect(lines.splice(-2)).toEqual(["end", ""]);
        const arrived = lines.map((line) => Number(line.split(":")[0]));
        lines.forEach((line, place) => {
          expect(line).toBe(`${arrived[place]}:${"x".repeat(sizes[arrived[place] ?? 0]?.[0] ?? -1)}`);
        });
        expect(arrived).toEqual([...arrived].sort((a, b) => a - b));
        expect(sink.dropped()).toBe(sizes.length - arrived.length);
      }),
    );
  });
});
