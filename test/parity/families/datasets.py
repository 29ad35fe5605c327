"""Pipelines of tf.data: what they give, element by element, with their specs and their numbers of elements.

A pipeline is a source and calls of methods. Functions and datasets among the arguments are named: the TypeScript
side has a table of the same names.
"""
import itertools

import numpy as np
import tensorflow as tf

from .recorder import camel, split_arguments, tensor, to_json

Dataset = tf.data.Dataset
FIRST = 40  # elements that are recorded of a dataset without end


def sequences(*lengths):
    return Dataset.from_tensor_slices(list(lengths)).map(tf.range)


SOURCES = {
    "numbers": lambda: Dataset.range(10),
    "few": lambda: Dataset.range(3),
    "none": lambda: Dataset.range(0),
    "tens": lambda: Dataset.range(10, 60, 10),
    "pairs": lambda: Dataset.from_tensor_slices({"x": np.arange(5, dtype=np.float32), "y": np.arange(5, dtype=np.int64)}),
    "tuples": lambda: Dataset.from_tensor_slices((np.arange(5, dtype=np.float32), np.arange(5, dtype=np.int64))),
    "sequences": lambda: sequences(1, 4, 2, 7, 3, 5, 9, 2),
    "labelled": lambda: sequences(1, 4, 2, 7, 3, 5, 2).map(lambda x: {"ids": x, "count": tf.size(x)}),
    "words": lambda: sequences(2, 1, 3).map(lambda x: tf.strings.as_string(x)),
    "flags": lambda: sequences(2, 1, 3).map(lambda x: (x > 0, tf.cast(x, tf.float32))),
    "repeated": lambda: Dataset.from_tensor_slices([3, 1, 3, 2, 1, 3]),
    "letters": lambda: Dataset.from_tensor_slices(["a", "b", "a", "c"]),
    "texts": lambda: Dataset.from_tensor_slices(["1", "x", "3", "", "5"]),
    "batches": lambda: Dataset.range(11).batch(4),
    "counter": lambda: Dataset.counter(start=5, step=3),
    "counterDown": lambda: Dataset.counter(start=1, step=-2, dtype=tf.int32),
}

FUNCTIONS = {
    "batchOf9": lambda window: window.batch(9),
    "paddedOf9": lambda window: window.padded_batch(9),
    "zippedPair": lambda pair: Dataset.zip({"x": pair["x"].batch(9), "y": pair["y"].batch(9)}),
    "zippedTuple": lambda x, y: Dataset.zip((y.batch(9), x.batch(9))),
    "sumOfWindow": lambda window: window.reduce(np.int64(0), lambda sum, x: sum + x),
    "innerWindows": lambda window: window.flat_map(lambda inner: inner.batch(9)),
    "isOdd": lambda x: x % 2,
    "isOddY": lambda pair: pair["y"] % 2,
    "batchOfKey": lambda key, window: window.batch(9),
    "withKey": lambda key, window: window.map(lambda x: (key, x)).batch(2),
    "keyPlus1": lambda key: key + 1,
    "size": tf.size,
    "count": lambda element: element["count"],
    "sizeOfSecond": lambda a, b: tf.size(b),
    "isBelow5": lambda x: x < 5,
    "square": lambda x: x * x,
    "negatedPair": lambda x, y: (-x, y),
    "toNumber": tf.strings.to_number,
    "runningSum": lambda sum, x: (sum + x, sum + x),
    "fibonacci": lambda state, x: ((state[1], state[0] + state[1]), {"x": x, "f": state[0]}),
    "history": lambda seen, x: (tf.concat([seen, [x]], 0), tf.concat([seen, [x]], 0)),
    "timesItself": lambda x: Dataset.from_tensor_slices(tf.fill([x], x)),
    "upToIt": lambda x: Dataset.range(x),
}


class Named:
    """A function of FUNCTIONS, or a dataset of SOURCES, among the arguments."""

    def __init__(self, kind, name):
        self.kind, self.name = kind, name

    def python(self):
        return FUNCTIONS[self.name] if self.kind == "function" else SOURCES[self.name]()


def f(name):
    return Named("function", name)


