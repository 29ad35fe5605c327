"""Losses, schedules, activations, regularizers, constraints and initializers of Keras."""
import numpy as np
import tensorflow as tf

from .ops import Ops
from .recorder import Draw, Made, label, seed_of, tensor, to_json

ACTIVATIONS = ["relu", "relu6", "leaky_relu", "elu", "selu", "gelu", "silu", "softplus", "softsign", "softmax", "log_softmax",
               "sigmoid", "hard_sigmoid", "tanh", "exponential", "linear", "mish", "celu", "glu", "hard_shrink", "hard_silu",
               "hard_tanh", "log_sigmoid", "soft_shrink", "sparse_plus", "sparse_sigmoid", "squareplus", "tanh_shrink"]


def constructed(made, case):
    parts = to_json(made)["object"]
    return {"name": made.path, "case": case, "args": parts["args"], "options": parts["options"]}


def activations():
    ops = Ops()
    for name in ACTIVATIONS:
        path = f"tf.keras.activations.{name}"
        draw = Draw(path)
        ops(path, draw.away(2, 4 if name == "glu" else 3), case="matrix")
        ops(path, draw.away(2, 2, 2, dtype=np.float64), case="float64")
    x = Draw("activation options").away(2, 3)
    ops("tf.keras.activations.relu", x * 3, negative_slope=0.1, max_value=4.0, threshold=0.05, case="all options")
    ops("tf.keras.activations.leaky_relu", x, negative_slope=0.3, case="slope")
    ops("tf.keras.activations.elu", x, alpha=0.5, case="alpha")
    ops("tf.keras.activations.gelu", x, approximate=True, case="approximate")
    ops("tf.keras.activations.softmax", x, axis=0, case="axis 0")
    ops("tf.keras.activations.celu", x, alpha=0.5, case="alpha")
    ops("tf.keras.activations.threshold", x, 0.3, 0.7, case="threshold")
    return ops.cases


def loss_case(name, y_true, y_pred, case, sample_weight=None, **config):
    """One loss: its value and the gradient of the prediction."""
    made = Made(f"tf.keras.losses.{name}", **config)
    loss = made.python()
    prediction = tf.constant(y_pred)
    weight = None if sample_weight is None else tf.constant(sample_weight)
    with tf.GradientTape() as tape:
        tape.watch(prediction)
        value = loss(tf.constant(y_true), prediction, sample_weight=weight)
    upstream = np.asarray(np.round(seed_of(name + case).normal(size=value.shape), 3), dtype=np.float32)
    record = constructed(made, case)
    record |= {"yTrue": tensor(y_true), "yPred": tensor(y_pred), "sampleWeight": None if weight is None else tensor(sample_weight)}
    gradient = tape.gradient(value, prediction, output_gradients=tf.constant(upstream))
    return record | {"outputs": [tensor(value)], "gradients": {"upstream": [tensor(upstream)], "values": [tensor(gradient)]}}


def loss_inputs(draw):
    """loss -> (labels, predictions, two configurations)"""
    classes = np.eye(3, dtype=np.float32)[draw.ints(0, 3, 4)]
    labels = np.round(draw.uniform(0, 1, 4, 3))
    signs = draw.rng.choice([-1, 1], size=(4, 3)).astype(np.float32)
    return {
        "MeanSquaredError": (draw.normal(4, 3), draw.normal(4, 3), {}),
        "MeanAbsoluteError": (draw.normal(4, 3), draw.normal(4, 3), {}),
        "Huber": (draw.normal(4, 3), draw.normal(4, 3) * 2, {"delta": 0.6}),
        "LogCosh": (draw.normal(4, 3), draw.normal(4, 3), {}),
        "BinaryCrossentropy": (labels, draw.uniform(0.1, 0.9, 4, 3), {"label_smoothing": 0.2}),
        "CategoricalCrossentropy": (classes, draw.probabilities(4, 3), {"label_smoothing": 0.1}),
        "SparseCategoricalCrossentropy": (draw.ints(0, 3, 4), draw.probabilities(4, 3), {}),
        "KLDivergence": (draw.probabilities(4, 3), draw.probabilities(4, 3), {}),
        "Hinge": (signs, draw.uniform(-0.9, 0.9, 4, 3), {}),
        "CosineSimilarity": (draw.normal(4, 3), draw.normal(4, 3), {}),
        "Poisson": (draw.uniform(0, 3, 4, 3), draw.uniform(0.2, 3, 4, 3), {}),
    }


