import type { LoginStore, Reading, WriteBackOutcome } from "../login.ts";

const missing: Reading = { state: "missing", reason: "there is no such file" };

/** One store for a client that may keep its login in either of several places: the first that holds one counts. */
export function firstOf(stores: readonly [LoginStore, ...LoginStore[]]): LoginStore {
  const read = async (): Promise<Reading> => {
    const readings = await Promise.all(stores.map((store) => store.read()));
    const first = (...states: readonly Reading["state"][]) =>
      readings.find(({ state }) => states.includes(state));
    return first("login") ?? first("busy") ?? first("signed-out") ?? first("unusable") ?? missing;
  };
  const writeBack: NonNullable<LoginStore["writeBack"]> = async (renewed, inPlaceOf) => {
    let failed: WriteBackOutcome | undefined;
    for (const store of stores) {
      const outcome = await store.writeBack?.(renewed, inPlaceOf);
      if (outcome?.state === "written") return outcome;
      if (outcome?.state === "failed") failed = outcome;
    }
    return failed ?? { state: "changed" };
  };
  return {
    source: stores[0].source,
    path: stores.map(({ path }) => path).join(" or "),
    files: stores.flatMap(({ files }) => files),
    read,
    writeBack,
  };
}
