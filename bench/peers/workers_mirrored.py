"""TensorFlow's MultiWorkerMirroredStrategy through Keras 2's fit, one thread a worker: workers_mirrored.py WORLD HIDDEN BATCH STEPS,
the batch of all workers together."""
import json
import os
import socket
import subprocess
import sys

world, hidden, batch, steps = [int(size) for size in sys.argv[1:5]]
if len(sys.argv) == 5:
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

tf.config.threading.set_intra_op_parallelism_threads(1)
with tf.distribute.MultiWorkerMirroredStrategy().scope():
    model = keras.Sequential([
        keras.layers.InputLayer((784,)), keras.layers.Dense(hidden, activation="relu"),
        keras.layers.Dense(hidden, activation="relu"), keras.layers.Dense(10),
    ])
    model.compile(keras.optimizers.SGD(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
count = batch * steps
x = np.random.uniform(-1, 1, (count, 784)).astype("f")
y = np.random.randint(0, 10, count).astype("i")
data = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch, drop_remainder=True)
report(lambda: model.fit(data, epochs=1, verbose=0), steps, version=f"TensorFlow {tf.__version__}, Keras {keras.__version__}")
