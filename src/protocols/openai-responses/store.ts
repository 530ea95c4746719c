import type { ResponseObject } from "./encode.ts";
import type { InputItem } from "./schema.ts";

/** A response with the input items it answered, those of the responses before it included. */
export interface StoredResponse {
  response: ResponseObject;
  input: readonly InputItem[];
}

/** Responses that clients may go on from, in memory alone: prompts never reach the disk. The oldest give way to the newest. */
export interface ResponseStore {
  get(id: string): StoredResponse | undefined;
  put(stored: StoredResponse): void;
  /** True when there was one. */
  remove(id: string): boolean;
}

export function createResponseStore(capacity: number): ResponseStore {
  const stored = new Map<string, StoredResponse>();
  return {
    get: (id) => stored.get(id),
    put(entry) {
      stored.set(entry.response.id, entry);
      const [oldest] = stored.keys();
      if (stored.size > capacity && oldest !== undefined) stored.delete(oldest);
    },
    remove: (id) => stored.delete(id),
  };
}
