export const protocols = ["anthropic", "openai", "responses"] as const;
/** `frames` is the upstream itself, for comparison. */
export type Protocol = (typeof protocols)[number] | "frames";

/** How an answer says that it is over: well, or with an error of its own. */
export type LastWord = "ok" | "error";

interface Message {
  role: "user" | "assistant";
  content: string | readonly object[];
}

/** What a protocol asks and answers in, as far as the clients have to know. */
interface Form {
  path: string;
  /** Members of the request's body besides the model. */
  request(messages: readonly Message[], stream: boolean): object;
  text(text: string): object;
  /** Of a PNG's base64. */
  image(data: string): object;
  tool: object;
  /** How many times an answer says its text, or the input of its tool. */
  repeats: Readonly<Record<"text" | "tool" | "whole", number>>;
  /** Undefined for anything else than an ending. */
  lastWord(event: string): LastWord | undefined;
  /** Stands in a whole answer that ended well. */
  lastWordOfWhole: RegExp;
}

const parameters = { type: "object", properties: { text: { type: "string" } } };
const description = "Writes a text.";
const name = "write";
const dataUrl = (data: string) => `data:image/png;base64,${data}`;

const once = { text: 1, tool: 1, whole: 1 } as const;

const startsWith =
  (words: Readonly<Record<LastWord, string>>) =>
  (event: string): LastWord | undefined => {
    if (event.startsWith(words.ok)) return "ok";
    return event.startsWith(words.error) ? "error" : undefined;
  };

export const forms: Readonly<Record<Protocol, Form>> = {
  anthropic: {
    path: "/v1/messages",
    request: (messages, stream) => ({ messages, stream, max_tokens: 64_000 }),
    text: (text) => ({ type: "text", text }),
    image: (data) => ({ type: "image", source: { type: "base64", media_type: "image/png", data } }),
    tool: { name, description, input_schema: parameters },
    repeats: once,
    lastWord: startsWith({
      ok: 'event: message_stop\ndata: {"type":"message_stop"}',
      error: "event: error\n",
    }),
    lastWordOfWhole: /"stop_reason":"/,
  },
  openai: {
    path: "/v1/chat/completions",
    request: (messages, stream) => ({ messages, stream }),
    text: (text) => ({ type: "text", text }),
    image: (data) => ({ type: "image_url", image_url: { url: dataUrl(data) } }),
    tool: { type: "function", function: { name, description, parameters } },
    repeats: once,
    lastWord: startsWith({ ok: "data: [DONE]", error: 'data: {"error":{' }),
    lastWordOfWhole: /"finish_reason":"/,
  },
  responses: {
    path: "/v1/responses",
    request: (input, stream) => ({ input, stream }),
    text: (text) => ({ type: "input_text", text }),
    image: (data) => ({ type: "input_image", image_url: dataUrl(data) }),
    tool: { type: "function", name, description, parameters },
    // Deltas, then the text, the part (which tools have not), the item and the response, each as a whole.
    repeats: { text: 5, tool: 4, whole: 1 },
    lastWord: startsWith({ ok: "event: response.completed\n", error: "event: response.failed\n" }),
    lastWordOfWhole: /"status":"completed"/,
  },
  frames: {
    path: "/generateAssistantResponse",
    request: (messages) => ({ messages }),
    text: (text) => ({ text }),
    image: (data) => ({ data }),
    tool: {},
    repeats: once,
    // What the bridge makes of the last frame is the other protocols' concern.
    lastWord: () => "ok",
    lastWordOfWhole: /$/,
  },
};

/** The last event of a stream, of which these are the last bytes; empty when it is not whole. */
export function lastEvent(tail: string): string {
  if (!tail.endsWith("\n\n")) return "";
  return tail.slice(tail.lastIndexOf("\n\n", tail.length - 3) + 1).trimStart();
}
