"""JAX's jitted step: jax_step.py HIDDEN BATCH STEPS"""
import os
import sys

from timing import THREADS, report

if THREADS == 1:
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
import jax
import jax.numpy as jnp

hidden, batch, steps = (int(size) for size in sys.argv[1:])
key = jax.random.key(0)
state = [[jax.random.uniform(key, (784, hidden)) * 0.05, jnp.zeros(hidden), jax.random.uniform(key, (hidden, 10)) * 0.05, jnp.zeros(10)], None]
x = jax.random.uniform(key, (batch, 784), minval=-1)
y = jax.random.randint(key, (batch,), 0, 10)


def loss_of(w, x, y):
    logits = jax.nn.relu(x @ w[0] + w[1]) @ w[2] + w[3]
    return -jax.nn.log_softmax(logits)[jnp.arange(batch), y].mean()


@jax.jit
def step(w, x, y):
    loss, gradients = jax.value_and_grad(loss_of)(w, x, y)
    return [a - 0.01 * g for a, g in zip(w, gradients)], loss


def one_pass():
    for _ in range(steps):
        state[0], state[1] = step(state[0], x, y)
    state[1].block_until_ready()


report(one_pass, steps, version=f"jax {jax.__version__}")
