"""Twenty steps of two small networks, each with two optimizers: by fit, and by a loop over the same batches."""
import keras
import numpy as np
import tensorflow as tf

from .recorder import Draw, Made, tensor, to_json

LAYERS = "tf.keras.layers."
OPTIMIZERS = "tf.keras.optimizers."
BATCH, SAMPLES, EPOCHS = 4, 40, 2

MODELS = {
    "mlp": {
        "inputShape": [6],
        "layers": [Made(LAYERS + "Dense", 8, activation="relu"), Made(LAYERS + "Dense", 8, activation="tanh"), Made(LAYERS + "Dense", 3)],
        "loss": Made("tf.keras.losses.SparseCategoricalCrossentropy", from_logits=True),
    },
    "cnn": {
        "inputShape": [6, 6, 1],
        "layers": [Made(LAYERS + "Conv2D", 4, 3, activation="relu", padding="same"), Made(LAYERS + "MaxPooling2D"),
                   Made(LAYERS + "Conv2D", 4, 2, activation="relu"), Made(LAYERS + "Flatten"),
                   Made(LAYERS + "Dense", 3, activation="softmax")],
        "loss": Made("tf.keras.losses.SparseCategoricalCrossentropy"),
    },
}
RUNS = {
    "SGD with momentum": Made(OPTIMIZERS + "SGD", learning_rate=0.05, momentum=0.9),
    "Adam": Made(OPTIMIZERS + "Adam", learning_rate=0.01),
}


class Logs(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.batches, self.epochs = [], []

    def on_train_batch_end(self, batch, logs=None):
        self.batches.append({key: float(value) for key, value in logs.items()})

    def on_epoch_end(self, epoch, logs=None):
        self.epochs.append({key: float(value) for key, value in logs.items()})


def build(name):
    """A Sequential model with drawn weights that depend on the name alone."""
    parts = MODELS[name]
    model = keras.Sequential([keras.Input(parts["inputShape"]), *[made.python() for made in parts["layers"]]])
    draw = Draw(f"weights of {name}")
    model.set_weights([draw.uniform(-0.5, 0.5, *w.shape) for w in model.weights])
    return model


def data(name):
    """Inputs whose class can be learned: a linear rule."""
    draw = Draw(f"data of {name}")
    shape = MODELS[name]["inputShape"]
    x = draw.normal(SAMPLES, *shape)
    rule = draw.normal(int(np.prod(shape)), 3)
    return x, np.argmax(x.reshape(SAMPLES, -1) @ rule, axis=1).astype(np.int32)


def by_hand(name, made, x, y):
    """The loss of each step, before its update."""
    model, optimizer, loss = build(name), made.python(), MODELS[name]["loss"].python()
    losses = []
    for step in range(EPOCHS * SAMPLES // BATCH):
        start = step * BATCH % SAMPLES
        with tf.GradientTape() as tape:
            value = loss(y[start:start + BATCH], model(x[start:start + BATCH], training=True))
        optimizer.apply(tape.gradient(value, model.trainable_variables), model.trainable_variables)
        losses.append(float(value))
    return losses, model.get_weights()


def by_fit(name, made, x, y):
    model, logs = build(name), Logs()
    model.compile(optimizer=made.python(), loss=MODELS[name]["loss"].python(), metrics=["accuracy"])
    model.fit(x, y, batch_size=BATCH, epochs=EPOCHS, shuffle=False, verbose=0, callbacks=[logs])
    return logs, model


def cases():
    found = []
    for name, parts in MODELS.items():
        x, y = data(name)
        for case, made in RUNS.items():
            losses, weights = by_hand(name, made, x, y)
            logs, fitted = by_fit(name, made, x, y)
            for own, other in zip(weights, fitted.get_weights()):
                np.testing.assert_allclose(own, other, rtol=1e-4, atol=1e-6)
            found.append({
                "name": name, "case": case, "inputShape": parts["inputShape"], "batchSize": BATCH, "epochs": EPOCHS,
                "layers": to_json(parts["layers"]), "loss": to_json(parts["loss"]), "optimizer": to_json(made),
                "weights": [tensor(w) for w in build(name).get_weights()], "x": tensor(x), "y": tensor(y),
                "losses": [float(str(np.float32(value))) for value in losses],
                "batchLogs": logs.batches, "epochLogs": logs.epochs, "weightsAfter": [tensor(w) for w in weights],
            })
    return found
