import { AsofError, type StreamCheck } from 'asof/client';

/**
 * Expects the topic of a demo to hold what the demo sent, and nothing else. A demo empties only topics that Asof's
 * registry says Asof made, so one that outlived its registry keeps the records of an earlier demo.
 *
 * @param sent the number of records that the demo sent.
 * @throws AsofError `ASOF_INPUT_INVALID`.
 */
export function expectOwnRecords({ source, partitions }: StreamCheck, sent: number): void {
  const held = partitions.reduce(
    (sum, { fromOffset, toOffset }) => sum + Number(toOffset) - Number(fromOffset),
    0,
  );
  if (held === sent) return;
  throw new AsofError(
    'ASOF_INPUT_INVALID',
    `the demo sent ${sent} records, and the topic of ${source} held ${held}: others are there that this Asof did not make, ` +
      'so that the demo may not delete them; delete the topic in Kafka, and run the demo again',
    { details: { source, sent, held } },
  );
}