def losses():
    draw = Draw("losses")
    found = []
    for name, (y_true, y_pred, config) in loss_inputs(draw).items():
        found.append(loss_case(name, y_true, y_pred, "default"))
        if config:
            found.append(loss_case(name, y_true, y_pred, label(config), **config))
        weight = draw.uniform(0.1, 2, 4)
        found.append(loss_case(name, y_true, y_pred, "sample weight", weight))
        for reduction in ("sum", "none", "mean", "mean_with_sample_weight"):
            found.append(loss_case(name, y_true, y_pred, f"reduction {reduction}", weight, reduction=reduction))
    logits = draw.normal(4, 3)
    binary, classes = np.round(draw.uniform(0, 1, 4, 3)), np.eye(3, dtype=np.float32)[[0, 2, 1, 1]]
    found.append(loss_case("BinaryCrossentropy", binary, logits, "logits", from_logits=True))
    found.append(loss_case("BinaryCrossentropy", binary, logits, "smoothed logits", from_logits=True, label_smoothing=0.1))
    found.append(loss_case("Hinge", binary, logits, "labels 0 and 1"))
    found.append(loss_case("CategoricalCrossentropy", classes, logits, "logits", from_logits=True))
    found.append(loss_case("CategoricalCrossentropy", classes, logits, "smoothed logits", from_logits=True, label_smoothing=0.1))
    ids = np.array([2, 0, 1, 1], np.int32)
    found.append(loss_case("SparseCategoricalCrossentropy", ids, logits, "logits", from_logits=True))
    found.append(loss_case("SparseCategoricalCrossentropy", ids[:, None], logits, "a column of labels", from_logits=True))
    found.append(loss_case("SparseCategoricalCrossentropy", ids.reshape(2, 2), logits.reshape(2, 2, 3), "sequences", from_logits=True))
    found.append(loss_case("SparseCategoricalCrossentropy", np.array([2, -1, 1, 1], np.int32), logits, "ignored class", from_logits=True, ignore_class=-1))
    found.append(loss_case("CategoricalCrossentropy", np.array([[1, 0], [0, 1]], np.float32), np.array([[1, 0], [1, 0]], np.float32), "probabilities 0 and 1"))
    found.append(loss_case("CosineSimilarity", draw.normal(2, 3), draw.normal(2, 3), "axis 0", axis=0))
    found.append(loss_case("MeanSquaredError", draw.normal(2, 2, 3), draw.normal(2, 2, 3), "three axes and weights", draw.uniform(0, 1, 2, 2)))
    return found + more_losses()


def more_losses():
    draw = Draw("more losses")
    classes, labels = np.eye(3, dtype=np.float32)[draw.ints(0, 3, 4)], np.round(draw.uniform(0, 1, 4, 3))
    signs = draw.rng.choice([-1, 1], size=(4, 3)).astype(np.float32)
    rows = {
        "MeanAbsolutePercentageError": (draw.away(4, 3), draw.normal(4, 3), [{}]),
        "MeanSquaredLogarithmicError": (draw.uniform(0, 3, 4, 3), draw.normal(4, 3), [{}]),
        "SquaredHinge": (signs, draw.uniform(-0.9, 0.9, 4, 3), [{}]),
        "CategoricalHinge": (classes, draw.uniform(0.1, 0.9, 4, 3), [{}]),
        "BinaryFocalCrossentropy": (labels, draw.uniform(0.1, 0.9, 4, 3),
                                    [{}, {"apply_class_balancing": True, "alpha": 0.4, "gamma": 1.5}, {"from_logits": True, "label_smoothing": 0.2}]),
        "CategoricalFocalCrossentropy": (classes, draw.probabilities(4, 3), [{}, {"alpha": 0.4, "gamma": 1.5}, {"from_logits": True, "label_smoothing": 0.2}]),
        "Dice": (labels, draw.uniform(0.1, 0.9, 4, 3), [{}, {"axis": [1]}]),
        "Tversky": (labels, draw.uniform(0.1, 0.9, 4, 3), [{}, {"alpha": 0.3, "beta": 0.8, "axis": [1]}]),
    }
    found = []
    for name, (y_true, y_pred, configs) in rows.items():
        for config in configs:
            found.append(loss_case(name, y_true, y_pred, label(config) or "default", **config))
        found.append(loss_case(name, y_true, y_pred, "sample weight", np.array(0.7, np.float32) if name in ("Dice", "Tversky") else draw.uniform(0.1, 2, 4)))
    found.append(loss_case("BinaryCrossentropy", labels[:, :1], draw.uniform(0.1, 0.9, 4), "a column of labels"))
    found.append(loss_case("SparseCategoricalCrossentropy", np.array([[2, -1], [1, 0]], np.int32), draw.normal(2, 2, 3), "ignored class and weights",
                           draw.uniform(0.1, 1, 2, 2), from_logits=True, ignore_class=-1))
    return found


