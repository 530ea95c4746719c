import { EventStreamCodec } from "@smithy/eventstream-codec";
import type { JsonObject } from "../../src/json.ts";
import { asObject } from "../../src/simulator/narrow.ts";

export interface DecodedEvent {
  type: string;
  payload: JsonObject;
}

const codec = new EventStreamCodec(
  (bytes) => new TextDecoder().decode(bytes),
  (text) => new TextEncoder().encode(text),
);

/** The events of a whole answer, read by smithy's codec and not by ours. */
export async function decodedEvents(response: Response): Promise<DecodedEvent[]> {
  const bytes = Buffer.from(await response.bytes());
  const events: DecodedEvent[] = [];
  for (let start = 0; start < bytes.length; start += bytes.readUInt32BE(start)) {
    const message = codec.decode(bytes.subarray(start, start + bytes.readUInt32BE(start)));
    const payload = asObject(JSON.parse(new TextDecoder().decode(message.body)));
    events.push({ type: String(message.headers[":event-type"]?.value), payload });
  }
  return events;
}
