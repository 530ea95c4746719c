import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { taint } from "./taint.ts";

/** The two files in which the Kiro IDE keeps its login. */
export interface KiroIde {
  path: string;
  login(token?: object, registration?: object): void;
  logout(): void;
  /** The token's file as it is. */
  text(): string;
}

const clientIdHash = "e909a0580879b06ece1202964efe5f9ff4a3b6b3";

/** As long as the genuine ones. */
export const longToken = (name: string): string => taint(`aor-${name}-${"x".repeat(120)}`);

export const kiroIdeToken = {
  accessToken: taint("aoa-ide-access"),
  refreshToken: longToken("ide"),
  expiresAt: "2100-02-01T10:00:00.000Z",
  authMethod: "IdC",
  provider: "BuilderId",
  clientIdHash,
  region: "us-east-1",
};

const kiroIdeRegistration = {
  clientId: "ide-client",
  clientSecret: taint("ide-secret"),
  expiresAt: "2100-03-01T10:00:00.000Z",
};

export function makeKiroIde(folder: string): KiroIde {
  const path = join(folder, "kiro-auth-token.json");
  return {
    path,
    login(token = {}, registration = {}) {
      mkdirSync(dirname(path), { recursive: true });
      const registered = { ...kiroIdeRegistration, ...registration };
      writeFileSync(join(folder, `${clientIdHash}.json`), JSON.stringify(registered));
      writeFileSync(path, JSON.stringify({ ...kiroIdeToken, ...token }, null, 2));
    },
    logout: () => rmSync(path),
    text: () => readFileSync(path, "utf8"),
  };
}
