import { randomInt } from "node:crypto";
import { createNeedles, shortest } from "./needles.ts";

/** Where something has come out that must not, in the order in which it did. */
export const leaks: string[] = [];

/** Without vowels there are no words; and with every third letter from these, none of them a digit, no numbers and no ids. */
const rare = "GHJKLMNPQRSTVWXZghjkmnpqrstvwxz";
const letters = `${rare}BCDFbcdf23456789`;

const secrets = createNeedles();
const words = new Set<string>();
const maxWords = 200;

const randomWord = (length: number): string =>
  Array.from({ length }, (_, at) => oneOf(at % 3 === 0 ? rare : letters)).join("");

const oneOf = (choices: string) => choices[randomInt(choices.length)];

/** A secret of this run's own; from now on nobody may see it, nor any piece of six characters of it. */
export function canary(prefix = ""): string {
  // Of each kind of character, as all genuine tokens are.
  const secret = `${prefix}${randomWord(37)}kT7`;
  for (let at = 0; at + shortest <= secret.length; at++)
    secrets.add(secret.slice(at, at + shortest), "a piece of a secret");
  return taint(secret);
}

/** A secret that a test has chosen, whose pieces may be words. */
export function taint(secret: string): string {
  for (const [name, spelling] of spellingsOf(secret)) if (spelling.length > 7) secrets.add(spelling, name);
  return secret;
}

function spellingsOf(secret: string): [name: string, spelling: string][] {
  const codes = [...Buffer.from(secret)].map((byte) => byte.toString(16).padStart(2, "0"));
  const base64 = [0, 1, 2].map((before) => base64Of(secret, before));
  return [
    ["a secret", secret],
    ["a secret in percent signs", codes.map((code) => `%${code}`).join("")],
    ["a secret in percent signs", codes.map((code) => `%${code}`.toUpperCase()).join("")],
    ["a secret in JSON's escapes", codes.map((code) => `\\u00${code}`).join("")],
    ...base64.map((text): [string, string] => ["a secret in base64", text]),
    ...base64.map((text): [string, string] => ["a secret in base64url", inUrls(text)]),
  ];
}

/** What of the base64 of a text that holds the secret depends on the secret alone. */
const base64Of = (secret: string, before: number): string =>
  Buffer.from(" ".repeat(before) + secret)
    .toString("base64")
    .slice(before && 4)
    .replace(/.{0,3}=+$/, "");

const inUrls = (base64: string): string => base64.replaceAll("+", "-").replaceAll("/", "_");

/** A prompt or a completion: may stand in answers, but nowhere else. */
export function utter(text: string): string {
  if (text.length < 12 || text.length > 500) return text;
  words.add(text);
  const [oldest] = words;
  if (words.size > maxWords && oldest !== undefined) words.delete(oldest);
  return text;
}

/** Something to say of this run's own; no six characters of it look like a secret's. */
export const canaryWord = (): string => utter(Array.from({ length: 5 }, () => randomWord(5)).join("-"));

/** Notes what an answer gives away; gives the text back. */
export function watchAnswer(place: string, text: string): string {
  for (const [name, at] of secrets.findIn(text))
    leaks.push(`${place} gives away ${name}: ${excerpt(text, at)}`);
  return text;
}

/** The same for what neither prompts nor completions may stand in. */
export function watch(place: string, text: string): string {
  for (const word of words) {
    const at = text.indexOf(word);
    if (at >= 0) leaks.push(`${place} repeats ${excerpt(text, at)}`);
  }
  return watchAnswer(place, text);
}

const excerpt = (text: string, at: number): string =>
  JSON.stringify(text.slice(Math.max(0, at - 300), at + 100));
