"""Opens files that this project wrote with Python's Keras and prints what it sees as JSON: `python keras_opens.py CASES.json`

Each case names a file, how it is opened, an input, and labels where the model is compiled. Keras's numpy backend is enough.
"""
import json
import sys
import warnings

import keras
import numpy as np

warnings.filterwarnings("error", category=UserWarning)  # what Keras only warns of, as a skipped state of an optimizer, is an error here


@keras.saving.register_keras_serializable(package="test")
class Doubling(keras.layers.Layer):
    def call(self, inputs):
        return inputs * 2


class Block(keras.layers.Layer):
    def __init__(self, units, **options):
        super().__init__(**options)
        self.inner = keras.layers.Dense(units, activation="tanh")
        self.norm = keras.layers.LayerNormalization()

    def call(self, inputs):
        return self.norm(self.inner(inputs))


class Subclassed(keras.Model):
    """The same attributes as the class of this name in keras-opens.test.ts."""

    def __init__(self):
        super().__init__()
        self.scale = self.add_weight(shape=(2,), name="scale")
        self.first_block = Block(6)
        self.branches = [keras.layers.Dense(4), keras.layers.Dense(4, use_bias=False), [Block(4)]]
        self.by_name = {"b": keras.layers.Dense(3), "a": keras.layers.Dense(3)}
        self.table = keras.layers.Embedding(5, 3)
        self.head = keras.layers.Dense(2)
        self.seen = keras.metrics.Mean(name="seen")

    def call(self, inputs):
        hidden = self.first_block(inputs)
        joined = self.branches[0](hidden) + self.branches[1](hidden) + self.branches[2][0](hidden)
        rows = self.table(np.zeros([1], "int32"))
        return self.head(self.by_name["b"](joined) + self.by_name["a"](joined) + rows) * self.scale


def listed(value):
    return np.asarray(value).tolist()


def to_arrays(value):
    if isinstance(value, dict):
        if "dtype" in value:
            return np.asarray(value["values"], value["dtype"])
        return {key: to_arrays(item) for key, item in value.items()}
    return [to_arrays(item) for item in value]


def opened(case):
    if case["how"] == "model":
        return keras.saving.load_model(case["file"])
    if case["how"] == "subclassed":
        model = Subclassed()
        model(to_arrays(case["inputs"]))
    else:
        model = keras.models.model_from_json(case["json"])
        if case["compile"]:
            model.compile_from_config(json.loads(case["json"])["compile_config"])
    model.load_weights(case["file"])
    return model


def seen(case):
    model = opened(case)
    inputs = to_arrays(case["inputs"])
    outputs = model(inputs, training=False)
    result = {"outputs": [listed(part) for part in (outputs if isinstance(outputs, (list, tuple)) else [outputs])], "config": model.get_config() if case["how"] == "model" else None}
    if case["labels"] is not None:
        result["logs"] = {name: float(value) for name, value in model.evaluate(inputs, to_arrays(case["labels"]), verbose=0, return_dict=True).items()}
        optimizer = model.optimizer
        result["optimizer"] = {"class": type(optimizer).__name__, "config": optimizer.get_config(), "variables": [listed(variable.value) for variable in optimizer.variables]}
    return result


def main():
    with open(sys.argv[1]) as file:
        cases = json.load(file)
    results = {}
    for name, case in cases.items():
        try:
            results[name] = seen(case)
        except Exception as error:
            results[name] = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(results, default=lambda value: keras.saving.serialize_keras_object(value)))


if __name__ == "__main__":
    main()