def schedules():
    path = "tf.keras.optimizers.schedules."
    steps = [0, 1, 3, 7, 10, 11, 25, 40, 100]
    made = {
        "default": [Made(path + "ExponentialDecay", 0.1, 10, 0.9), Made(path + "InverseTimeDecay", 0.1, 10, 0.5),
                    Made(path + "PolynomialDecay", 0.1, 20), Made(path + "CosineDecay", 0.1, 30),
                    Made(path + "CosineDecayRestarts", 0.1, 10), Made(path + "PiecewiseConstantDecay", [3, 10], [0.1, 0.05, 0.001])],
        "staircase": [Made(path + "ExponentialDecay", 0.1, 10, 0.9, staircase=True),
                      Made(path + "InverseTimeDecay", 0.1, 10, 0.5, staircase=True)],
        "options": [Made(path + "PolynomialDecay", 0.1, 20, end_learning_rate=0.01, power=2.0),
                    Made(path + "CosineDecay", 0.1, 30, alpha=0.2),
                    Made(path + "CosineDecayRestarts", 0.1, 10, t_mul=1.5, m_mul=0.8, alpha=0.1)],
        "cycle": [Made(path + "PolynomialDecay", 0.1, 20, cycle=True)],
        "warm-up": [Made(path + "CosineDecay", 0.0, 30, warmup_target=0.2, warmup_steps=10)],
    }
    found = []
    for case, rows in made.items():
        for row in rows:
            schedule = row.python()
            values = np.array([float(schedule(tf.constant(step))) for step in steps], np.float32)
            found.append(constructed(row, case) | {"steps": steps, "outputs": [tensor(values)]})
    return found


def objects():
    """Regularizers, constraints and initializers: one object, applied to one argument."""
    found = []
    draw = Draw("objects")
    w = draw.away(3, 4)
    regularizers = [Made("tf.keras.regularizers.L1", l1=0.1), Made("tf.keras.regularizers.L2", l2=0.2), Made("tf.keras.regularizers.L1"),
                    Made("tf.keras.regularizers.L2"), Made("tf.keras.regularizers.L1L2", l1=0.1, l2=0.3), Made("tf.keras.regularizers.L1L2")]
    for made in regularizers:
        x = tf.constant(w)
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = made.python()(x)
        gradients = {}
        if value.shape == () and tf.is_tensor(value):
            gradient = tape.gradient(value, x)
            if gradient is not None:
                one = np.array(1, np.float32)
                gradients = {"gradients": {"wrt": [0], "upstream": [tensor(one)], "values": [tensor(gradient)]}}
        found.append(constructed(made, label(made.options) or "default") | {"applied": [tensor(w)], "outputs": [tensor(value)]} | gradients)
    constraints = [Made("tf.keras.constraints.MaxNorm"), Made("tf.keras.constraints.MaxNorm", max_value=1.0, axis=1),
                   Made("tf.keras.constraints.MinMaxNorm", min_value=0.5, max_value=1.0, rate=0.7), Made("tf.keras.constraints.MinMaxNorm"),
                   Made("tf.keras.constraints.NonNeg"), Made("tf.keras.constraints.UnitNorm"), Made("tf.keras.constraints.UnitNorm", axis=[0, 1])]
    for made in constraints:
        found.append(constructed(made, label(made.options) or "default") | {"applied": [tensor(w)], "outputs": [tensor(made.python()(tf.constant(w)))]})
    initializers = [Made("tf.keras.initializers.Zeros"), Made("tf.keras.initializers.Ones"), Made("tf.keras.initializers.Constant", value=0.75),
                    Made("tf.keras.initializers.Constant"), Made("tf.keras.initializers.Identity"), Made("tf.keras.initializers.Identity", gain=2.0)]
    for made in initializers:
        for shape in ([3, 3], [2, 4]):
            value = made.python()(shape)
            found.append(constructed(made, f"shape {shape} {label(made.options)}".strip()) | {"applied": [shape], "outputs": [tensor(value)]})
    return found
