"""Prints the SHA-256 of a training set of format 2, from its Parquet file alone: python hash_training_set.py FILE"""

import hashlib
import sys

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

BLOCK_ROWS = 65_536
UTC = pa.timestamp("us", tz="UTC")
TYPES = {pa.int64(): "bigint", pa.float64(): "double", pa.string(): "string", pa.bool_(): "boolean", UTC: "timestamp"}


def sha256(*parts) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def with_length(text: str) -> bytes:
    return len(text.encode()).to_bytes(4, "little") + text.encode()


def hash_column(column: pa.ChunkedArray) -> bytes:
    nulls = np.asarray(column.is_null()).astype(np.uint8).tobytes()
    if column.type == pa.string():
        texts = column.fill_null("").cast(pa.binary())
        lengths = np.asarray(pc.binary_length(texts)).astype("<u4").tobytes()
        return sha256(nulls, lengths, sha256(*texts.to_pylist()))
    if column.type == pa.bool_():
        return sha256(nulls, np.asarray(column.fill_null(False)).astype(np.uint8).tobytes())
    if column.type == pa.float64():
        values = np.asarray(column.fill_null(0.0)).astype("<f8")
        values[values == 0] = 0.0  # -0 is 0
        values.view("<u8")[np.isnan(values)] = 0x7FF8000000000000
        return sha256(nulls, values.tobytes())
    return sha256(nulls, np.asarray(column.cast(pa.int64()).fill_null(0)).astype("<i8").tobytes())


def hash_training_set(path: str) -> str:
    with pq.ParquetFile(path) as file:
        schema = file.schema_arrow
        names = [text for field in schema for text in (field.name, TYPES[field.type])]
        digest = hashlib.sha256(b"".join(map(with_length, [str(len(schema)), *names])))
        rest = schema.empty_table()
        for batch in file.iter_batches(BLOCK_ROWS):
            rest = pa.concat_tables([rest, pa.Table.from_batches([batch])])
            while rest.num_rows >= BLOCK_ROWS:
                digest.update(sha256(*map(hash_column, rest.slice(0, BLOCK_ROWS).columns)))
                rest = rest.slice(BLOCK_ROWS)
    if rest.num_rows:
        digest.update(sha256(*map(hash_column, rest.columns)))
    return digest.hexdigest()


if __name__ == "__main__":
    print(hash_training_set(sys.argv[1]))
