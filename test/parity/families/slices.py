"""Gradients of which only some rows are not zero: what a tape gives, and what optimizers make of it."""
import keras
import numpy as np
import tensorflow as tf

from .keras_parts import constructed
from .optimizers import PATH
from .recorder import Draw, Made, label, tensor

ROWS, LENGTH = 6, 3
STEPS = 4
DISTINCT = [[4, 1], [0, 4], [3, 2], [1, 4]]
REPEATED = [[4, 1, 4], [0, 0, 0], [3, 1, 3], [1, 4, 1]]

CONFIGS = {
    "SGD": [{"learning_rate": 0.1}, {"learning_rate": 0.1, "momentum": 0.9}, {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True},
            {"learning_rate": 0.1, "clipnorm": 0.5}, {"learning_rate": 0.1, "clipvalue": 0.3}, {"learning_rate": 0.1, "global_clipnorm": 0.5},
            {"learning_rate": 0.1, "weight_decay": 0.05}, {"learning_rate": 0.1, "gradient_accumulation_steps": 2},
            {"learning_rate": 0.1, "use_ema": True, "ema_momentum": 0.8, "ema_overwrite_frequency": 2}],
    "Adam": [{"learning_rate": 0.05}, {"learning_rate": 0.05, "amsgrad": True}],
    "AdamW": [{"learning_rate": 0.05}],
    "Adagrad": [{"learning_rate": 0.1}, {"learning_rate": 0.1, "clipnorm": 0.5}],
    "RMSprop": [{"learning_rate": 0.05}, {"learning_rate": 0.05, "momentum": 0.7, "centered": True}],
    "Adadelta": [{"learning_rate": 1.0}],
    "Adamax": [{"learning_rate": 0.1}],
    "Nadam": [{"learning_rate": 0.1}],
    "Ftrl": [{"learning_rate": 0.5}],
    "Lion": [{"learning_rate": 0.1}],
}


def gradient(variable, indices, weights):
    """Of a loss that looks rows up: what it does with a row that it has twice is not twice the same."""
    with tf.GradientTape() as tape:
        rows = tf.gather(variable, indices)
        loss = tf.reduce_sum(tf.square(rows) * weights)
    return tape.gradient(loss, variable)


def run(made, case, indices, is_whole):
    draw = Draw("slices")
    initial = draw.normal(ROWS, LENGTH)
    variable = keras.Variable(initial)
    optimizer = made.python()
    record = constructed(made, case) | {"initial": tensor(initial), "steps": []}
    for step, ids in enumerate(indices):
        weights = Draw(f"slices step {step}").normal(len(ids), LENGTH)
        slices = gradient(variable.value, np.int32(ids), weights)
        # Keras changes a row once for each time that it is named, where its own formula is not linear in the gradient.
        optimizer.apply([tf.convert_to_tensor(slices) if is_whole else slices], [variable])
        found = {"indices": tensor(slices.indices), "values": tensor(slices.values), "denseShape": tensor(slices.dense_shape)}
        record["steps"].append({"ids": tensor(np.int32(ids)), "weights": tensor(weights), "gradient": found, "value": tensor(variable.value)})
    return record


def cases():
    found = []
    for name, configs in CONFIGS.items():
        for config in configs:
            made = Made(PATH + name, **config)
            found.append(run(made, f"{label(config)}, distinct rows", DISTINCT, False))
            found.append(run(made, f"{label(config)}, repeated rows", REPEATED, True))
    return found
