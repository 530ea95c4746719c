/** Makes a new text of a configuration file's old one, or says why it had better not. An absent file is an empty text. */
export type Edit = (text: string) => Edited;

/** What points a client here, and what takes that out again. */
export interface Edits {
  write: Edit;
  undo: Edit;
}

export type Edited = { text: string } | { refusal: string };
