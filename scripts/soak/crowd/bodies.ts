import { png } from "../../../test/support/images.ts";
import { writePlan } from "../plan.ts";
import type { Case } from "./cases.ts";
import { forms } from "./protocols.ts";

const model = "claude-sonnet-4.6";

/** Bytes of a turn of history. */
const turnBytes = 1000;
const history = [
  { role: "user", content: "What does it do? ".repeat(40).slice(0, turnBytes / 2) },
  { role: "assistant", content: "It adds them up. ".repeat(40).slice(0, turnBytes / 2) },
] as const;

/** Below what the service takes of one. */
const imageBytes = 3_000_000;
const image = png(800, 600).data.padEnd(imageBytes, "A");

/** As many bodies as are likely to be wanted again. */
const mostKept = 200;

/** Makes requests' bodies; cases that ask for the same share one. */
export function createBodies(): (wanted: Case) => Uint8Array {
  const made = new Map<string, Uint8Array>();
  return (wanted) => {
    const { protocol, stream, plan, historyMb, imagesMb } = wanted;
    const key = [protocol, stream, writePlan(plan), historyMb, imagesMb].join();
    const body = made.get(key) ?? Buffer.from(JSON.stringify(requestOf(wanted)));
    if (made.size < mostKept) made.set(key, body);
    return body;
  };
}

const pieceBytes = 65_536;

/** The same bytes as a body whose length nobody announces. */
export function inPieces(body: Uint8Array): ReadableStream<Uint8Array> {
  let sent = 0;
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(body.subarray(sent, sent + pieceBytes));
      sent += pieceBytes;
      if (sent >= body.length) controller.close();
    },
  });
}

function requestOf({ protocol, stream, plan, historyMb = 0, imagesMb = 0 }: Case): object {
  const form = forms[protocol];
  const turns = Array.from({ length: (historyMb * 1e6) / turnBytes }, () => history).flat();
  const images = Array.from({ length: (imagesMb * 1e6) / imageBytes }, () => form.image(image));
  const question = [...images, form.text(`Say it. ${writePlan(plan)}`)];
  return {
    model,
    ...form.request([...turns, { role: "user", content: question }], stream),
    ...(plan.fragment && { tools: [form.tool] }),
  };
}
