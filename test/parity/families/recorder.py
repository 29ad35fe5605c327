"""Turns calls of Python's TensorFlow and Keras into golden cases.

The API rules of the TypeScript side are applied mechanically here: names in camelCase, arguments that Python
requires in `args`, arguments with a default in `options`. What departs from that stands in POSITIONAL.
"""
import inspect
import json
import re
import zlib

import keras
import numpy as np
import tensorflow as tf

# Arguments that have a default in Python and are positional in TypeScript all the same.
POSITIONAL = {
    "tf.where": ["x", "y"],
    "tf.range": ["limit", "delta"],
    "tf.data.Dataset.repeat": ["count"],
    "tf.nn.sigmoid_cross_entropy_with_logits": ["labels", "logits"],
}

FLOATS = (np.float32, np.float64)


def camel(name):
    """reduce_sum -> reduceSum, beta_1 -> beta1, reduce_logsumexp -> reduceLogsumexp."""
    return re.sub(r"_+([a-z0-9])", lambda match: match.group(1).upper(), name.strip("_"))


def seed_of(text):
    """A generator that depends on the case alone, so that adding a case changes no other."""
    return np.random.default_rng(zlib.crc32(text.encode()))


class Draw:
    """Seeded inputs, rounded to three decimals so that the files stay small."""

    def __init__(self, text):
        self.rng = seed_of(text)

    def normal(self, *shape, dtype=np.float32):
        return np.asarray(np.round(self.rng.normal(size=shape), 3), dtype=dtype)

    def uniform(self, low, high, *shape, dtype=np.float32):
        return np.asarray(np.round(self.rng.uniform(low, high, size=shape), 3), dtype=dtype)

    def away(self, *shape, dtype=np.float32):
        """Either sign, at least 0.1 from zero: no kink of abs, relu, sign or division is near."""
        size = self.rng.uniform(0.1, 2.5, size=shape) * self.rng.choice([-1, 1], size=shape)
        return np.asarray(np.round(size, 3), dtype=dtype)

    def distinct(self, *shape, dtype=np.float32):
        """No two values closer than 0.05: max, sort and pooling have no ties."""
        count = int(np.prod(shape))
        values = (self.rng.permutation(count) - count / 2) * 0.09 + self.rng.uniform(0, 0.03, size=count)
        return np.round(values, 3).reshape(shape).astype(dtype)

    def ints(self, low, high, *shape, dtype=np.int32):
        return self.rng.integers(low, high, size=shape).astype(dtype)

    def bools(self, *shape):
        return self.rng.integers(0, 2, size=shape).astype(bool)

    def probabilities(self, *shape):
        """Positive rows that sum to 1 along the last axis."""
        raw = self.rng.uniform(0.1, 1.0, size=shape)
        return np.round(raw / raw.sum(-1, keepdims=True), 3).astype(np.float32)


class Made:
    """An object to be constructed: class path, and arguments as Python takes them."""

    def __init__(self, path, *args, **options):
        self.path, self.args, self.options = path, args, options

    def python(self):
        return resolve(self.path)(*[to_python(a) for a in self.args], **{k: to_python(v) for k, v in self.options.items()})

    def split(self):
        return split_arguments(self.path, resolve(self.path).__init__, (None, *self.args), self.options, skip=1)


def resolve(path):
    parts = path.split(".")[1:]
    value = tf
    if parts[0] == "keras":
        value, parts = keras, parts[1:]
    for part in parts:
        value = getattr(value, part)
    return value


def split_arguments(path, function, args, options, skip=0):
    """Splits a Python call into TypeScript's positional arguments and its options object."""
    signature = inspect.signature(function)
    bound = signature.bind(*args, **options)
    positional, named = [], {}
    for index, (name, value) in enumerate(bound.arguments.items()):
        if index < skip:
            continue
        parameter = signature.parameters[name]
        if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            positional.extend(value)
        elif parameter.kind is inspect.Parameter.VAR_KEYWORD:
            named.update({camel(key): item for key, item in value.items()})
        elif parameter.default is inspect.Parameter.empty or name in POSITIONAL.get(path, []):
            positional.append(value)
        else:
            named[camel(name)] = value
    return positional, named


def label(options):
    """momentum 0.9, nesterov true: the name of a case that differs from others by its options."""
    return ", ".join(f"{camel(key)} {json.dumps(value)}" for key, value in options.items())


def is_scalar(value):
    return isinstance(value, (bool, int, float, str)) or value is None


def to_python(value):
    """What Python is called with: arrays become tensors, `Made` becomes its object."""
    if isinstance(value, np.ndarray):
        return tf.constant(value)
    if isinstance(value, Made):
        return value.python()
    if isinstance(value, (list, tuple)):
        return type(value)(to_python(item) for item in value)
    return value


def number(value):
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value) if abs(int(value)) < 2**53 else str(int(value))
    if np.isnan(value):
        return "nan"
    if np.isinf(value):
        return "inf" if value > 0 else "-inf"
    text = float(str(value))  # the shortest decimal that reads back as the same float32 or float64
    return int(text) if text == int(text) and abs(text) < 2**53 and not (text == 0 and np.signbit(value)) else text


def tensor(value):
    """Any array or tensor as JSON."""
    if isinstance(value, tf.IndexedSlices):
        value = tf.convert_to_tensor(value)
    array = np.asarray(value.numpy() if hasattr(value, "numpy") else value)
    if array.dtype.kind in "OSU":
        data = [item.decode() if isinstance(item, bytes) else str(item) for item in array.ravel().tolist()]
        return {"tensor": {"dtype": "string", "shape": list(array.shape), "data": data}}
    data = [number(item) for item in array.ravel()]
    return {"tensor": {"dtype": str(array.dtype), "shape": list(array.shape), "data": data}}


def to_json(value):
    if isinstance(value, np.ndarray) or tf.is_tensor(value):
        return tensor(value)
    if isinstance(value, tf.DType):
        return value.name
    if isinstance(value, Made):
        args, options = value.split()
        return {"object": {"class": value.path, "args": to_json(args), "options": to_json(options)}}
    if isinstance(value, dict):
        return {key: to_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value]
    if isinstance(value, np.generic):
        return value.item()
    if is_scalar(value):
        return value
    raise TypeError(f"to_json: expected a tensor, a number, a text or a list, got {value!r}")


def arrays_in(value):
    """All arrays of a nest, depth first: the order in which gradients are numbered."""
    if isinstance(value, np.ndarray):
        return [value]
    if isinstance(value, (list, tuple)):
        return [found for item in value for found in arrays_in(item)]
    if isinstance(value, dict):
        return [found for item in value.values() for found in arrays_in(item)]
    return []


def write(folder, family, kind, cases):
    """One case a line, so that a difference shows which case changed."""
    made_by = f"make_golden.py with TensorFlow {tf.__version__} and Keras {keras.__version__}"
    head = f'{{"madeBy": "{made_by}", "family": "{family}", "kind": "{kind}", "cases": [\n'
    lines = [json.dumps(case, separators=(",", ":"), allow_nan=False) for case in cases]
    path = folder / f"{family}.json"
    path.write_text(head + ",\n".join(lines) + "\n]}\n")
    print(f"{path.name}: {len(cases)} cases, {path.stat().st_size // 1024} kB")
