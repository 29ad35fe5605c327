"""Processor time of one element that Python makes, in batches of 100: python_data.py ELEMENTS generator|py_function"""
import json
import sys
import time

import numpy as np
import tensorflow as tf
from timing import THREADS

elements, kind = int(sys.argv[1]), sys.argv[2]
tf.config.threading.set_intra_op_parallelism_threads(THREADS)
row = (np.arange(784) / 784).astype(np.float32)


def generate():
    for i in range(elements):
        yield row, i % 10


def double(i):
    return np.float32(i.numpy() * 2)


if kind == "generator":
    signature = (tf.TensorSpec([784], tf.float32), tf.TensorSpec([], tf.int32))
    dataset = tf.data.Dataset.from_generator(generate, output_signature=signature)
else:
    dataset = tf.data.Dataset.range(elements).map(lambda i: tf.py_function(double, [i], tf.float32))
dataset = dataset.batch(100)
passes = []
for number in range(4):
    start = time.process_time()
    for _ in dataset:
        pass
    if number > 0:  # the first one warms up
        passes.append((time.process_time() - start) / elements * 1e6)
print(json.dumps({"value": min(passes), "unit": "us of processor/element", "passes": passes, "version": tf.__version__}))
