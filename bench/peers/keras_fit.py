"""Keras fit: keras_fit.py mlp HIDDEN BATCH STEPS | cnn BATCH STEPS"""
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf
from timing import THREADS, report

tf.config.threading.set_intra_op_parallelism_threads(THREADS)
import keras  # noqa: E402

kind, *sizes = sys.argv[1:]
sizes = [int(size) for size in sizes]
layers = keras.layers
if kind == "mlp":
    hidden, batch, steps = sizes
    x = np.random.uniform(-1, 1, (batch * steps, 784)).astype("float32")
    model = keras.Sequential([keras.Input((784,)), layers.Dense(hidden, activation="relu"), layers.Dense(10)])
    optimizer = keras.optimizers.SGD(0.01)
else:
    batch, steps = sizes
    x = np.random.uniform(0, 1, (batch * steps, 28, 28, 1)).astype("float32")
    model = keras.Sequential([
        keras.Input((28, 28, 1)), layers.Conv2D(32, 3, activation="relu"), layers.MaxPooling2D(),
        layers.Conv2D(64, 3, activation="relu"), layers.MaxPooling2D(), layers.Flatten(),
        layers.Dense(128, activation="relu"), layers.Dense(10),
    ])
    optimizer = keras.optimizers.Adam(1e-3)
y = np.random.randint(0, 10, batch * steps).astype("int32")
model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True), jit_compile=False)
report(lambda: model.fit(x, y, batch_size=batch, epochs=1, verbose=0), steps, version=f"Keras {keras.__version__}, TensorFlow {tf.__version__}")
