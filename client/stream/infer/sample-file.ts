import { isBlank, withoutMark } from '../../../adapters/files/first-bytes.ts';
import { readLines } from '../../../adapters/files/lines.ts';
import type { KafkaRecord } from '../../../domain/log/kafka-record.ts';
import type { Instant } from '../../../domain/time/instant.ts';
import { type FileForm, fileForm } from '../import/file-form.ts';

/** Some lines of a file, as records that reach Kafka `now`. */
export interface FileSample {
  readonly records: readonly KafkaRecord[];
  /** The lines of the file that are not blank. */
  readonly lines: number;
  /** What the first line looks like if not like JSON. */
  readonly looksLike: FileForm | undefined;
}

/**
 * Takes at most `most` lines, evenly spread over the whole file; their offsets are the numbers of their lines,
 * from 1. Holds at most twice as many in memory.
 *
 * @throws AsofError `ASOF_FILE_UNREADABLE`.
 */
export async function sampleFile(path: string, most: number, now: Instant): Promise<FileSample> {
  let looksLike: FileForm | undefined;
  let number = 0;
  let lines = 0;
  let step = 1;
  let taken: KafkaRecord[] = [];
  for await (const given of readLines(path)) {
    number += 1;
    if (number === 1) looksLike = fileForm(given);
    const line = number === 1 ? withoutMark(given) : given;
    if (isBlank(line)) continue;
    if (lines % step === 0) {
      if (taken.length >= 2 * most) {
        taken = everySecond(taken);
        step *= 2;
      }
      // The line shares its memory with the chunk of the file that it stands in.
      if (lines % step === 0) {
        const value = Buffer.from(line);
        taken.push({ partition: 0, offset: BigInt(number), kafkaTs: now, key: null, value });
      }
    }
    lines += 1;
  }
  return { records: evenly(taken, most), lines, looksLike };
}

function everySecond<Thing>(things: readonly Thing[]): Thing[] {
  return things.filter((_, index) => index % 2 === 0);
}

function evenly<Thing>(things: readonly Thing[], most: number): readonly Thing[] {
  if (things.length <= most) return things;
  return Array.from({ length: most }, (_, index) => things[Math.floor((index * things.length) / most)]!);
}
