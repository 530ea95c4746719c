import { afterAll } from "bun:test";
import { removeFolders } from "./folder.ts";

/** After the last test of whatever file: bunfig.toml names this one. */
afterAll(removeFolders);
