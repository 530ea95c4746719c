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

/** All items that a request is about, with references resolved. */
export interface Thread {
  /** Items of the responses that it continues. */
  earlier: readonly InputItem[];
  /** Its own items by their places; undefined for one that is among the earlier ones. */
  input: readonly (InputItem | undefined)[];
  /** As `Conversation.begunWith`. */
  begunWith?: readonly string[];
}

type Stored = Pick<ResponseStore, "get" | "item">;

/** Throws `not-found` for a response or an item that is not in the store. */
export function threadOf(request: ResponsesRequest, store: Stored): Thread {
  const { input, previous_response_id: previousId } = request;
  const items: readonly RequestItem[] =
    typeof input === "string" ? [{ type: "message", role: "user", content: input }] : input;
  if (!previousId) return { earlier: [], input: resolved(items, [], store) };
  const previous = store.get(previousId);
  if (!previous) {
    const details = { code: "previous_response_not_found", param: "previous_response_id" };
    throw notFound("Previous response", previousId, " Send the whole input.", details);
  }
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
    if (found) return found;
    const advice = " Send the item itself, as clients do with store: false.";
    throw notFound("Item", item.id, advice, { param: `input[${index}].id` });
  });
}

const isReference = (item: RequestItem): item is ItemReference =>
  item.type === "item_reference" || (!item.type && !("role" in item));

/** Whether an item's id was given by an answer; users and their tools may use one id again and again. */
const isAnswered = (item: InputItem): boolean =>
  idOf(item) !== "" && ("role" in item ? item.role === "assistant" : !item.type?.endsWith("_output"));

/** Whether an item lacks what clients see only if they ask for it; clients that did not ask count on the store. */
function isAbridged(item: InputItem): boolean {
  if ("role" in item || !inputItems.isKnown(item)) return false;
  if (item.type === "reasoning") return !item.encrypted_content;
  return item.type === "web_search_call" && !item.action?.sources;
}

/** The framework has null for an id whose escapes are broken, whatever its types say. */
export function findResponse({ get }: Pick<Stored, "get">, id: string | null): StoredResponse {
  const stored = get(id ?? "");
  if (!stored) throw notFound("Response", id ?? "");
  return stored;
}

const notFound = (what: string, id: string, advice = "", details: { code?: string; param?: string } = {}) =>
  new BridgeError(
    "not-found",
    `${what} with id '${brief(id)}' not found: the bridge keeps only the newest, in memory, until it stops.${advice}`,
    details,
  );
