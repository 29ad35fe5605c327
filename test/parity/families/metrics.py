"""Metrics of Keras: results after each of several batches, and after a reset."""
import numpy as np
import tensorflow as tf

from .keras_parts import constructed
from .recorder import Draw, Made, label, tensor


def metric_case(name, updates, case, **config):
    """One metric: the result after each update, and after a reset and the first update again."""
    made = Made(f"tf.keras.metrics.{name}", **config)
    metric = made.python()
    record = constructed(made, case)
    record["updates"], record["results"] = [], []
    for *values, weight in updates:
        metric.update_state(*[tf.constant(v) for v in values], sample_weight=None if weight is None else tf.constant(weight))
        record["updates"].append({"args": [tensor(v) for v in values], "sampleWeight": None if weight is None else tensor(weight)})
        record["results"].append(tensor(metric.result()))
    metric.reset_state()
    record["afterReset"] = tensor(metric.result())
    return record


def metric_inputs(draw):
    """metric -> function that draws one batch of labels and predictions"""
    def classes():
        return np.eye(4, dtype=np.float32)[draw.ints(0, 4, 6)]

    def binary():
        return np.round(draw.uniform(0, 1, 6)), draw.uniform(0, 1, 6)

    def column():
        return np.round(draw.uniform(0, 1, 6, 1)), draw.uniform(0, 1, 6, 1)

    def real():
        return draw.normal(6, 2), draw.normal(6, 2)

    def categorical():
        return classes(), draw.probabilities(6, 4)

    def sparse():
        return draw.ints(0, 4, 6), draw.probabilities(6, 4)

    return {
        "Mean": lambda: (draw.normal(6),), "Sum": lambda: (draw.normal(6),),
        "Accuracy": lambda: (draw.ints(0, 3, 6), draw.ints(0, 3, 6)),
        "BinaryAccuracy": column, "BinaryCrossentropy": column, "Precision": binary, "Recall": binary, "AUC": binary,
        "CategoricalAccuracy": categorical, "TopKCategoricalAccuracy": categorical, "CategoricalCrossentropy": categorical,
        "SparseCategoricalAccuracy": sparse, "SparseTopKCategoricalAccuracy": sparse, "SparseCategoricalCrossentropy": sparse,
        "MeanSquaredError": real, "MeanAbsoluteError": real, "RootMeanSquaredError": real,
    }


METRIC_CONFIGS = {
    "BinaryAccuracy": [{"threshold": 0.3}],
    "Precision": [{"thresholds": 0.3}, {"thresholds": [0.2, 0.7]}, {"top_k": 2}],
    "Recall": [{"thresholds": [0.2, 0.7]}, {"top_k": 2}],
    "AUC": [{"num_thresholds": 20}, {"curve": "PR"}, {"summation_method": "minoring"}],
    "TopKCategoricalAccuracy": [{"k": 2}],
    "SparseTopKCategoricalAccuracy": [{"k": 2}],
    "BinaryCrossentropy": [{"label_smoothing": 0.1}],
}


def metrics():
    found = []
    for name, batch in metric_inputs(Draw("metrics")).items():
        draw = Draw(name)
        found.append(metric_case(name, [(*batch(), None) for _ in range(3)], "three batches"))
        found.append(metric_case(name, [(*batch(), draw.uniform(0, 2, 6)) for _ in range(2)], "sample weights"))
        for config in METRIC_CONFIGS.get(name, []):
            shaped = batch()
            if "top_k" in config:
                shaped = (np.round(draw.uniform(0, 1, 3, 4)), draw.distinct(3, 4) / 2 + 0.5)
            found.append(metric_case(name, [(*shaped, None)], label(config), **config))
    draw = Draw("more metrics")
    column = draw.ints(0, 4, 6, 1)
    found.append(metric_case("SparseCategoricalAccuracy", [(column, draw.probabilities(6, 4), None)], "a column of labels"))
    found.append(metric_case("Mean", [(draw.normal(2, 3), None)], "matrix"))
    found.append(metric_case("Mean", [(np.array(2.5, np.float32), None), (np.array(1.5, np.float32), np.array(3.0, np.float32))], "scalars"))
    return found + more_metrics()


