/** What the service takes, in UTF-16 units (never fewer than the code points it counts) unless the name says otherwise. */
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
  /** R46: in the whole request. */
  images: 100,
  /** R46: in the service's own model of a message. */
  imagesPerMessage: 10,
} as const;

/**
 * R12: entries of history that every version of the service is known to take. A longer one is sent whole: official
 * clients send up to 10 000, and cutting would change what the model knows without a word.
 */
export const safeHistoryEntries = 250;
