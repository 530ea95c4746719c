/**
 * What the service accepts, in UTF-16 units (never fewer than the code points it counts) unless the name says otherwise.
 * There is no limit for the whole body (R8) or the number of tools (R32): what was refused in one month went
 * through in another, and nothing is left out of a request silently.
 */
export const limits = {
  /** R20 */
  userText: 600_000,
  /** R20 */
  assistantText: 100_000,
  /** R20: per block of a result. */
  resultText: 800_000,
  /** R27: a little below the service's 10 240, as in other clients. */
  toolDescription: 10_000,
  /** R23, R24, R36 */
  identifier: 64,
  /** R44: the service measures the base64 text. */
  imageBase64: 5_242_880,
  /** R45 */
  imageSidePixels: 8000,
  /** R45, once a request holds more images than `manyImages`. */
  imageSidePixelsOfMany: 2000,
  manyImages: 20,
  /** R46: images and documents in the whole request. */
  media: 100,
  /** R46: from the service's own model of a message. */
  mediaPerMessage: 10,
  /** R50: base64 of 4.5 MB, the limit of Bedrock behind the service; its own is not known. */
  documentBase64: 6_291_456,
  /** R50: Bedrock's limit. */
  documentName: 200,
  /** R12: what every version of the service is known to accept; official clients send more. */
  historyEntries: 250,
} as const;
