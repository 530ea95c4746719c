import { startSimulator } from "../../../src/simulator/listen.ts";

/** A service in a process of its own, which can be suspended; prints its address. */
const [accessToken = "", paceMs] = process.argv.slice(2);
const { url } = startSimulator({ accessTokens: [accessToken], level: "off", paceMs: Number(paceMs) });
process.stdout.write(`${url}\n`);
