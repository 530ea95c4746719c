import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { BridgeError } from "../../errors.ts";
import { nullable, open } from "../../http/schema.ts";
import { isEasyMessage } from "./decode.ts";
import { type EasyMessage, type InputItem, inputItems, MessageForm } from "./schema.ts";
import { idOf, type StoredResponse } from "./store.ts";

const Include = Type.Union([Type.String(), Type.Array(Type.String())]);

/** Query of `GET /v1/responses/{id}/input_items`. */
export const InputItemsQuery = open({
  order: Type.Optional(Type.Union([Type.Literal("asc"), Type.Literal("desc")])),
  limit: Type.Optional(
    Type.String({ pattern: "^([1-9]\\d?|100)$", description: "an integer from 1 to 100" }),
  ),
  after: Type.Optional(Type.String()),
  include: Type.Optional(Include),
  /** As OpenAI's SDKs spell it. */
  "include[]": Type.Optional(Include),
});

/** One page of a response's input. */
export const InputItemsAnswer = Type.Object({
  object: Type.Literal("list"),
  data: Type.Array(open({ id: Type.String(), type: Type.String() })),
  first_id: nullable(Type.String()),
  last_id: nullable(Type.String()),
  has_more: Type.Boolean(),
});

/** What a response answered, newest first unless asked otherwise, as OpenAI lists it. */
export function listInputItems(
  { response, input }: StoredResponse,
  { order, limit = "20", after, ...query }: Static<typeof InputItemsQuery>,
): Static<typeof InputItemsAnswer> {
  const included = [query.include ?? [], query["include[]"] ?? []].flat();
  const items = identified(input, response.id).map((item) => shown(item, included));
  if (order !== "asc") items.reverse();
  const start = after === undefined ? 0 : items.findIndex(({ id }) => id === after) + 1;
  if (after !== undefined && start === 0) throw unknownCursor();
  const data = items.slice(start, start + Number(limit));
  return {
    object: "list",
    data,
    first_id: data.at(0)?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: start + data.length < items.length,
  };
}

/** Clients seldom give their items an id, and may give several the same one; a page has to end at one item. */
function identified(items: readonly InputItem[], responseId: string) {
  const seen = new Set<string>();
  return items.map((item, index) => {
    const own = idOf(item);
    const id = own && !seen.has(own) ? own : `item_${responseId.slice("resp_".length)}_${index}`;
    seen.add(id);
    return { ...item, id };
  });
}

/** An item in its long form, without what clients see only if they ask for it. */
function shown(item: InputItem & { id: string }, included: readonly string[]) {
  if (isMessage(item)) {
    const { content, role } = item;
    const part = role === "assistant" ? { type: "output_text", annotations: [] } : { type: "input_text" };
    const parts = typeof content === "string" ? [{ ...part, text: content }] : content;
    return { status: "completed", ...item, type: "message" as const, content: parts };
  }
  if (!inputItems.isKnown(item)) return item;
  // Calls and their results: typed clients refuse a list where one has no status.
  if ("call_id" in item) return { status: "completed", ...item };
  if (item.type === "reasoning" && !included.includes("reasoning.encrypted_content")) {
    const { encrypted_content: _, ...rest } = item;
    return rest;
  }
  if (
    item.type === "web_search_call" &&
    item.action &&
    !included.includes("web_search_call.action.sources")
  ) {
    const { sources: _, ...action } = item.action;
    return { ...item, action };
  }
  return item;
}

/** Not told by its role: some clients give one to calls, results and tools, too. */
const isMessage = (item: InputItem): item is EasyMessage =>
  isEasyMessage(item) ||
  (inputItems.isKnown(item) ? item.type === "message" : Value.Check(MessageForm, item));

const unknownCursor = () =>
  new BridgeError("invalid-request", "after: the response's input has no item with this id.", {
    code: "invalid_value",
    param: "after",
  });
