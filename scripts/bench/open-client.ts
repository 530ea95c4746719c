import { type AnswerForm, stamps } from "./answer.ts";
import { quantile } from "./statistics.ts";

/** What this process is told on its command line. */
export interface OpenCall {
  url: string;
  body: string;
  form: AnswerForm;
  streams: number;
  /** Stamped ones, in each stream. */
  events: number;
}

/** What it says on its stdout. */
export interface Arrivals {
  lost: number;
  lateMs: { p50: number; p99: number; most: number };
}

/** Streams are opened one by one, so that their beats do not fall together. */
const gapMs = 2;

const call: OpenCall = JSON.parse(process.argv[2] ?? "");
const lateMs: number[] = [];

async function follow(): Promise<void> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(call.url, { method: "POST", headers, body: call.body });
  let left = call.events;
  let text = "";
  for await (const chunk of response.body ?? []) {
    const now = performance.timeOrigin + performance.now();
    text += Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString("latin1");
    let end = 0;
    for (const { 0: stamp, 1: sentAt, index } of text.matchAll(stamps)) {
      // Some protocols say it all again at the end.
      if (left-- > 0) lateMs.push(now - Number(sentAt));
      end = index + stamp.length;
    }
    text = text.slice(end);
  }
}

const followed: Promise<void>[] = [];
for (let stream = 0; stream < call.streams; stream++) {
  followed.push(follow().catch(() => {}));
  await Bun.sleep(gapMs);
}
await Promise.all(followed);
const arrivals: Arrivals = {
  lost: call.streams * call.events - lateMs.length,
  lateMs: { p50: quantile(lateMs, 0.5), p99: quantile(lateMs, 0.99), most: quantile(lateMs, 1) },
};
process.stdout.write(JSON.stringify(arrivals));
