import type { ResponseObject } from "./encode.ts";
import { recentlyUsed } from "./recently-used.ts";
import type { InputItem } from "./schema.ts";

/** A response with what is needed to go on from it. */
export interface StoredResponse {
  /** As the client was shown it. */
  response: ResponseObject;
  /** The items it answered, those of the responses before it included. */
  input: readonly InputItem[];
  /** Its own items, with whatever proves them, shown or not. */
  output: readonly InputItem[];
  /** As `Conversation.begunWith`. */
  begunWith: readonly string[];
}

/** Responses that clients may go on from, in memory alone: prompts never reach the disk. */
export interface ResponseStore {
  get(id: string): StoredResponse | undefined;
  /** An item of a response's output; it may be there longer than its response, which holds a whole conversation. */
  item(id: string): InputItem | undefined;
  put(stored: StoredResponse): void;
  /** True when there was one; its items go with it. */
  remove(id: string): boolean;
}

interface StoreLimits {
  responseBytes: number;
  itemBytes: number;
}

export function createResponseStore({ responseBytes, itemBytes }: StoreLimits): ResponseStore {
  const responses = recentlyUsed<StoredResponse>(responseBytes);
  const items = recentlyUsed<InputItem>(itemBytes);
  return {
    get: responses.get,
    item: items.get,
    put(stored) {
      responses.put(stored.response.id, stored);
      for (const item of stored.output) items.put(idOf(item), item);
    },
    remove(id) {
      for (const item of responses.get(id)?.output ?? []) items.remove(idOf(item));
      return responses.remove(id);
    },
  };
}

/** Empty for an item without one. */
export const idOf = (item: object): string => ("id" in item && typeof item.id === "string" ? item.id : "");
