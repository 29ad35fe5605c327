"""Reads a CSV file of numeric columns in batches by make_csv_dataset: csv_rows.py ROWS COLUMNS BATCH [shuffle]"""
import os
import sys
import tempfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow as tf
from timing import THREADS, report

tf.config.threading.set_intra_op_parallelism_threads(THREADS)
tf.config.threading.set_inter_op_parallelism_threads(THREADS)
num_rows, num_columns, batch_size = (int(text) for text in sys.argv[1:4])
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "numbers.csv")
    with open(path, "w") as file:
        file.write(",".join(f"c{column}" for column in range(num_columns)) + "\n")
        for row in range(num_rows):
            values = ((row * 7919 + column * 104729) % 1000003 for column in range(num_columns))
            file.write(",".join(f"{value / 1000:.3f}" for value in values) + "\n")
    dataset = tf.data.experimental.make_csv_dataset(
        path, batch_size, num_epochs=1, shuffle="shuffle" in sys.argv
    )

    def one_pass():
        count = sum(batch["c0"].shape[0] for batch in dataset)
        assert count == num_rows

    report(one_pass, -(-num_rows // batch_size), version=f"TensorFlow {tf.__version__}")
