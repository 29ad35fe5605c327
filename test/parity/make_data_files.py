"""Writes data-files/: files of arrays and records as Python writes them, with what Python reads of them. `python make_data_files.py`

Needs TensorFlow, as make_golden.py does, and pyarrow. Values are seeded; the archives hold the date of their making.
"""
import datetime
import decimal
import json
import os
import pathlib

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import ml_dtypes  # noqa: E402
import numpy as np  # noqa: E402
import pyarrow as pa  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402
import tensorflow as tf  # noqa: E402

FOLDER = pathlib.Path(__file__).parent / "data-files"
ROWS = 30
EXPECTED = {}
RANDOM = np.random.default_rng(7)


def component(value):
    """Dtype, shape and bytes of a tensor; texts one by one."""
    tensor = tf.convert_to_tensor(value)
    if tensor.dtype == tf.string:
        return ["string", tensor.shape.as_list(), [text.hex() for text in np.ravel(np.array(tensor.numpy(), object)).tolist()]]
    return [tensor.dtype.name, tensor.shape.as_list(), np.ascontiguousarray(tensor.numpy()).tobytes().hex()]


def slices(name, arrays):
    """What tf.data reads of the arrays; it cannot pass on elements of 8 bits, whose slices are the same."""
    if any(array.dtype.name.startswith("float8") for array in arrays.values()):
        rows = [{key: array[i] for key, array in arrays.items()} for i in range(len(next(iter(arrays.values()))))]
    else:
        rows = tf.data.Dataset.from_tensor_slices(arrays)
    EXPECTED[name] = [{key: component(value) for key, value in row.items()} for row in rows]


def npy_files():
    numbers = RANDOM.normal(size=(6, 2, 3)) * 50
    for dtype in ["?", "i1", "i2", "i4", "i8", "f2", "f4", "f8", "c8", "c16", ">i2", ">f4", ">f8", ">c8", "S4", "U4"]:
        array = numbers.astype("i4").astype(dtype) if dtype[0] in "SU" else numbers.astype(dtype)
        write_npy(array)
    for dtype in ["u1", "u2", "u4", "u8"]:
        write_npy(np.abs(numbers).astype(dtype))
    for dtype in [ml_dtypes.bfloat16, ml_dtypes.float8_e4m3fn, ml_dtypes.float8_e5m2]:
        write_npy(numbers.astype(dtype))
    write_npy(np.arange(5.0), "scalars")
    write_npy(np.asfortranarray(np.arange(4)), "fortran-vector")
    write_npy(np.zeros((3, 0), "f4"), "nothing")
    arrays = {"x": numbers.astype("f4"), "label": np.arange(6), "names": np.array(["a", "é", "", "bc", "def", "ghij"])}
    np.savez(FOLDER / "arrays.npz", **arrays)
    np.savez_compressed(FOLDER / "packed.npz", **arrays)
    for name in ["arrays.npz", "packed.npz"]:
        slices(name, {key: texts(array) for key, array in arrays.items()})


def write_npy(array, name=None):
    name = f"{name or array.dtype.str.strip('<|=').replace('>', 'big-') + '-' + array.dtype.name}.npy"
    np.save(FOLDER / name, array)
    read = texts(array) if array.dtype.kind in "SU" else array.astype(array.dtype.newbyteorder("="))
    slices(name, {"": read})


def texts(array):
    return np.char.encode(array, "utf-8") if array.dtype.kind == "U" else array


