/** The length of the shortest text that can be looked for. */
export const shortest = 6;

/** Texts to look for in others; what that costs does not grow with their number, of which a whole run has thousands. */
export function createNeedles() {
  const byStart = new Map<string, Map<string, string>>();
  // One byte for each hash, as most places of a text are the start of nothing: four times as fast as the map alone.
  const isStart = new Uint8Array(1 << 20);

  return {
    /** From now on it is found, under that name. */
    add(needle: string, name: string): void {
      const start = needle.slice(0, shortest);
      const alike = byStart.get(start) ?? new Map<string, string>();
      byStart.set(start, alike.set(needle, name));
      isStart[hashAt(needle, 0)] = 1;
    },
    /** The first place of each name. */
    *findIn(text: string): Generator<[name: string, at: number]> {
      const found = new Set<string>();
      for (let at = 0; at + shortest <= text.length; at++) {
        if (isStart[hashAt(text, at)] === 0) continue;
        for (const [needle, name] of byStart.get(text.slice(at, at + shortest)) ?? []) {
          if (found.has(name) || !text.startsWith(needle, at)) continue;
          found.add(name);
          yield [name, at];
        }
      }
    },
  };
}

const hashAt = (text: string, at: number): number =>
  ((text.charCodeAt(at) << 15) ^
    (text.charCodeAt(at + 1) << 10) ^
    (text.charCodeAt(at + 3) << 5) ^
    text.charCodeAt(at + 5)) &
  0xfffff;
