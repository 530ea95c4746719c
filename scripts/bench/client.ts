import { type AnswerForm, forms, mark } from "./answer.ts";

export interface Call {
  url: string;
  body: Uint8Array;
  /** What a right answer holds. */
  events: number;
  form: AnswerForm;
}

const markBytes = Buffer.from(mark);

/** Reads one whole answer; resolves to the ms until its first event. Rejects when the answer is not the right one. */
export async function exchange({ url, body, events, form }: Call): Promise<number> {
  const startedAt = performance.now();
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body });
  if (response.status !== 200 || !response.body) {
    throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  }
  const chunks: Uint8Array[] = [];
  let firstEventMs: number | undefined;
  for await (const chunk of response.body) {
    chunks.push(chunk);
    if (firstEventMs === undefined && contains(chunk, markBytes))
      firstEventMs = performance.now() - startedAt;
  }
  const answer = Buffer.concat(chunks);
  const { repeats, ending } = forms[form];
  const count = countMarks(answer) / repeats;
  if (count !== events) throw new Error(`${url} answered ${count} events instead of ${events}.`);
  if (answer.toString("latin1", answer.length - ending.length) !== ending)
    throw new Error(`${url} did not end its answer well.`);
  if (firstEventMs === undefined) throw new Error(`${url} cut its first event in two.`);
  return firstEventMs;
}

const contains = ({ buffer, byteOffset, byteLength }: Uint8Array, bytes: Buffer) =>
  Buffer.from(buffer, byteOffset, byteLength).includes(bytes);

function countMarks(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(markBytes); at !== -1; at = bytes.indexOf(markBytes, at + markBytes.length))
    count++;
  return count;
}
