import type { Command } from "../command.ts";

const keyBytes = 32;

export const key: Command = {
  summary: "Print a new API key for the server to require of its clients.",
  examples: ["aqbridge key", 'export AQBRIDGE_API_KEY="$(aqbridge key)"'],
  run(_, { stdout, stderr }) {
    stdout(`${newKey()}\n`);
    stderr(
      "Give it to the server as AQBRIDGE_API_KEY or as server.api_key in config.json; clients send it as x-api-key or as a bearer token.\n",
    );
    return 0;
  },
};

/** The prefix keeps it from starting with a dash, which a command line would take for a flag. */
const newKey = (): string =>
  `aqb_${crypto.getRandomValues(new Uint8Array(keyBytes)).toBase64({ alphabet: "base64url", omitPadding: true })}`;
