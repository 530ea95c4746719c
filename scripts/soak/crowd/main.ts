import { type LoadOptions, type LoadResult, load, type Progress } from "./load.ts";

export type Report = { progress: Progress } | { result: LoadResult };

/** A program: a crowd of clients in a process of its own, which tells how far it is and in the end what it saw. */
if (import.meta.main) {
  process.on("disconnect", () => process.exit());
  const options: LoadOptions = JSON.parse(process.argv[2] ?? "");
  const send = (report: Report) => process.send?.(report);
  const result = await load(options, (progress) => send({ progress }));
  send({ result });
  // Stays until it is stopped, and its connections with it.
  setInterval(() => {}, 60_000);
}
