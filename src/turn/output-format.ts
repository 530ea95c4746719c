/** The instruction that stands in for an output format, which Amazon Q has no field for. */
export function outputInstruction(schema: unknown): string {
  const only = "Answer with one JSON value and nothing else: no prose before or after it, no Markdown fence.";
  return schema === undefined ? only : `${only} It must satisfy this JSON Schema:\n${JSON.stringify(schema)}`;
}