def d(name):
    return Named("dataset", name)


def call(method, *args, **options):
    return method, args, options


def python_of(value):
    return value.python() if isinstance(value, Named) else value


def json_of(value):
    if isinstance(value, Named):
        return {value.kind: value.name}
    return {key: json_of(item) for key, item in value.items()} if isinstance(value, dict) else to_json(value)


def spec_of(spec):
    if isinstance(spec, tf.data.DatasetSpec):
        return {"dataset": spec_of(spec.element_spec)}
    if isinstance(spec, dict):
        return {key: spec_of(item) for key, item in spec.items()}
    if isinstance(spec, tuple):
        return [spec_of(item) for item in spec]
    return {"dtype": spec.dtype.name, "shape": None if spec.shape.rank is None else spec.shape.as_list()}


def element_of(element):
    if isinstance(element, Dataset):
        return {"dataset": [element_of(inner) for inner in element]}
    if isinstance(element, dict):
        return {key: element_of(item) for key, item in element.items()}
    if isinstance(element, tuple):
        return [element_of(item) for item in element]
    return tensor(element)


def record(source, calls):
    dataset = SOURCES[source]()
    described = []
    for method, args, options in calls:
        function = getattr(Dataset, method)
        python_args = [python_of(a) for a in args]
        python_options = {key: python_of(value) for key, value in options.items()}
        dataset = getattr(dataset, method)(*python_args, **python_options)
        positional, named = split_arguments(f"tf.data.Dataset.{method}", function, (None, *args), options, skip=1)
        described.append({"method": camel(method), "args": [json_of(a) for a in positional], "options": json_of(named)})
    return {
        "name": "tf.data.Dataset",
        "case": ", ".join([source, *(text_of(*each) for each in calls)]),
        "args": [],
        "options": {},
        "source": source,
        "calls": described,
        "spec": spec_of(dataset.element_spec),
        "cardinality": int(dataset.cardinality()),
        "elements": [element_of(element) for element in itertools.islice(dataset, FIRST)],
    }


def text_of(method, args, options):
    def show(value):
        return value.name if isinstance(value, Named) else str(value)
    return f"{method}({', '.join([*map(show, args), *(f'{key}={show(value)}' for key, value in options.items())])})"


WINDOWS = [{}, {"drop_remainder": True}, {"shift": 1}, {"shift": 2, "stride": 2}, {"shift": 2, "stride": 2, "drop_remainder": True}, {"shift": 5}]

BUCKETS = [
    ([3, 6], [2, 2, 1], {}),
    ([3, 6], [2, 3, 1], {"drop_remainder": True}),
    ([3, 6], [2, 3, 1], {"padding_values": np.int32(-1)}),
    ([3, 6, 10], [2, 3, 2, 1], {"pad_to_bucket_boundary": True}),
    ([4, 10], [4, 3, 1], {"pad_to_bucket_boundary": True, "padding_values": np.int32(7), "drop_remainder": True}),
    ([3, 6], [2, 2, 1], {"padded_shapes": [12]}),
    ([2], [1, 1], {"no_padding": True}),
    ([1, 2, 3, 4], [1, 1, 2, 1, 4], {}),
]

PADDED = [
    ("sequences", 3, {}),
    ("sequences", 3, {"drop_remainder": True}),
    ("sequences", 3, {"padded_shapes": [10]}),
    ("sequences", 4, {"padded_shapes": [None], "padding_values": np.int32(-1)}),
    ("labelled", 3, {}),
    ("labelled", 3, {"padded_shapes": {"ids": [None], "count": []}, "padding_values": {"ids": np.int32(9), "count": np.int32(8)}}),
    ("labelled", 3, {"padding_values": np.int32(5)}),
    ("words", 2, {}),
    ("words", 2, {"padding_values": "-"}),
    ("flags", 3, {}),
    ("flags", 3, {"padded_shapes": ([4], [None]), "padding_values": (True, np.float32(0.5))}),
]


