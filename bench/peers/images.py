"""Reads a folder of JPEG files by tf.data and tf.image, decoded, resized and changed at random, in shuffled batches: images.py FILES BATCH"""
import os
import sys
import tempfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf
from timing import THREADS, report

tf.config.threading.set_intra_op_parallelism_threads(THREADS)
tf.config.threading.set_inter_op_parallelism_threads(THREADS)
num_files, batch_size = (int(text) for text in sys.argv[1:3])
SIDE = 128


def picture(i):
    y, x, channel = np.meshgrid(np.arange(SIDE), np.arange(SIDE), np.arange(3), indexing="ij")
    pixels = (x * (i % 5 + 1) + y * 2 + ((x >> 4) ^ (y >> 4)) * 24 + channel * 40 + i) % 256
    return tf.io.encode_jpeg(pixels.astype(np.uint8)).numpy()


def change(images, labels):
    images = tf.image.random_flip_left_right(images)
    return tf.clip_by_value(tf.image.random_brightness(images, 0.2 * 255), 0, 255), labels


with tempfile.TemporaryDirectory() as folder:
    for name in "ab":
        os.mkdir(os.path.join(folder, name))
    for i in range(num_files):
        with open(os.path.join(folder, "b" if i % 2 else "a", f"{i}.jpg"), "wb") as file:
            file.write(picture(i))
    dataset = tf.keras.utils.image_dataset_from_directory(
        folder, image_size=(96, 96), batch_size=batch_size, seed=1, verbose=False)
    dataset = dataset.map(change, num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)

    def one_pass():
        count = sum(images.shape[0] for images, _ in dataset)
        assert count == num_files

    report(one_pass, -(-num_files // batch_size), version=f"TensorFlow {tf.__version__}")
