"""The training set of the benchmark by Feast's get_historical_features, over its Postgres offline store.

Reads one JSON object from standard input:
  {"postgres": {host, port, database, user, password, sslmode}, "folder": F, "spine": P, "out": O,
   "tables": [{"name": N, "features": {name: "bigint" | "double" | "string"}}]}
Writes the rows to O as Parquet, and prints {"seconds": S, "memoryMiB": M}. Feature views and registry are made
before the clock starts, as Asof's definitions are.
"""

import json
import os
import sys
import time
from datetime import timedelta

import pyarrow
import pyarrow.parquet
from feast import Entity, FeatureStore, FeatureView, Field, RepoConfig
from feast.infra.offline_stores.contrib.postgres_offline_store.postgres_source import PostgreSQLSource
from feast.types import Float64, Int64, String
from feast.value_type import ValueType

TYPES = {"bigint": Int64, "double": Float64, "string": String}


def view_of(user, name, features):
    """A time to live of zero is none."""
    columns = ", ".join(["user_id", "feature_ts", *features])
    source = PostgreSQLSource(
        name=f"{name}_rows", query=f"SELECT {columns} FROM features.{name}", timestamp_field="feature_ts"
    )
    schema = [Field(name=feature, dtype=TYPES[kind]) for feature, kind in features.items()]
    return FeatureView(name=name, entities=[user], ttl=timedelta(0), schema=schema, source=source, online=False)


def open_store(folder, postgres, views):
    store = FeatureStore(
        config=RepoConfig(
            project="bench",
            provider="local",
            registry=os.path.join(folder, "feast-registry.db"),
            entity_key_serialization_version=3,
            offline_store={"type": "postgres", **postgres},
            online_store=None,
        )
    )
    store.apply(views)
    return store


def in_utc(rows, name):
    """Gives a column its zone, which Feast leaves out of the type."""
    place = rows.column_names.index(name)
    return rows.set_column(place, name, rows[name].cast(pyarrow.timestamp("us", tz="UTC")))


def most_resident_mib():
    with open("/proc/self/status") as status:
        line = next(line for line in status if line.startswith("VmHWM:"))
    return round(int(line.split()[1]) / 1024)


def main():
    task = json.load(sys.stdin)
    # Feast prints what it does.
    answer, sys.stdout = sys.stdout, sys.stderr
    user = Entity(name="user", join_keys=["user_id"], value_type=ValueType.STRING)
    views = [view_of(user, **table) for table in task["tables"]]
    store = open_store(task["folder"], task["postgres"], [user, *views])
    features = [f"{table['name']}:{feature}" for table in task["tables"] for feature in table["features"]]

    began = time.perf_counter()
    spine = pyarrow.parquet.read_table(task["spine"]).to_pandas()
    rows = store.get_historical_features(entity_df=spine, features=features).to_arrow()
    pyarrow.parquet.write_table(in_utc(rows, "observation_ts"), task["out"], compression="zstd")
    figures = {"seconds": time.perf_counter() - began, "memoryMiB": most_resident_mib()}
    print(json.dumps(figures), file=answer)


if __name__ == "__main__":
    main()
