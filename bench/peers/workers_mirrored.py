"""TensorFlow's MultiWorkerMirroredStrategy through Keras 2's fit, one thread a worker: workers_mirrored.py WORLD mlp HIDDEN BATCH STEPS |
WORLD cnn BATCH STEPS, the batch of all workers together."""
import json
import os
import socket
import subprocess
import sys

world, kind = int(sys.argv[1]), sys.argv[2]
sizes = [int(size) for size in sys.argv[3:] if size != "worker"]
if sys.argv[-1] != "worker":
    probes = [socket.socket() for _ in range(world)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    workers = [f"127.0.0.1:{probe.getsockname()[1]}" for probe in probes]
    for probe in probes:
        probe.close()
    processes = []
    for rank in range(world):
        config = json.dumps({"cluster": {"worker": workers}, "task": {"type": "worker", "index": rank}})
        environment = {**os.environ, "TF_CONFIG": config, "TF_CPP_MIN_LOG_LEVEL": "3"}
        output = None if rank == 0 else subprocess.DEVNULL
        processes.append(subprocess.Popen([sys.executable, *sys.argv, "worker"], env=environment, stdout=output))
    sys.exit(max(process.wait() for process in processes))

import numpy as np
import tensorflow as tf
import tf_keras as keras
from timing import report

layers = keras.layers


def dense(hidden):
    return [
        layers.InputLayer((784,)), layers.Dense(hidden, activation="relu"), layers.Dense(hidden, activation="relu"),
        layers.Dense(10),
    ]


def convolutional():
    return [
        layers.InputLayer((28, 28, 1)), layers.Conv2D(32, 3, activation="relu"), layers.MaxPooling2D(),
        layers.Conv2D(64, 3, activation="relu"), layers.MaxPooling2D(), layers.Flatten(),
        layers.Dense(128, activation="relu"), layers.Dense(10),
    ]


tf.config.threading.set_intra_op_parallelism_threads(1)
batch, steps = sizes[-2:]
with tf.distribute.MultiWorkerMirroredStrategy().scope():
    model = keras.Sequential(dense(sizes[0]) if kind == "mlp" else convolutional())
    optimizer = keras.optimizers.SGD(0.01) if kind == "mlp" else keras.optimizers.Adam(1e-3)
    model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
count = batch * steps
shape = (count, 784) if kind == "mlp" else (count, 28, 28, 1)
x = np.random.uniform(-1 if kind == "mlp" else 0, 1, shape).astype("f")
y = np.random.randint(0, 10, count).astype("i")
data = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch, drop_remainder=True)
report(lambda: model.fit(data, epochs=1, verbose=0), steps, version=f"TensorFlow {tf.__version__}, Keras {keras.__version__}")
