import { createParser } from "eventsource-parser";

export interface SseMessage {
  event: string | undefined;
  data: string;
}

/** What a parser of the standard makes of the bytes, which must be UTF-8 and nothing but whole messages and comments. */
export function readSse(bytes: Uint8Array): SseMessage[] {
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  if (!/^(?:(?:event: [\w.]+\n)?data: [^\n\r]+\n\n|: [^\n\r]*\n\n)*$/.test(text))
    throw new Error(`not in the strict framing: ${JSON.stringify(text.slice(-200))}`);
  const messages: SseMessage[] = [];
  const parser = createParser({
    onEvent: ({ event, data }) => messages.push({ event, data }),
    onError: (error) => {
      throw error;
    },
  });
  parser.feed(text);
  return messages;
}
