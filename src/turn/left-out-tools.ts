/** Tells the model of tools that the client speaks of and that nobody here can run; nothing when there are none. */
export const leftOutTools = (names: readonly string[]): string[] =>
  names.length > 0 ? [`These tools are not available here, so do without them: ${names.join(", ")}.`] : [];
