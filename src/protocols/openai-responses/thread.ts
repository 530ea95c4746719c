import { BridgeError } from "../../errors.ts";
import { brief } from "../../http/brief.ts";
import {
  type InputItem,
  type ItemReference,
  inputItems,
  type RequestItem,
  type ResponsesRequest,
} from "./schema.ts";
import { idOf, type ResponseStore, type StoredResponse } from "./store.ts";

/** All that a request is about, nothing of it by reference any more. */
export interface Thread {
  /** Items of the responses that it goes on from. */
  earlier: readonly InputItem[];
  /** Its own by their places, undefined where one stands that was there before. */
  input: readonly (InputItem | undefined)[];
  /** As `Conversation.begunWith`. */
  begunWith?: readonly string[];
}

type Stored = Pick<ResponseStore, "get" | "item">;

/** Throws `not-found` for what is not in the store. */
export function threadOf(request: ResponsesRequest, store: Stored): Thread {
  const { input, previous_response_id: previousId } = request;
  const items: readonly RequestItem[] =
    typeof input === "string" ? [{ type: "message", role: "user", content: input }] : input;
  if (!previousId) return { earlier: [], input: resolved(items, [], store) };
  const previous = findResponse(store, previousId);
  const earlier = [...previous.input, ...previous.output];
  return { earlier, input: resolved(items, earlier, store), begunWith: previous.begunWith };
}

function resolved(
  items: readonly RequestItem[],
  earlier: readonly InputItem[],
  { item: find }: Stored,
): (InputItem | undefined)[] {
  const said = new Set(earlier.map(idOf));
  return items.map((item, index) => {
    if (!isReference(item)) {
      if (isAnswered(item) && said.has(idOf(item))) return undefined;
      return isAbridged(item) ? (find(idOf(item)) ?? item) : item;
    }
    // The AI SDK refers to a search twice, to its call and to its result.
    if (said.has(item.id)) return undefined;
    said.add(item.id);
    const found = find(item.id);
    if (!found) throw unknownItem(item.id, `input[${index}].id`);
    return found;
  });
}

const isReference = (item: RequestItem): item is ItemReference =>
  item.type === "item_reference" || (!item.type && !("role" in item));

/** Whether an item has the id that an answer gave it; users and their tools may give the same one again and again. */
const isAnswered = (item: InputItem): boolean =>
  idOf(item) !== "" && ("role" in item ? item.role === "assistant" : !item.type?.endsWith("_output"));

/** Whether an item lacks what clients are shown only if they ask for it; the others count on the store. */
function isAbridged(item: InputItem): boolean {
  if ("role" in item || !inputItems.isKnown(item)) return false;
  if (item.type === "reasoning") return !item.encrypted_content;
  return item.type === "web_search_call" && !item.action?.sources;
}

export function findResponse(store: Pick<Stored, "get">, id: string): StoredResponse {
  const stored = store.get(id);
  if (!stored) throw unknownResponse();
  return stored;
}

const unknownItem = (id: string, param: string) =>
  new BridgeError(
    "not-found",
    `Item with id '${brief(id)}' not found: items are kept in memory until the bridge stops, the newest only. Send the item itself, as clients do with store: false.`,
    { param },
  );

export const unknownResponse = () =>
  new BridgeError(
    "not-found",
    "There is no such response here: they are kept in memory until the bridge stops, the newest only. Send the whole input.",
    {
      code: "previous_response_not_found",
      param: "previous_response_id",
    },
  );
