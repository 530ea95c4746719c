import { SQLiteError } from "bun:sqlite";

/** Whether the database is fine but in another program's hands for now. */
export const isBusy = (error: unknown): boolean =>
  error instanceof SQLiteError && /^SQLITE_(BUSY|LOCKED)/.test(error.code ?? "");
