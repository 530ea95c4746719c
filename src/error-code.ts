/** The system's or the runtime's name for a failure, such as `ENOSPC`; undefined when it has none. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

/** The same for people to read. */
export const errorCode = (error: unknown): string => codeOf(error) ?? "unknown";

/** Why something failed: the failure's name, else its own words. */
export const reasonOf = (error: unknown): string =>
  codeOf(error) ?? (error instanceof Error ? error.message : "unknown reason");

const shortages =
  /^(EMFILE|ENFILE|ENOMEM|ENOBUFS|ENOSPC|EDQUOT|EIO|EAGAIN|EINTR|EBUSY|ESTALE|ETIMEDOUT|SQLITE_NOMEM|SQLITE_FULL|SQLITE_IOERR(?!_SHORT_READ).*)$/;

/** Whether the system lacked something, such as descriptors or a disk that answers: that tells nothing about a file. */
export const isShortage = (error: unknown): boolean => shortages.test(codeOf(error) ?? "");

export const isMissing = (error: unknown): boolean => codeOf(error) === "ENOENT";
