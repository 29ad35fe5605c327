"""Runs callbacks of Python's Keras over given logs and prints what they did as JSON: `python keras_callbacks.py CASES.json`"""
import json
import re
import sys
import warnings

import keras
import numpy as np

warnings.simplefilter("ignore")


def snake(options):
    return {re.sub(r"[A-Z]", lambda letter: "_" + letter.group().lower(), name): value for name, value in options.items()}


def ran(case):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model.compile(keras.optimizers.SGD(case["learningRate"]), "mse", metrics=["mae", keras.metrics.BinaryAccuracy(name="quality")])
    model.evaluate(np.ones((1, 1)), np.ones((1, 1)), verbose=0)  # so that the metrics exist
    saved = []
    model.save = lambda path, overwrite=True: saved.append(path)
    callback = getattr(keras.callbacks, case["callback"])(*case["args"], **snake(case["options"]))
    callback.set_model(model)
    model.stop_training = False
    callback.on_train_begin()
    rates, epoch = [], 0
    for epoch, logs in enumerate(case["logs"]):
        callback.on_epoch_begin(epoch)
        model.set_weights([np.full((1, 1), float(epoch))])
        callback.on_epoch_end(epoch, dict(logs))
        rates.append(float(model.optimizer.learning_rate))
        if model.stop_training:
            break
    callback.on_train_end()
    return {"epochs": epoch + 1, "rates": rates, "weight": float(model.get_weights()[0][0, 0]), "saved": saved, "stoppedEpoch": getattr(callback, "stopped_epoch", None), "bestEpoch": getattr(callback, "best_epoch", None)}


def main():
    with open(sys.argv[1]) as file:
        cases = json.load(file)
    print(json.dumps([ran(case) for case in cases]))


if __name__ == "__main__":
    main()
