"""Reads TFRecords of images of 28 x 28 bytes with labels by tf.data: records.py RECORDS BATCH [shuffled] [batched]

`shuffled` draws from a buffer of the whole file; `batched` parses whole batches, tf.data's best form, instead of record by record.
"""
import os
import sys
import tempfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf
from timing import THREADS, report

tf.config.threading.set_intra_op_parallelism_threads(THREADS)
tf.config.threading.set_inter_op_parallelism_threads(THREADS)
num_records, batch_size = (int(text) for text in sys.argv[1:3])
FEATURES = {"image": tf.io.FixedLenFeature([], tf.string), "label": tf.io.FixedLenFeature([], tf.int64)}


def example(i):
    image = ((i * 31 + np.arange(28 * 28) * 7) % 251).astype(np.uint8).tobytes()
    return tf.train.Example(features=tf.train.Features(feature={
        "image": tf.train.Feature(bytes_list=tf.train.BytesList(value=[image])),
        "label": tf.train.Feature(int64_list=tf.train.Int64List(value=[i % 10])),
    })).SerializeToString()


def decoded(image, shape):
    return tf.cast(tf.reshape(tf.io.decode_raw(image, tf.uint8), shape), tf.float32) / 255


def parse(record):
    parsed = tf.io.parse_single_example(record, FEATURES)
    return decoded(parsed["image"], [28, 28, 1]), parsed["label"]


def parse_batch(records):
    parsed = tf.io.parse_example(records, FEATURES)
    return decoded(parsed["image"], [-1, 28, 28, 1]), parsed["label"]


with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "images.tfrecord")
    with tf.io.TFRecordWriter(path) as writer:
        for i in range(num_records):
            writer.write(example(i))
    dataset = tf.data.TFRecordDataset(path)
    if "shuffled" in sys.argv:
        dataset = dataset.shuffle(num_records)
    if "batched" in sys.argv:
        dataset = dataset.batch(batch_size).map(parse_batch, num_parallel_calls=tf.data.AUTOTUNE)
    else:
        dataset = dataset.map(parse, num_parallel_calls=tf.data.AUTOTUNE).batch(batch_size)
    dataset = dataset.prefetch(tf.data.AUTOTUNE)

    def one_pass():
        count = sum(images.shape[0] for images, _ in dataset)
        assert count == num_records

    report(one_pass, -(-num_records // batch_size), version=f"TensorFlow {tf.__version__}")
