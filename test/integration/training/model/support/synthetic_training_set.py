"""Writes a training set in the format of `buildTrainingSet`: `python synthetic_training_set.py FILE ROWS`.

Churn depends on the features, so a model can learn it.
"""

import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

path, count = sys.argv[1], int(sys.argv[2])
random = np.random.default_rng(7)


def nulls(values, share):
    return pa.array(values, mask=random.random(count) < share)


recency = random.integers(0, 90, count)
events = random.poisson(np.maximum(8 - recency / 12, 0.2))
purchases = random.binomial(events, 0.3)
revenue = np.round(purchases * random.lognormal(3, 0.8, count), 2)
platform = random.choice(["web", "ios", "android"], count)
tier = random.choice(["none", "basic", "gold"], count, p=[0.5, 0.3, 0.2])
score = recency / 20 - events / 4 - (tier == "gold") + (platform == "web") * 0.8 + random.normal(0, 0.8, count)
moment = np.datetime64("2026-03-01T00:00:00", "us") + random.integers(0, 5_000_000, count).astype("timedelta64[s]")

table = pa.table(
    {
        "user_id": [f"u_{row}" for row in range(count)],
        "event_timestamp": pa.array(moment, pa.timestamp("us", "UTC")),
        "churn_label": pa.array((score > np.median(score)).astype("int64")),
        "experiment_split": random.choice(["train", "val", "test"], count, p=[0.6, 0.2, 0.2]),
        "event_count_1h": nulls(events.astype("int64"), 0.2),
        "revenue_1h": nulls(revenue, 0.2),
        "session_count_1h": nulls(np.minimum(events, 3).astype("int64"), 0.2),
        "unique_products_1h": nulls((events // 2).astype("int64"), 0.2),
        "purchase_count_1h": nulls(purchases.astype("int64"), 0.2),
        "last_platform": nulls(platform, 0.2),
        "conversion_rate_1h": nulls(purchases / np.maximum(events, 1), 0.2),
        "avg_revenue_per_purchase_1h": nulls(revenue / np.maximum(purchases, 1), 0.2),
        "account_age_days": nulls(random.integers(0, 900, count), 0.02),
        "lifetime_revenue": nulls(np.round(random.lognormal(5, 1, count), 2), 0.02),
        "preferred_category": nulls(random.choice(["books", "garden", "naïve 日本"], count), 0.1),
        "subscription_tier": pa.array(tier),
        "purchase_count_30d": nulls(random.poisson(2, count).astype("int64"), 0.05),
        "purchase_count_90d": nulls(random.poisson(6, count).astype("int64"), 0.05),
        "avg_order_value_30d": nulls(np.round(random.lognormal(3, 1, count), 2), 0.05),
        "days_since_last_purchase": nulls(recency, 0.1),
        "category_diversity_score": nulls(random.random(count), 0.05),
    }
)
pq.write_table(table, path)
