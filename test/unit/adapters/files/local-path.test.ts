import { expect, test } from 'vitest';
import { requireLocalPath } from '../../../../adapters/files/local-path.ts';

test.each(['s3://labels/june.csv', 'gs://a/b', 'file:///tmp/x.csv', 'HTTP://host/x.parquet', 'hdfs+x://n/x'])(
  'an address is no path: %s',
  (path) => {
    expect(() => requireLocalPath(path, 'the spine')).toThrow(
      expect.objectContaining({
        code: 'ASOF_PATH_UNSUPPORTED',
        message: expect.stringMatching(
          /^the spine is an address that begins with [a-z0-9+]+:\/\/, and Asof/,
        ) as string,
      }),
    );
  },
);

test.each(['labels.csv', '/data/a:b.csv', 'C:\\data\\x.csv', 'a//b.csv', './s3:/x.csv', '-', 'ünï://x'])(
  'a path is one: %s',
  (path) => {
    expect(() => requireLocalPath(path, 'the spine')).not.toThrow();
  },
);