def parquet_files():
    n = ROWS
    start = datetime.datetime(2021, 5, 4, 3, 2, 1, 987654)
    rows = {
        "int8": (pa.array(np.arange(n, dtype="i1") - 9), np.arange(n, dtype="i1") - 9),
        "uint32": (pa.array(np.arange(n, dtype="u4") * 140000000), np.arange(n, dtype="u4") * 140000000),
        "uint64": (pa.array(np.arange(n, dtype="u8") + 2**63), np.arange(n, dtype="u8") + 2**63),
        "int64": (pa.array(np.arange(n) * 2**55), np.arange(n) * 2**55),
        "flag": (pa.array(np.arange(n) % 3 == 0), np.arange(n) % 3 == 0),
    }
    for name, dtype, as_read in [("half", "f2", "f4"), ("float", "f4", "f4"), ("double", "f8", "f8")]:
        values = RANDOM.normal(size=n).astype(dtype)
        rows[name] = (pa.array(values), values.astype(as_read))
    words = [f"text {i % 4} é" for i in range(n)]
    rows["text"] = (pa.array(words), [word.encode() for word in words])
    rows["raw"] = (pa.array([bytes([i, 255, 0]) for i in range(n)]), [bytes([i, 255, 0]) for i in range(n)])
    for unit, scale in [("ms", 1000), ("us", 1), ("ns", 1)]:
        times = pa.array([start + datetime.timedelta(microseconds=scale * i) for i in range(n)], pa.timestamp("us"))
        times = times.cast(pa.timestamp(unit), safe=False)
        rows[f"time_{unit}"] = (times, times.cast(pa.int64()).to_numpy())
    days = pa.array([datetime.date(1969, 12, 30) + datetime.timedelta(i) for i in range(n)])
    rows["day"] = (days, days.cast(pa.int32()).to_numpy())
    prices = [decimal.Decimal(i - 5) / 100 for i in range(n)]
    rows["price"] = (pa.array(prices, pa.decimal128(12, 2)), np.array([float(price) for price in prices]))
    holes = [None if i % 4 == 0 else i for i in range(n)]
    rows["holes"] = (pa.array(holes, pa.int32()), np.array([-1 if hole is None else hole for hole in holes], "i4"))
    vectors = RANDOM.normal(size=(n, 3)).astype("f4")
    rows["vector"] = (pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), 3), vectors)
    lists = [list(range(i % 4)) for i in range(n)]
    rows["list"] = (pa.array(lists, pa.list_(pa.int64())), [np.array(numbers, "i8") for numbers in lists])
    tags = [[f"t{j}" for j in range(i % 3)] for i in range(n)]
    rows["tags"] = (pa.array(tags, pa.list_(pa.string())), [tf.constant(names, tf.string, [len(names)]) for names in tags])
    groups = [{"x": i, "y": None if i % 5 == 0 else f"y{i}"} for i in range(n)]
    rows["group"] = (pa.array(groups), None)
    table = pa.table({name: stored for name, (stored, _) in rows.items()})
    read = {name: values for name, (_, values) in rows.items() if values is not None}
    read["group.x"] = np.arange(n)
    read["group.y"] = [b"none" if i % 5 == 0 else f"y{i}".encode() for i in range(n)]
    expected = [{name: component(values[i]) for name, values in read.items()} for i in range(n)]
    kinds = {
        "snappy": {},
        "zstd-groups": {"compression": "zstd", "row_group_size": 11},
        "gzip-plain": {"compression": "gzip", "use_dictionary": False},
        "brotli-pages": {"compression": "brotli", "data_page_version": "2.0", "data_page_size": 64},
        "lz4": {"compression": "lz4"},
        "unpacked": {"compression": "none"},
        "delta": {"use_dictionary": False, "column_encoding": {"int64": "DELTA_BINARY_PACKED", "text": "DELTA_BYTE_ARRAY",
                                                                "raw": "DELTA_LENGTH_BYTE_ARRAY", "double": "BYTE_STREAM_SPLIT"}},
    }
    for kind, options in kinds.items():
        pq.write_table(table, FOLDER / f"{kind}.parquet", **options)
        EXPECTED[f"{kind}.parquet"] = expected


def json_lines():
    records = [
        {"i": (i - 9) * 2**57, "f": float(RANDOM.normal()) if i % 9 else float("nan"), "b": i % 2 == 0,
         "s": f"tab\t\"{i}\" é \U0001f600", "v": RANDOM.normal(size=(2, 2)).tolist(), "l": list(range(i % 3)),
         "in": {"ner": [f"n{j}" for j in range(i % 2)]}}
        for i in range(ROWS)
    ]
    records[3]["f"] = float("-inf")
    lines = [json.dumps(record, ensure_ascii=i % 2 == 0) for i, record in enumerate(records)]
    (FOLDER / "records.jsonl").write_text("\n".join(lines) + "\n")
    dtypes = {"i": "i8", "f": "f8", "b": "?", "v": "f4", "l": "i4"}
    EXPECTED["records.jsonl"] = [
        {**{name: component(np.array(record[name], dtype)) for name, dtype in dtypes.items()}, "s": component(record["s"]),
         "in.ner": component(tf.constant(record["in"]["ner"], tf.string, [len(record["in"]["ner"])]))}
        for record in map(json.loads, lines)
    ]


FOLDER.mkdir(exist_ok=True)
npy_files()
parquet_files()
json_lines()
text = ",\n".join(json.dumps(name) + ": [\n" + ",\n".join(map(json.dumps, rows)) + "\n]" for name, rows in EXPECTED.items())
(FOLDER / "expected.json").write_text("{\n" + text + "\n}\n")
