/** Tells the model about tools that the client mentions but nobody here can run; nothing when there are none. */
export const leftOutTools = (names: readonly string[]): string[] =>
  names.length > 0 ? [`These tools are not available here, so do without them: ${names.join(", ")}.`] : [];
