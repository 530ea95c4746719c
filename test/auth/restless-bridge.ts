import { writeSync } from "node:fs";
import { openTokenSource } from "../../src/auth/open-token-source.ts";
import { systemClock } from "../../src/clock.ts";
import { bridgeOptions } from "./bridge-options.ts";

/**
 * A bridge of its own that renews its login again and again, by a service that grants whatever is asked of it. It prints
 * the number of each renewal when it is granted, and when its token is given out. Its last arguments are the time that it
 * begins at, and its first number.
 */
const places = process.argv.slice(2);
let number = Number(places.pop());
let time = Number(places.pop());

const grant = async () => {
  number++;
  writeSync(1, `granted ${number}\n`);
  const [accessToken, refreshToken] = [`aoa-refreshed-${number}`, `aor-rotated-${number}`];
  return Response.json({ accessToken, refreshToken, expiresIn: 3600 });
};

const options = bridgeOptions(places);
const source = openTokenSource({
  ...options,
  oidc: { ...options.oidc, fetch: grant },
  clock: { now: () => time, steady: () => time, after: systemClock.after },
});
writeSync(1, "ready\n");
for (;;) {
  const { value } = await source.get();
  writeSync(1, `given ${value.replace("aoa-refreshed-", "")}\n`);
  time += 3_600_000;
}
