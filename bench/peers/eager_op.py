"""One eager MatMul of 2x2 matrices in Python's TensorFlow: eager_op.py STEPS"""
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow as tf
from timing import THREADS, report

tf.config.threading.set_intra_op_parallelism_threads(THREADS)
steps = int(sys.argv[1])
a = tf.constant([[1.0, 2.0], [3.0, 4.0]])


def one_pass():
    for _ in range(steps):
        tf.matmul(a, a)


report(one_pass, steps, version=f"TensorFlow {tf.__version__}")
