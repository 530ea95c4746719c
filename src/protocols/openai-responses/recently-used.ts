/** Values by their ids, of which those unused for longest give way. */
interface RecentlyUsed<Value> {
  get(id: string): Value | undefined;
  put(id: string, value: Value): void;
  /** True when there was one. */
  remove(id: string): boolean;
}

/** Holds so many bytes, as `heldBytes` counts them; a value that is larger by itself is not held. */
export function recentlyUsed<Value>(maxBytes: number): RecentlyUsed<Value> {
  const held = new Map<string, { value: Value; bytes: number }>();
  let total = 0;

  const remove = (id: string): boolean => {
    total -= held.get(id)?.bytes ?? 0;
    return held.delete(id);
  };
  const add = (id: string, value: Value, bytes: number) => {
    held.set(id, { value, bytes });
    total += bytes;
  };

  return {
    remove,
    get(id) {
      const found = held.get(id);
      if (!found || !remove(id)) return undefined;
      add(id, found.value, found.bytes);
      return found.value;
    },
    put(id, value) {
      remove(id);
      const bytes = heldBytes(value);
      if (bytes > maxBytes) return;
      add(id, value, bytes);
      for (const oldest of held.keys()) {
        if (total <= maxBytes) return;
        remove(oldest);
      }
    },
  };
}

/** What a value takes besides its text (measured: 20 to 50). */
const bytesPerValue = 48;

/** What JSON takes in memory at most, apart from the names of members, which values of one form share. */
export function heldBytes(json: unknown): number {
  let bytes = 0;
  const waiting = [json];
  while (waiting.length > 0) {
    const value = waiting.pop();
    bytes += bytesPerValue;
    if (typeof value === "string") bytes += 2 * value.length;
    else if (typeof value === "object" && value !== null) {
      for (const member of Object.values(value)) waiting.push(member);
    }
  }
  return bytes;
}
