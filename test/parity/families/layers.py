"""Keras layers: outputs, gradients of inputs and trainable weights, and the weights after the call."""
import numpy as np
import tensorflow as tf

from .recorder import Draw, Made, seed_of, tensor, to_json


class Layers:
    """`layers("Dense", 3, inputs=[x], case="matrix", activation="relu")` records one call of one layer."""

    def __init__(self):
        self.cases = []

    def __call__(self, name, *args, inputs, case, training=None, tolerance=None, **config):
        path = f"tf.keras.layers.{name}"
        made = Made(path, *args, **config)
        constructor = to_json(made)["object"]
        layer = made.python()
        tensors = [tf.constant(array) for array in inputs]
        argument = tensors[0] if len(tensors) == 1 else tensors
        layer(argument)
        self.draw_weights(layer, f"{path} {case}")
        record = {"name": path, "case": case, "args": constructor["args"], "options": constructor["options"]}
        record["inputs"] = [tensor(array) for array in inputs]
        record["training"] = training
        record["weights"] = [tensor(w) for w in layer.get_weights()]
        with tf.GradientTape() as tape:
            floats = [item for item in tensors if item.dtype.is_floating]
            tape.watch(floats)
            output = layer(argument, training=training) if training is not None else layer(argument)
        upstream = np.round(seed_of(case).normal(size=output.shape), 3).astype(output.dtype.as_numpy_dtype)
        sources = floats + [w.value for w in layer.trainable_variables]
        values = tape.gradient(output, sources, output_gradients=tf.constant(upstream))
        gradients = [None if value is None else tensor(value) for value in values]
        record["outputs"] = [tensor(output)]
        record["gradients"] = {"upstream": [tensor(upstream)], "inputs": gradients[:len(floats)], "weights": gradients[len(floats):]}
        record["weightsAfter"] = [tensor(w) for w in layer.get_weights()]
        if tolerance is not None:
            record["tolerance"] = tolerance
        self.cases.append(record)

    def draw_weights(self, layer, text):
        draw = Draw(text)
        fresh = [draw.uniform(0.3, 1.5, *v.shape) if "variance" in v.path else draw.normal(*v.shape) for v in layer.weights]
        layer.set_weights(fresh)


def dense(layers):
    draw = Draw("dense")
    x = draw.away(3, 4)
    layers("Dense", 2, inputs=[x], case="plain")
    layers("Dense", 3, inputs=[x], activation="relu", case="relu")
    layers("Dense", 3, inputs=[x], activation="softmax", use_bias=False, case="softmax without bias")
    layers("Dense", 2, inputs=[draw.normal(2, 3, 4)], activation="tanh", case="three axes")
    layers("Dense", 2, inputs=[x.astype(np.float64)], dtype="float64", case="float64")
    layers("Embedding", 6, 3, inputs=[np.array([[0, 5], [5, 2]], np.int32)], case="one twice")
    layers("Embedding", 4, 2, inputs=[np.array([1, 3, 3], np.int32)], case="vector")
    for name in ("relu", "sigmoid", "elu", "linear"):
        layers("Activation", name, inputs=[x], case=name)
    layers("Dropout", 0.5, inputs=[x], training=False, case="inference")
    layers("Dropout", 0.0, inputs=[x], training=True, case="rate 0")
    layers("Flatten", inputs=[draw.normal(2, 2, 3)], case="three axes")
    layers("Flatten", inputs=[draw.normal(2)], case="a vector gets an axis")
    layers("Reshape", [3, 2], inputs=[draw.normal(2, 6)], case="given")
    layers("Reshape", [-1, 2], inputs=[draw.normal(2, 2, 3)], case="inferred")
    a, b, c = draw.normal(2, 3), draw.normal(2, 3), draw.normal(2, 2)
    layers("Concatenate", inputs=[a, c], case="last axis")
    layers("Concatenate", axis=1, inputs=[draw.normal(2, 1, 2), draw.normal(2, 3, 2)], case="axis 1")
    layers("Add", inputs=[a, b], case="two")
    layers("Add", inputs=[a, b, draw.normal(2, 3)], case="three")


def convolutional(layers):
    draw = Draw("convolutional")
    x = draw.normal(2, 6, 5, 2)
    layers("Conv2D", 3, 3, inputs=[x], case="plain")
    layers("Conv2D", 2, [2, 3], inputs=[x], strides=[2, 1], padding="same", activation="sigmoid", case="strides, same, sigmoid")
    layers("Conv2D", 2, 2, inputs=[x], dilation_rate=2, use_bias=False, case="dilation without bias")
    layers("Conv2D", 4, 2, inputs=[draw.normal(1, 4, 4, 4)], groups=2, case="groups")
    x = draw.distinct(2, 5, 5, 2)
    layers("MaxPooling2D", inputs=[x], case="default")
    layers("MaxPooling2D", inputs=[x], pool_size=3, strides=1, padding="same", case="overlapping, same")
    layers("AveragePooling2D", 2, inputs=[x], case="default")
    layers("AveragePooling2D", [3, 2], inputs=[x], strides=[1, 2], padding="same", case="overlapping, same")
    layers("GlobalAveragePooling2D", inputs=[x], case="default")
    layers("GlobalAveragePooling2D", inputs=[x], keepdims=True, case="kept")


def normalizing(layers):
    draw = Draw("normalizing")
    x, image = draw.normal(5, 3), draw.normal(2, 3, 3, 2)
    for training in (True, False):
        mode = "training" if training else "inference"
        layers("BatchNormalization", inputs=[x], training=training, case=f"matrix {mode}")
        layers("BatchNormalization", inputs=[image], training=training, momentum=0.8, epsilon=0.01, case=f"image {mode}")
    layers("BatchNormalization", inputs=[x], training=True, center=False, case="without center")
    layers("BatchNormalization", inputs=[x], training=True, scale=False, case="without scale")
    layers("BatchNormalization", inputs=[draw.normal(3, 2, 4)], training=True, axis=1, case="axis 1")
    layers("LayerNormalization", inputs=[x], case="default")
    layers("LayerNormalization", inputs=[image], axis=[2, 3], epsilon=1e-5, case="two axes")
    layers("LayerNormalization", inputs=[x], center=False, scale=False, case="neither center nor scale")


def cases():
    layers = Layers()
    dense(layers)
    convolutional(layers)
    normalizing(layers)
    return layers.cases
