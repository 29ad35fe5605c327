"""Optimizers over five steps, and over three variables of different shapes."""
import keras
import numpy as np
import tensorflow as tf

from .keras_parts import constructed
from .recorder import Draw, Made, label, tensor

PATH = "tf.keras.optimizers."
STEPS = 5
SHAPES = [(3, 2), (2,), ()]

# optimizer -> configurations, each of which is one case
CONFIGS = {
    "SGD": [{}, {"learning_rate": 0.1, "momentum": 0.9}, {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True},
            {"learning_rate": 0.1, "weight_decay": 0.05}, {"learning_rate": 0.1, "clipnorm": 0.5},
            {"learning_rate": 0.1, "clipvalue": 0.3}, {"learning_rate": 0.1, "momentum": 0.5, "global_clipnorm": 1.0},
            {"learning_rate": 0.1, "use_ema": True, "ema_momentum": 0.8, "ema_overwrite_frequency": 2},
            {"learning_rate": 0.1, "gradient_accumulation_steps": 2}],
    "Adam": [{}, {"learning_rate": 0.05, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3}, {"learning_rate": 0.05, "amsgrad": True},
             {"learning_rate": 0.05, "weight_decay": 0.02}, {"learning_rate": 0.05, "clipnorm": 0.5},
             {"learning_rate": 0.05, "global_clipnorm": 0.7}, {"learning_rate": 0.05, "clipvalue": 0.3}],
    "AdamW": [{}, {"learning_rate": 0.05, "weight_decay": 0.1}, {"learning_rate": 0.05, "amsgrad": True}],
    "RMSprop": [{}, {"learning_rate": 0.05, "rho": 0.8}, {"learning_rate": 0.05, "centered": True},
                {"learning_rate": 0.05, "momentum": 0.7}, {"learning_rate": 0.05, "momentum": 0.7, "centered": True},
                {"learning_rate": 0.05, "weight_decay": 0.02, "clipnorm": 0.5}],
}
MORE_CONFIGS = {
    "Adagrad": [{}, {"learning_rate": 0.1, "initial_accumulator_value": 0.3, "epsilon": 0.01}],
    "Adadelta": [{}, {"learning_rate": 1.0, "rho": 0.8, "epsilon": 0.001}],
    "Adamax": [{}, {"learning_rate": 0.1, "beta_1": 0.8, "beta_2": 0.9}],
    "Nadam": [{}, {"learning_rate": 0.1, "beta_1": 0.8, "beta_2": 0.9}],
    "Ftrl": [{}, {"learning_rate": 0.5, "learning_rate_power": -0.7, "l1_regularization_strength": 0.1, "l2_regularization_strength": 0.2,
                  "l2_shrinkage_regularization_strength": 0.3, "beta": 0.4}],
    "Lion": [{}, {"learning_rate": 0.1, "beta_1": 0.8, "weight_decay": 0.1}],
    "Adam": [{"learning_rate": 0.1, "use_ema": True, "amsgrad": True, "gradient_accumulation_steps": 2}],
    "SGD": [{"learning_rate": 0.1, "loss_scale_factor": 4.0}],
}


def run(made, case):
    draw = Draw("optimizers")
    initial = [draw.normal(*shape) for shape in SHAPES]
    variables = [keras.Variable(value) for value in initial]
    optimizer = made.python()
    record = constructed(made, case) | {"initial": [tensor(value) for value in initial], "steps": []}
    for step in range(STEPS):
        draw = Draw(f"optimizers step {step}")
        gradients = [draw.normal(*shape) for shape in SHAPES]
        if step == 2:
            gradients[1] = np.zeros(2, np.float32)
        optimizer.apply([tf.constant(g) for g in gradients], variables)
        record["steps"].append({"gradients": [tensor(g) for g in gradients], "values": [tensor(v.value) for v in variables]})
    record["iterations"] = int(np.asarray(optimizer.iterations))
    return record


def cases():
    found = []
    for name, configs in CONFIGS.items():
        for config in configs:
            found.append(run(Made(PATH + name, **config), label(config) or "default"))
    schedule = Made(PATH + "schedules.ExponentialDecay", 0.2, 2, 0.5)
    for name in CONFIGS:
        found.append(run(Made(PATH + name, learning_rate=schedule), "a schedule"))
    for name, configs in MORE_CONFIGS.items():
        for config in configs:
            found.append(run(Made(PATH + name, **config), label(config) or "default"))
    return found
