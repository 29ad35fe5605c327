"""Records calls of plain functions: outputs, and gradients of all float inputs for a random upstream."""
import numpy as np
import tensorflow as tf

from . import recorder
from .recorder import Made, arrays_in, camel, resolve, seed_of, split_arguments, tensor, to_json


class Ops:
    """Collects the cases of one family; `ops("tf.add", x, y, case="same shape")` records one call."""

    def __init__(self):
        self.cases = []

    def __call__(self, path, *args, case, gradient=True, tolerance=None, python=None, **options):
        names = None
        if python is None:
            function = resolve(path)
            positional, named = split_arguments(path, function, args, options)
        else:
            function, positional, named = python, list(args), {camel(k): v for k, v in options.items()}
        sources = arrays_in(positional) + arrays_in(named)
        watched = [(i, a) for i, a in enumerate(sources) if gradient and a.dtype.type in recorder.FLOATS]
        if len({id(array) for _, array in watched}) < len(watched):
            raise ValueError(f"{path} {case}: expected each input once, got one twice; its gradients would be added up")
        tensors = {id(array): tf.constant(array) for array in sources}
        with tf.GradientTape() as tape:
            tape.watch([tensors[id(a)] for _, a in watched])
            result = function(*rebuild(args, tensors), **rebuild(options, tensors))
            if hasattr(result, "_fields"):
                names = [camel(field) for field in result._fields]
            outputs = [tf.convert_to_tensor(item) for item in tf.nest.flatten(result)]
            floats = [item for item in outputs if item.dtype.is_floating]
        record = {"name": camel_path(path), "case": case, "args": to_json(positional), "options": to_json(named)}
        record["outputs"] = [tensor(item) for item in outputs]
        if names:
            record["outputNames"] = names
        if watched and floats:
            add_gradients(record, tape, floats, watched, tensors, f"{path} {case}")
        if tolerance is not None:
            record["tolerance"] = tolerance
        self.cases.append(record)


def add_gradients(record, tape, floats, watched, tensors, text):
    rng = seed_of(text)
    upstream = [np.asarray(np.round(rng.normal(size=item.shape), 3)).astype(item.dtype.as_numpy_dtype) for item in floats]
    values = tape.gradient(floats, [tensors[id(a)] for _, a in watched], output_gradients=[tf.constant(u) for u in upstream])
    record["gradients"] = {
        "wrt": [index for index, _ in watched],
        "upstream": [tensor(u) for u in upstream],
        "values": [None if value is None else tensor(value) for value in values],
    }


def rebuild(value, tensors):
    if isinstance(value, np.ndarray):
        return tensors[id(value)]
    if isinstance(value, Made):
        return value.python()
    if isinstance(value, dict):
        return {key: rebuild(item, tensors) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(rebuild(item, tensors) for item in value)
    return value


def camel_path(path):
    head, _, last = path.rpartition(".")
    return f"{head}.{camel(last)}"
