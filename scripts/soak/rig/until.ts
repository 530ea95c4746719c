/** Waits in real time until something is so, or for as long as that; resolves to the ms it took. */
export async function until(withinMs: number, condition: () => boolean | Promise<boolean>): Promise<number> {
  const startedAt = performance.now();
  const tookMs = () => performance.now() - startedAt;
  while (tookMs() < withinMs && !(await condition())) await Bun.sleep(10);
  return tookMs();
}

const stillMs = 500;
const patienceMs = 5000;

/** A number that has stopped changing. */
export async function settled(read: () => number): Promise<number> {
  let value = read();
  await until(patienceMs, async () => {
    const before = value;
    await Bun.sleep(stillMs);
    value = read();
    return value === before;
  });
  return value;
}
