"""Writes data-files/records.json: files of records, whole and damaged, with what tf.data reads of them. `python make_record_files.py`

Needs TensorFlow, as make_golden.py does. A case holds the file's bytes, how it is read, the records that come, and the error that ends
them. Values are seeded; gzip's date is left out, so a run again gives the same file.
"""
import base64
import gzip
import json
import os
import pathlib
import random
import tempfile
import zlib

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import tensorflow as tf  # noqa: E402

FILE = pathlib.Path(__file__).parent / "data-files" / "records.json"
RANDOM = random.Random(5)
CASES = []


def text(data):
    return base64.b64encode(data).decode()


def read(data, kind, options):
    """The records that tf.data gives, and the class of the error behind them."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "file")
        pathlib.Path(path).write_bytes(data)
        compression = options.get("compressionType", "")
        if kind == "tfrecord":
            dataset = tf.data.TFRecordDataset(path, compression_type=compression)
        elif kind == "lines":
            dataset = tf.data.TextLineDataset(path, compression_type=compression)
        else:
            dataset = tf.data.FixedLengthRecordDataset(
                path, options["recordBytes"], options.get("headerBytes", 0), options.get("footerBytes", 0), compression_type=compression)
        records = []
        try:
            for record in dataset:
                records.append(record.numpy())
        except tf.errors.OpError as error:
            return records, type(error).__name__
        return records, None


def case(name, data, kind, **options):
    records, error = read(data, kind, options)
    CASES.append({"name": name, "kind": kind, "options": options, "file": text(data), "records": [text(r) for r in records], "error": error})


def written(records, compression=""):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "file")
        with tf.io.TFRecordWriter(path, compression) as writer:
            for record in records:
                writer.write(record)
        return pathlib.Path(path).read_bytes()


def packed(data, compression):
    return gzip.compress(data, mtime=0) if compression == "GZIP" else zlib.compress(data)


def tf_records():
    records = [bytes(RANDOM.randrange(256) for _ in range(n)) for n in [0, 1, 7, 255, 256, 257, 1000]]
    whole = written(records)
    case("records of many lengths", whole, "tfrecord")
    for compression in ["GZIP", "ZLIB"]:
        case(f"records packed with {compression}", written(records, compression), "tfrecord", compressionType=compression)
    case("two streams of gzip", packed(written([b"one"]), "GZIP") + packed(written([b"two"]), "GZIP"), "tfrecord", compressionType="GZIP")
    few = written([b"one", b"two", b"three", b"four"])
    second = len(written([b"one"]))
    damages = {
        "no bytes": b"",
        "a length cut": few[:second + 5],
        "a header cut": few[:second + 11],
        "data cut": few[:second + 14],
        "a footer cut": few[:second + 17],
        "the last byte cut": few[:-1],
        "another length": changed(few, second),
        "another sum of the length": changed(few, second + 9),
        "another byte": changed(few, second + 13),
        "another sum of the data": changed(few, second + 16),
        "a length beyond the file": few[:second] + header(10 ** 6) + few[second + 12:],
        "a length beyond all files": few[:second] + header(2 ** 63 + 5) + few[second + 12:],
        "bytes behind the last record": few + b"abc",
        "no records at all": b"this is a text and no file of records",
    }
    for name, data in damages.items():
        case(name, data, "tfrecord")
    case("gzip that is cut", packed(few, "GZIP")[:-12], "tfrecord", compressionType="GZIP")
    case("what is not packed read as packed", few, "tfrecord", compressionType="GZIP")


def changed(data, at):
    return data[:at] + bytes([data[at] ^ 4]) + data[at + 1:]


def header(length):
    """A length with the sum that belongs to it."""
    data = length.to_bytes(8, "little")
    return data + masked(crc32c(data)).to_bytes(4, "little")


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def masked(crc):
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def lines():
    texts = {
        "lines": b"one\ntwo\nthree\n",
        "a last line without an end": b"one\ntwo",
        "empty lines": b"\n\none\n\n",
        "lines of Windows": b"one\r\ntwo\r\n\r\nthree",
        "returns within lines": b"a\rb\n\r\n\rc\r\r\nd\r",
        "one newline": b"\n",
        "one return": b"\r",
        "bytes that are no text": bytes([0, 255, 10, 128, 0, 10]),
        "a long line": b"x" * 3000 + b"\n" + b"y" * 5000,
        "an empty text": b"",
    }
    for name, data in texts.items():
        case(name, data, "lines")
    for compression in ["GZIP", "ZLIB"]:
        case(f"lines packed with {compression}", packed(texts["lines of Windows"], compression), "lines", compressionType=compression)


def fixed_lengths():
    data = bytes(range(24))
    case("records of 4 bytes", data, "fixed", recordBytes=4)
    case("records of 1 byte", data, "fixed", recordBytes=1)
    case("between header and footer", data, "fixed", recordBytes=5, headerBytes=3, footerBytes=1)
    for compression in ["GZIP", "ZLIB"]:
        packed_data = packed(data, compression)
        case(f"of one length, packed with {compression}", packed_data, "fixed", recordBytes=4, headerBytes=4, footerBytes=4, compressionType=compression)
    case("bytes left over", data, "fixed", recordBytes=5)
    case("less than a record", data, "fixed", recordBytes=30)
    case("less than a header", data, "fixed", recordBytes=2, headerBytes=30)
    case("nothing between header and footer", data[:4], "fixed", recordBytes=2, headerBytes=2, footerBytes=2)
    case("of one length, no bytes", b"", "fixed", recordBytes=2)


tf_records()
lines()
fixed_lengths()
FILE.write_text(json.dumps({"tensorflow": tf.__version__, "cases": CASES}, indent=0) + "\n")
