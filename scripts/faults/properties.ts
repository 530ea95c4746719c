/** What holds for any input, by its number in the reliability plan; tests carry it as `property N: ` in their names. */
export const properties = [
  "Chunking: any split of the bytes gives the same events",
  "Mutation: damaged bytes give a true beginning and one failure",
  "Text: what was said arrives as it was said",
  "Grammar: every answer is a sentence of its protocol",
  "Arguments: of tools arrive as the model wrote them",
  "Cuts: before an answer's proof of completion is no success",
  "HTTP: any bytes of a client are answered, or refused, in form",
  "Secrets: leave in no answer, log, error or file",
  "Crashes: leave the login whole, old or new",
  "Interleavings: of refreshes log nobody out",
] as const;
