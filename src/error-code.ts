/** What the system or the runtime calls a failure, such as `ENOSPC`; undefined where it has no name. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

/** The same for people to read. */
export const errorCode = (error: unknown): string => codeOf(error) ?? "unknown";

/** Why something failed: by the failure's name, else in its own words. */
export const reasonOf = (error: unknown): string =>
  codeOf(error) ?? (error instanceof Error ? error.message : "unknown reason");

export const isMissing = (error: unknown): boolean => codeOf(error) === "ENOENT";
