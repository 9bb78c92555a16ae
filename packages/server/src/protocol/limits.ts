/** Limits of a request. A larger one is refused before memory is taken for it. */

/** Most bytes of a request's body, unpacked: about 500 images of 28 × 28 as JSON. */
export const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** Most samples in one request; they are computed in one go. */
export const MAX_BATCH_SIZE = 1024;

/** Deepest nesting of lists in `data`; images need 4. */
export const MAX_DATA_DEPTH = 8;
