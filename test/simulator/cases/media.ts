import type { JsonObject } from "../../../src/json.ts";
import { assistant, body, image, user } from "../../support/bodies.ts";
import { png } from "../../support/images.ts";
import { asking, type Cases, many, showing } from "./case.ts";

const documents = (...names: string[]) =>
  user("read", {
    documents: names.map((name) => ({ name, format: "txt", source: { bytes: "aGk=" } })),
  });

const pictures = (count: number) => many(count, () => image());
const onePixel = png(1, 1).data;
/** A history of so many messages, in each of the user's these pictures. */
const showingOften = (messages: number, images: JsonObject[], current = user("hello")) =>
  body({ history: many(messages, (i) => (i % 2 ? assistant("I see.") : user("look", { images }))), current });

export const mediaCases: Cases = {
  R44: [
    "strict",
    showing(image(onePixel.padEnd(5_242_884, "A"))),
    showing(image(onePixel.padEnd(5_242_880, "A"))),
  ],
  "R44 of the model": [
    "paranoid",
    showing(image(onePixel.padEnd(3_733_340, "A"))),
    showing(image(onePixel.padEnd(3_733_332, "A"))),
  ],
  R45: ["strict", showing(image(png(8001, 10).data)), showing(image(png(10, 8000).data))],
  "R45 among many": [
    "strict",
    showingOften(14, [...pictures(2), image(png(2001, 1).data)]),
    showingOften(20, [...pictures(1), image(png(2001, 1).data)]),
  ],
  "R46 in all": ["strict", showingOften(10, pictures(20), documents("a")), showingOften(10, pictures(20))],
  "R46 in a message": ["strict", showing(...pictures(21)), showing(...pictures(20))],
  "R46 of the model": ["paranoid", showing(...pictures(11)), showing(...pictures(10))],
  R47: ["strict", showing(image(onePixel, "jpeg")), showing(image())],
  R48: ["model", showing({ format: "png", source: { url: "https://example.com/a.png" } }), showing(image())],
  R49: [
    "strict",
    asking("deepseek-3.2", { images: [image()] }),
    asking("claude-sonnet-5", { images: [image()] }),
  ],
  R50: ["strict", body({ current: documents("a", "a") }), body({ current: documents("a", "b") })],
};
