"""A loop over Python's tf.function: tf_function.py HIDDEN BATCH STEPS"""
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf
from timing import THREADS, report

tf.config.threading.set_intra_op_parallelism_threads(THREADS)
hidden, batch, steps = (int(size) for size in sys.argv[1:])
w = [tf.Variable(tf.random.uniform(s) * 0.05) for s in [(784, hidden), (hidden,), (hidden, 10), (10,)]]
x = tf.constant(np.random.uniform(-1, 1, (batch, 784)).astype("float32"))
y = tf.constant(np.random.randint(0, 10, batch).astype("int32"))


@tf.function
def step(x, y):
    with tf.GradientTape() as tape:
        hidden_units = tf.nn.relu(tf.nn.bias_add(tf.matmul(x, w[0]), w[1]))
        logits = tf.nn.bias_add(tf.matmul(hidden_units, w[2]), w[3])
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits))
    for variable, gradient in zip(w, tape.gradient(loss, w)):
        variable.assign_sub(0.01 * gradient)
    return loss


def one_pass():
    for _ in range(steps):
        loss = step(x, y)
    loss.numpy()


report(one_pass, steps, version=f"TensorFlow {tf.__version__}")
