import { codeOf } from "../error-code.ts";

const codes =
  /^(EMFILE|ENFILE|ENOMEM|ENOBUFS|ENOSPC|EDQUOT|EIO|EAGAIN|EINTR|EBUSY|ESTALE|ETIMEDOUT|SQLITE_NOMEM|SQLITE_FULL|SQLITE_IOERR(?!_SHORT_READ).*)$/;

/** Whether a failure is the system's, for want of something or of a disk that answers: it says nothing of what a file holds. */
export const isShortage = (error: unknown): boolean => codes.test(codeOf(error) ?? "");
