/** What an answer says of itself, the same in every piece of it. */
export interface ReplyIdentity {
  id: string;
  /** The model as the client named it. */
  model: string;
  /** Seconds since the epoch. */
  createdAt: number;
  /** Estimate, for protocols that tell the input's size before the answer. */
  inputTokens: number;
}
