// What the formats v0, v1 and v2 have in common.

/** Where a batch or a message has the number of its format. */
export const FORMAT_AT = 16;

/** The bits of the attributes that name the compression. */
export const CODEC = 0x07;
/** The bit of the attributes that says that the timestamps are those of the broker. */
export const STAMPED_BY_BROKER = 0x08;
