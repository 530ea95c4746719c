/**
 * What the service takes, in UTF-16 units (never fewer than the code points it counts) unless the name says otherwise.
 * There is none for the whole body (R8) and for the number of tools (R32): what was seen refused in one month went
 * through in another, and nothing is left out of a request without a word.
 */
export const limits = {
  /** R20 */
  userText: 600_000,
  /** R20 */
  assistantText: 100_000,
  /** R20, for each block of a result. */
  resultText: 800_000,
  /** R27: below the service's 10 240, as other clients cut. */
  toolDescription: 10_000,
  /** R23, R24, R36 */
  identifier: 64,
  /** R44: what the service measures is the base64 text. */
  imageBase64: 5_242_880,
  /** R45 */
  imageSidePixels: 8000,
  /** R45, once a request holds more images than `manyImages`. */
  imageSidePixelsOfMany: 2000,
  manyImages: 20,
  /** R46: images and documents in the whole request. */
  media: 100,
  /** R46: in the service's own model of a message. */
  mediaPerMessage: 10,
  /** R50: base64 of 4.5 MB, where Bedrock behind the service stops; its own limit is not known. */
  documentBase64: 6_291_456,
  /** R50, as Bedrock has it. */
  documentName: 200,
  /** R12: what every version of the service is known to take; official clients send more. */
  historyEntries: 250,
} as const;
