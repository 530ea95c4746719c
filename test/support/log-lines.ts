/** What the log says of a request's end, as one line; fails when it says nothing, or says it twice. */
export function endLine(log: readonly string[], requestId: string): string {
  const lines = log.filter((line) => line.includes("req.end") && line.includes(`rid=${requestId} `));
  if (lines.length !== 1) throw new Error(`${lines.length} lines about the end of ${requestId}`);
  return lines[0] ?? "";
}
