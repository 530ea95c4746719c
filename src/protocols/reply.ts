/** What an answer says of itself, the same in each of its pieces. */
export interface ReplyIdentity {
  id: string;
  /** The model as the client named it. */
  model: string;
  /** Seconds since the epoch. */
  createdAt: number;
  /** An estimate, for protocols that state the input's size before the answer. */
  inputTokens: number;
}
