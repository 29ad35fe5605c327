"""Keras's preprocessing layers: what they learn from data, and their outputs, random ones with a seed of their own."""
import numpy as np
import tensorflow as tf

from .recorder import Draw, Made, tensor, to_json


class Layers:
    """`layers("Hashing", 3, x=array, case="strings", learn=data)` records one call of one layer after it has learnt from data."""

    def __init__(self):
        self.cases = []

    def __call__(self, name, *args, x, case, learn=None, **config):
        path = f"tf.keras.layers.{name}"
        made = Made(path, *args, **config)
        constructor = to_json(made)["object"]
        layer = made.python()
        if learn is not None:
            layer.adapt(tf.constant(learn))
        inputs = [tf.constant(array) for array in (x if isinstance(x, list) else [x])]
        output = layer(inputs if isinstance(x, list) else inputs[0])
        self.cases.append({
            "name": path, "case": case, "args": constructor["args"], "options": constructor["options"],
            "learn": None if learn is None else tensor(np.asarray(learn)),
            "inputs": [tensor(np.asarray(item)) for item in inputs], "outputs": [tensor(output)],
        })


def cases():
    layers = Layers()
    draw = Draw("preprocessing")
    x = draw.normal(6, 3)
    image = np.round(draw.uniform(0, 255, 3, 5, 4, 2), 1).astype(np.float32)
    words = np.array([["a", "c", "d"], ["d", "z", "b"]])
    numbers = np.array([[12, 1138, 42], [42, 1000, 12]], np.int64)
    layers("Normalization", x=x, learn=draw.normal(40, 3), case="last axis")
    layers("Normalization", x=x, learn=draw.normal(40, 3), axis=None, case="one mean")
    layers("Normalization", x=x, mean=2.0, variance=3.0, invert=True, axis=None, case="given, inverted")
    layers("Discretization", x=x, bin_boundaries=[-0.5, 0.0, 0.7], case="given")
    layers("Discretization", x=x, bin_boundaries=[-0.5, 0.0, 0.7], output_mode="one_hot", case="one-hot")
    layers("Discretization", x=x, num_bins=5, epsilon=0.01, learn=draw.normal(1000), case="learnt")
    for mode in ("one_hot", "multi_hot", "count"):
        layers("CategoryEncoding", x=np.array([[0, 3], [2, 2]], np.int32), num_tokens=4, output_mode=mode, case=mode)
    layers("Hashing", x=words, num_bins=5, case="strings")
    layers("Hashing", x=numbers, num_bins=7, salt=[133, 137], case="numbers, with salt")
    layers("Hashing", x=words, num_bins=5, mask_value="d", output_mode="multi_hot", case="mask, multi-hot")
    layers("HashedCrossing", x=[np.array(["A", "B", "A"]), np.array([101, 101, 102], np.int64)], num_bins=9, case="strings and numbers")
    for mode in ("int", "multi_hot", "count"):
        layers("StringLookup", x=words, learn=np.array([["a", "c", "d"], ["d", "c", "b"]]), output_mode=mode, mask_token="c", case=mode)
    layers("StringLookup", x=words, vocabulary=["a", "b"], num_oov_indices=3, case="several unknown")
    layers("StringLookup", x=np.array([[0, 1, 2]], np.int64), vocabulary=["a", "b"], invert=True, case="inverted")
    layers("IntegerLookup", x=numbers, learn=np.array([[12, 42, 42, 7]], np.int64), max_tokens=3, case="learnt")
    layers("IntegerLookup", x=numbers, vocabulary=[12, 36, 1138], num_oov_indices=2, output_mode="one_hot", case="one-hot")
    layers("Resizing", x=image, height=3, width=6, case="bilinear")
    layers("Resizing", x=image, height=7, width=2, interpolation="nearest", case="nearest")
    layers("RandomFlip", x=image, mode="horizontal_and_vertical", seed=5, case="both")
    layers("RandomRotation", x=image, factor=0.3, seed=5, case="reflected")
    layers("RandomRotation", x=image, factor=[0.1, 0.3], fill_mode="constant", fill_value=7.0, interpolation="nearest", seed=5, case="constant")
    layers("RandomTranslation", x=image, height_factor=0.4, width_factor=[-0.1, 0.5], seed=5, fill_mode="wrap", case="wrapped")
    layers("RandomZoom", x=image, height_factor=0.4, seed=5, case="proportions kept")
    layers("RandomZoom", x=image, height_factor=[-0.3, 0.2], width_factor=0.5, seed=5, fill_mode="nearest", case="two factors")
    layers("RandomBrightness", x=image, factor=0.3, seed=5, case="both ways")
    layers("RandomContrast", x=image, factor=[0.2, 0.6], seed=5, case="range")
    return layers.cases
