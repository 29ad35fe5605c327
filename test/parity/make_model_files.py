"""Writes model-files/: models that Python's Keras saved, with an input and its output for each. `python make_model_files.py`

Needs the same Keras as make_golden.py. Weights are seeded; the archives hold the date of their making, so a run again changes the bytes.
"""
import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import layers  # noqa: E402

FOLDER = pathlib.Path(__file__).parent / "model-files"


def sequential():
    return keras.Sequential([
        keras.Input((8, 8, 1)),
        layers.Conv2D(3, 3, activation="relu", padding="same"),
        layers.BatchNormalization(),
        layers.MaxPooling2D(),
        layers.Conv2D(4, 3, strides=2, use_bias=False),
        layers.AveragePooling2D(1),
        layers.Flatten(),
        layers.Dropout(0.3),
        layers.Dense(6, activation="relu", kernel_regularizer="l2"),
        layers.LayerNormalization(),
        layers.Dense(3),
    ])


def functional():
    """Two inputs, a shared layer, branches of the same class whose order in the file follows their depth."""
    image, number = keras.Input((6, 6, 2), name="image"), keras.Input((4,), name="number")
    shared = layers.Dense(5, activation="relu")
    features = layers.GlobalAveragePooling2D()(layers.Conv2D(5, 3)(image))
    left = layers.Dense(5, name="left")(shared(features))
    right = shared(layers.Dense(5, activation="tanh", name="right")(number))
    merged = layers.Add()([left, right])
    joined = layers.Concatenate()([merged, layers.Reshape((4,))(number), features])
    return keras.Model({"image": image, "number": number}, [layers.Dense(2, name="first")(joined), layers.Dense(1, activation="sigmoid", name="second")(merged)])


def embedding():
    return keras.Sequential([keras.Input((5,), dtype="int32"), layers.Embedding(11, 4), layers.Flatten(), layers.Activation("tanh"), layers.Dense(2, activation="softmax")])


def randomize(model, seed):
    draw = np.random.default_rng(seed)
    model.set_weights([np.abs(draw.normal(size=w.shape)).astype("float32") * 0.3 + 0.1 if "variance" in v.path else draw.normal(size=w.shape).astype("float32") * 0.3 for v, w in zip(model.weights, model.get_weights())])


def listed(value):
    return np.asarray(value).tolist()


def main():
    FOLDER.mkdir(exist_ok=True)
    draw = np.random.default_rng(7)
    cases = {}
    image, number = draw.normal(size=(4, 6, 6, 2)).astype("float32"), draw.normal(size=(4, 4)).astype("float32")
    inputs = {"sequential": draw.normal(size=(4, 8, 8, 1)).astype("float32"), "functional": {"image": image, "number": number}, "embedding": draw.integers(0, 11, size=(4, 5)).astype("int32")}
    for seed, (name, make) in enumerate({"sequential": sequential, "functional": functional, "embedding": embedding}.items()):
        keras.utils.clear_session()
        keras.utils.set_random_seed(seed)
        model = make()
        randomize(model, seed)
        x = inputs[name]
        if name == "functional":
            model.compile(keras.optimizers.SGD(0.01, momentum=0.9), loss=["mse", "binary_crossentropy"])
            model.train_on_batch(x, [np.zeros((4, 2), "float32"), np.ones((4, 1), "float32")])
        else:
            outputs = 3 if name == "sequential" else 2
            model.compile(keras.optimizers.Adam(1e-3), keras.losses.SparseCategoricalCrossentropy(from_logits=name == "sequential"), metrics=["accuracy"])
            model.train_on_batch(x, np.arange(4) % outputs)
        model.save(FOLDER / f"{name}.keras")
        model.save_weights(FOLDER / f"{name}.weights.h5")
        y = model(x, training=False)
        cases[name] = {
            "inputs": {key: listed(value) for key, value in x.items()} if isinstance(x, dict) else listed(x),
            "outputs": [listed(part) for part in y] if isinstance(y, (list, tuple)) else [listed(y)],
            "optimizer": type(model.optimizer).__name__,
            "iterations": int(model.optimizer.iterations.numpy()),
        }
    text = json.dumps({"madeBy": f"make_model_files.py with Keras {keras.__version__}", "cases": cases}, separators=(",", ":"))
    (FOLDER / "cases.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