def more_metrics():
    """Metrics beyond the named list, and shapes and options that the cases above leave out."""
    draw = Draw("metrics beyond the list")

    def numbers(*shape):
        return lambda: (draw.normal(*shape), draw.normal(*shape))

    def signs():
        return draw.rng.choice([-1, 1], size=(6, 2)).astype(np.float32), draw.uniform(-0.9, 0.9, 6, 2)

    def distributions():
        return draw.probabilities(6, 4), draw.probabilities(6, 4)

    def classes():
        return np.eye(4, dtype=np.float32)[draw.ints(0, 4, 6)], draw.probabilities(6, 4)

    def binary():
        return np.round(draw.uniform(0, 1, 6)), draw.uniform(0, 1, 6)

    def labels():
        return np.round(draw.uniform(0, 1, 6, 3)), draw.uniform(0, 1, 6, 3)

    rows = [
        ("CosineSimilarity", numbers(6, 3), [{}]), ("LogCoshError", numbers(6, 2), [{}]),
        ("MeanAbsolutePercentageError", numbers(6, 2), [{}]), ("MeanSquaredLogarithmicError", numbers(6, 2), [{}]),
        ("Hinge", signs, [{}]), ("SquaredHinge", signs, [{}]), ("CategoricalHinge", classes, [{}]),
        ("KLDivergence", distributions, [{}]), ("Poisson", distributions, [{}]),
        ("TruePositives", binary, [{}, {"thresholds": [0.2, 0.7]}]), ("FalsePositives", binary, [{}, {"thresholds": [0.2, 0.7]}]),
        ("TrueNegatives", binary, [{}, {"thresholds": [0.2, 0.7]}]), ("FalseNegatives", binary, [{}, {"thresholds": [0.0, 0.5, 1.0]}]),
        ("Precision", labels, [{}, {"class_id": 1}, {"thresholds": [0.0, 0.5, 1.0]}]), ("Recall", labels, [{}, {"class_id": 2, "top_k": 2}]),
        ("SensitivityAtSpecificity", binary, [{"specificity": 0.5}]), ("SpecificityAtSensitivity", binary, [{"sensitivity": 0.5, "num_thresholds": 50}]),
        ("PrecisionAtRecall", binary, [{"recall": 0.5}]), ("RecallAtPrecision", binary, [{"precision": 0.5, "num_thresholds": 1}]),
        ("AUC", binary, [{"curve": "PRGAIN"}, {"summation_method": "majoring"}, {"thresholds": [0.3, 0.45, 0.8]}, {"from_logits": True}]),
        ("AUC", labels, [{"multi_label": True}, {"multi_label": True, "label_weights": [0.2, 1.0, 0.5], "curve": "PR"},
                         {"label_weights": [0.2, 1.0, 0.5]}, {"multi_label": True, "thresholds": [0.3, 0.45, 0.8]}]),
        ("F1Score", classes, [{}, {"average": "micro"}, {"average": "macro", "threshold": 0.3}, {"average": "weighted"}]),
        ("FBetaScore", classes, [{"beta": 2.0}, {"beta": 0.5, "threshold": 0.25}]),
        ("R2Score", numbers(6, 2), [{}, {"class_aggregation": None}, {"class_aggregation": "variance_weighted_average"}, {"num_regressors": 2}]),
    ]
    found = []
    for name, batch, configs in rows:
        for config in configs:
            found.append(metric_case(name, [(*batch(), None), (*batch(), draw.uniform(0.1, 2, 6))], label(config) or "default", **config))
    sequences, steps = draw.ints(0, 4, 2, 3), draw.probabilities(6, 4).reshape(2, 3, 4)
    found.append(metric_case("SparseCategoricalAccuracy", [(sequences, steps, None), (sequences, steps, draw.uniform(0, 2, 2, 3))], "sequences"))
    found.append(metric_case("SparseTopKCategoricalAccuracy", [(sequences, steps, None), (sequences, steps, draw.uniform(0, 2, 2, 3))], "sequences", k=2))
    found.append(metric_case("CategoricalAccuracy", [(np.eye(4, dtype=np.float32)[sequences], steps, draw.uniform(0, 2, 2))], "sequences, a weight each"))
    found.append(metric_case("Mean", [(draw.normal(2, 3), draw.uniform(0, 2, 2)), (draw.normal(2, 3), draw.uniform(0, 2, 2, 3))], "matrix with weights"))
    found.append(metric_case("Sum", [(draw.normal(2, 3), draw.uniform(0, 2, 2)), (draw.normal(2, 3), draw.uniform(0, 2, 2, 3))], "matrix with weights"))
    return found
