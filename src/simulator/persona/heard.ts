import type { JsonObject } from "../../json.ts";
import { type ImageHeader, readImageHeader } from "../image-header.ts";
import { asObject, asObjects, asText } from "../narrow.ts";
import { type RequestView, type Turn, viewRequest } from "../rules/view.ts";

/** What can be understood of a request without a mind. */
export interface Heard {
  /** What the person said last. */
  text: string;
  modelId: string;
  /** Characters of the system prompt. */
  instructions: number;
  /** Messages before the last, the system prompt apart. */
  earlier: number;
  tools: readonly OfferedTool[];
  images: readonly HeardImage[];
  results: readonly HeardResult[];
  wantsThinking: boolean;
  /** Characters of all texts. */
  characters: number;
}

export interface OfferedTool {
  name: string;
  schema: unknown;
}
export interface HeardImage {
  header: ImageHeader | undefined;
  bytes: number;
}
export interface HeardResult {
  toolName: string;
  text: string;
  failed: boolean;
}

export function hear(body: JsonObject): Heard {
  const request = viewRequest(body, {});
  const { current, history, tools } = request;
  const openings = countOpenings(history);
  return {
    text: current?.content ?? "",
    modelId: asText(current?.message["modelId"]) || "auto",
    instructions: sum(history.slice(0, openings), ({ role, content }) =>
      role === "user" ? content.length : 0,
    ),
    earlier: history.length - openings,
    tools,
    images: current?.images.map(({ json }) => hearImage(json)) ?? [],
    results: hearResults(current, history.at(-1)),
    wantsThinking: hearsThinking(body),
    characters: sum(request.turns, ({ content }) => content.length) + toolCharacters(request),
  };
}

/** The system prompt travels as opening pairs of messages, each acknowledged in a word. */
function countOpenings(history: readonly Turn[]): number {
  const firstReal = history.findIndex((turn) => turn.role === "assistant" && !isAcknowledgement(turn));
  if (firstReal < 0) return history.length - (history.length % 2);
  return firstReal - (firstReal % 2);
}

const isAcknowledgement = (turn: Turn) =>
  turn.content.length < 80 && /^(understood|ok|okay|acknowledged|i understand)\b/i.test(turn.content);

function hearImage(image: JsonObject): HeardImage {
  const data = asText(asObject(image["source"])["bytes"]);
  return { header: readImageHeader(data), bytes: Math.floor((data.length * 3) / 4) };
}

function hearResults(current: Turn | undefined, before: Turn | undefined): HeardResult[] {
  const names = new Map(before?.uses.map(({ json }) => [json["toolUseId"], asText(json["name"])]));
  const results = current?.results ?? [];
  return results.map(({ json: { toolUseId, content, status } }) => ({
    toolName: names.get(toolUseId) || "the tool",
    text: asObjects(content)
      .map((block) => asText(block["text"]) || JSON.stringify(block["json"]))
      .join("\n"),
    failed: status === "error",
  }));
}

function hearsThinking(body: JsonObject): boolean {
  const fields = asObject(body["additionalModelRequestFields"]);
  const { type } = asObject(fields["thinking"]);
  return type === "adaptive" || (type !== "disabled" && "output_config" in fields);
}

const toolCharacters = ({ tools }: RequestView) =>
  sum(tools, ({ name, description }) => name.length + description.length);

const sum = <T>(items: readonly T[], measure: (item: T) => number): number =>
  items.reduce((total, item) => total + measure(item), 0);
