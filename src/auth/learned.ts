import type { Login, LoginStore } from "./login.ts";

/** Told which values must not be seen, by who holds them. */
export type Learn = (owner: string, values: readonly (string | undefined)[]) => void;

export const learnLogin = (learn: Learn, { source, accessToken, grant }: Login): void =>
  learn(source, [accessToken, grant?.refreshToken, grant?.clientSecret]);

/** The store, of which every login that is read is made known. */
export const learnedFrom = (store: LoginStore, learn: Learn): LoginStore => ({
  ...store,
  async read() {
    const reading = await store.read();
    if (reading.state === "login") learnLogin(learn, reading.login);
    return reading;
  },
});
