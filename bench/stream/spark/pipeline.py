"""Spark Structured Streaming, computing the same window rows for the benchmark.

Reads one JSON object per line from standard input and answers each with one line:
  {"do": "catch_up", "topic": T, "table": S}   reads a topic from its beginning to its head (AvailableNow)
  {"do": "follow", "topic": T, "table": S}     starts a query with trigger 0 that runs until `stop`
  {"do": "stop"}                               ends that query
Rows go to Postgres. Each micro-batch is copied into a temporary table and merged by one INSERT … ON CONFLICT.
"""

import io
import json
import os
import shutil
import sys
import tempfile

import psycopg
import pyarrow.csv
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

SCHEMA = (
    "user_id string, event_type string, product_id string, revenue double, "
    "session_id string, platform string, event_ts timestamp"
)
KEY = ["user_id", "feature_ts"]
COLUMNS = [
    *KEY, "window_start", "window_end", "event_count_1h", "revenue_1h", "session_count_1h", "unique_products_1h",
    "purchase_count_1h", "last_platform", "conversion_rate_1h", "avg_revenue_per_purchase_1h",
]  # fmt: skip


def open_session(jars, cores, memory, shuffle_partitions):
    files = ",".join(os.path.join(jars, name) for name in sorted(os.listdir(jars)))
    session = (
        SparkSession.builder.master(f"local[{cores}]")
        .config("spark.jars", files)
        .config("spark.driver.memory", memory)
        .config("spark.sql.shuffle.partitions", shuffle_partitions)
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    return session


def read_events(session, brokers, topic, per_trigger):
    reader = (
        session.readStream.format("kafka")
        .option("kafka.bootstrap.servers", brokers)
        .option("subscribe", topic)
        .option("startingOffsets", "earliest")
    )
    if per_trigger:
        reader = reader.option("maxOffsetsPerTrigger", per_trigger)
    events = reader.load().select(F.from_json(F.col("value").cast("string"), SCHEMA).alias("event")).select("event.*")
    return events.filter("user_id is not null and event_ts is not null")


def hourly_windows(events):
    purchase = F.col("event_type") == "purchase"
    purchases, revenue = F.col("purchase_count_1h"), F.col("revenue_1h")
    return (
        events.withWatermark("event_ts", "10 minutes")
        .groupBy("user_id", F.window("event_ts", "1 hour", "15 minutes").alias("span"))
        .agg(
            F.count("*").alias("event_count_1h"),
            F.sum(F.when(purchase, F.col("revenue")).otherwise(0.0)).alias("revenue_1h"),
            F.size(F.collect_set("session_id")).alias("session_count_1h"),
            F.size(F.collect_set("product_id")).alias("unique_products_1h"),
            F.count_if(purchase).alias("purchase_count_1h"),
            F.max_by("platform", "event_ts").alias("last_platform"),
        )
        .withColumns(
            {
                "window_start": F.col("span.start"),
                "window_end": F.col("span.end"),
                "feature_ts": F.col("span.end"),
                "conversion_rate_1h": purchases / F.col("event_count_1h"),
                "avg_revenue_per_purchase_1h": F.when(purchases > 0, revenue / purchases).otherwise(0.0),
            }
        )
        .select(*COLUMNS)
    )


class Upsert:
    """Writes the rows of a micro-batch to Postgres in one transaction."""

    def __init__(self, database, table):
        self.connection, self.table = psycopg.connect(database), table
        columns = ", ".join(COLUMNS)
        changes = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name not in KEY)
        self.copy = f"copy incoming ({columns}) from stdin (format csv)"
        self.merge = (
            f"insert into {table} ({columns}) select {columns} from incoming "
            f"on conflict ({', '.join(KEY)}) do update set {changes}"
        )

    def __call__(self, rows, _batch):
        arrow = rows.toArrow()
        if arrow.num_rows == 0:
            return
        text = io.BytesIO()
        pyarrow.csv.write_csv(arrow, text, pyarrow.csv.WriteOptions(include_header=False))
        with self.connection.transaction(), self.connection.cursor() as cursor:
            cursor.execute(f"create temporary table incoming (like {self.table}) on commit drop")
            with cursor.copy(self.copy) as copy:
                copy.write(text.getbuffer())
            cursor.execute(self.merge)


class Pipeline:
    def __init__(self, settings):
        self.settings = settings
        self.session = open_session(
            settings["jars"], settings["cores"], settings["memory"], settings["shufflePartitions"]
        )
        self.query = None

    def start(self, topic, table, **trigger):
        per_trigger = self.settings["eventsPerTrigger"] if "availableNow" in trigger else None
        rows = hourly_windows(read_events(self.session, self.settings["brokers"], topic, per_trigger))
        self.checkpoint = tempfile.mkdtemp(prefix="asof-bench-spark-")
        return (
            rows.writeStream.outputMode("update")
            .foreachBatch(Upsert(self.settings["database"], table))
            .option("checkpointLocation", self.checkpoint)
            .trigger(**trigger)
            .start()
        )

    def catch_up(self, topic, table):
        query = self.start(topic, table, availableNow=True)
        query.awaitTermination()
        batches = [progress for progress in query.recentProgress if progress["numInputRows"]]
        dropped = sum(state["numRowsDroppedByWatermark"] for batch in batches for state in batch["stateOperators"])
        shutil.rmtree(self.checkpoint, ignore_errors=True)
        return {"batches": len(batches), "droppedWindowRows": dropped}

    def follow(self, topic, table):
        self.query = self.start(topic, table, processingTime="0 seconds")
        return {}

    def stop(self):
        self.query.stop()
        shutil.rmtree(self.checkpoint, ignore_errors=True)
        return {}


def main():
    pipeline = Pipeline(json.loads(sys.argv[1]))
    answer({"ready": True})
    for line in sys.stdin:
        command = json.loads(line)
        answer(getattr(pipeline, command.pop("do"))(**command))
    pipeline.session.stop()


def answer(result):
    print("ANSWER " + json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