def grouped():
    for options in WINDOWS:
        yield "numbers", [call("window", 3, **options)]
        yield "numbers", [call("window", 3, **options), call("flat_map", f("batchOf9"))]
    yield "few", [call("window", 5)]
    yield "none", [call("window", 2)]
    yield "pairs", [call("window", 2)]
    yield "pairs", [call("window", 2), call("flat_map", f("zippedPair"))]
    yield "tuples", [call("window", 2, shift=1), call("flat_map", f("zippedTuple"))]
    yield "sequences", [call("window", 3), call("flat_map", f("paddedOf9"))]
    yield "numbers", [call("window", 4, shift=2), call("map", f("sumOfWindow"))]
    yield "numbers", [call("window", 2), call("window", 2), call("flat_map", f("innerWindows"))]
    yield "numbers", [call("group_by_window", f("isOdd"), f("batchOfKey"), window_size=3)]
    yield "numbers", [call("group_by_window", f("isOdd"), f("batchOfKey"), window_size=100)]
    yield "numbers", [call("group_by_window", f("isOdd"), f("withKey"), window_size_func=f("keyPlus1"))]
    yield "pairs", [call("group_by_window", f("isOddY"), f("batchOfKey"), window_size=2)]
    yield "none", [call("group_by_window", f("isOdd"), f("batchOfKey"), window_size=3)]


def batched():
    for boundaries, sizes, options in BUCKETS:
        yield "sequences", [call("bucket_by_sequence_length", f("size"), boundaries, sizes, **options)]
    yield "labelled", [call("bucket_by_sequence_length", f("count"), [3], [2, 3])]
    yield "labelled", [call("bucket_by_sequence_length", f("count"), [3, 8], [2, 3, 1], pad_to_bucket_boundary=True,
                            padding_values={"ids": np.int32(-1), "count": np.int32(0)})]
    yield "flags", [call("bucket_by_sequence_length", f("sizeOfSecond"), [2], [1, 2])]
    for source, size, options in PADDED:
        yield source, [call("padded_batch", size, **options)]
    for options in [{}, {"drop_remainder": True}, {"num_parallel_calls": 2}]:
        yield "numbers", [call("batch", 4, **options)]
        yield "pairs", [call("batch", 2, **options)]
    yield "sequences", [call("map", f("size")), call("batch", 3)]
    yield "batches", [call("unbatch")]
    yield "batches", [call("rebatch", 3)]
    yield "batches", [call("rebatch", [1, 5])]
    yield "batches", [call("rebatch", 4, drop_remainder=True)]
    yield "batches", [call("rebatch", [2, 3], drop_remainder=True)]


def scanned():
    yield "numbers", [call("scan", np.array(0), f("runningSum"))]
    yield "few", [call("scan", (np.array(0), np.array(1)), f("fibonacci"))]
    yield "few", [call("scan", np.zeros([0], np.int64), f("history"))]
    yield "numbers", [call("take_while", f("isBelow5"))]
    yield "numbers", [call("filter", f("isBelow5"))]
    yield "repeated", [call("unique")]
    yield "letters", [call("unique")]
    yield "texts", [call("map", f("toNumber")), call("ignore_errors")]
    yield "counter", []
    yield "counterDown", [call("take", 4)]


def arranged():
    yield "numbers", [call("map", f("square"), num_parallel_calls=2)]
    yield "tuples", [call("map", f("negatedPair"))]
    yield "few", [call("flat_map", f("upToIt"))]
    yield "few", [call("enumerate")]
    yield "pairs", [call("enumerate", start=7)]
    for options in [{"cycle_length": 2}, {"cycle_length": 3, "block_length": 2}, {"cycle_length": 1}, {"cycle_length": 2, "num_parallel_calls": 2}]:
        yield "numbers", [call("interleave", f("timesItself"), **options)]
    for method, args in [("take", [3]), ("take", [-1]), ("skip", [8]), ("skip", [-1]), ("shard", [3, 1]), ("repeat", [2]), ("repeat", [0]), ("prefetch", [2]), ("cache", [])]:
        yield "few" if method == "repeat" else "numbers", [call(method, *args)]
    yield "few", [call("repeat"), call("take", 7)]
    yield "few", [call("concatenate", d("tens"))]


def cases():
    return [record(*pipeline) for pipeline in [*grouped(), *batched(), *scanned(), *arranged()]]
