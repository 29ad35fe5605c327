"""CSV files, odd ones among them: what Python's CsvDataset and make_csv_dataset read in them, up to the first error."""
import gzip
import math
import os
import tempfile

import numpy as np
import tensorflow as tf

from .recorder import camel

PLAIN = "1,a,0.5\n2,b,-1\n"
TYPES = ["int32", "string", "float32"]

# case: (texts of the files, defaults: dtypes or [dtype, value], options)
RECORDS = {
    "line feeds": ([PLAIN], TYPES, {}),
    "returns and line feeds": ([PLAIN.replace("\n", "\r\n")], TYPES, {}),
    "returns alone": ([PLAIN.replace("\n", "\r")], TYPES, {}),
    "mixed line ends": (["1,a,1\r\n2,b,2\n3,c,3\r4,d,4"], TYPES, {}),
    "no last line end": ([PLAIN[:-1]], TYPES, {}),
    "a last return": (["1,a,1\r"], TYPES, {}),
    "small buffers": (['1,"a\r\nb""c",0.5\r\n22,bb,-1.25\r\n'], TYPES, {"buffer_size": 3}),
    "quotes": (['1,"a, ""b""\nc",0.5\n"2","x","-1"\n"3","\r\n",7\n'], TYPES, {}),
    "a required text that is quoted and empty": (['1,"",1\n'], TYPES, {}),
    "quotes are characters": (['1,"a,0.5\n2,b"c,1\n'], TYPES, {"use_quote_delim": False}),
    "a quote that is never closed": (['1,a,1\n2,"b,2\n3,c,3\n'], TYPES, {}),
    "a quote within a field": (['1,a,1\n2,b"c,2\n'], TYPES, {}),
    "text behind a closing quote": (['1,a,1\n2,"b"c,2\n3,d,4\n'], TYPES, {}),
    "a space before a quote": (['1,a,1\n2, "b",2\n'], TYPES, {}),
    "a quoted last field at the end": (['1,a,"2"'], TYPES, {}),
    "a delimiter at the end": (["1,a,\n2,b,"], ["int32", "string", ["float32", 9.0]], {}),
    "an empty line": (["1,a,1\n\n2,b,2\n"], TYPES, {}),
    "an empty line of one column": (["1\n\n2\n"], [["int32", 7]], {}),
    "an empty line of one column, quotes being characters": (["1\n\n2\n"], [["int32", 7]], {"use_quote_delim": False}),
    "an empty line of one required column": (["1\n\n2\n"], ["int32"], {}),
    "empty lines at the end": (["1,a,1\n\n\n"], TYPES, {}),
    "an empty file": ([""], TYPES, {}),
    "a header": (["id,word,x\n" + PLAIN], TYPES, {"header": True}),
    "a header alone": (["id,word,x\n"], TYPES, {"header": True}),
    "a header with a line end in quotes": (['id,"wo\nrd",x\n' + PLAIN], TYPES, {"header": True}),
    "several files with headers": (["n\n1\n", "n\n", "n\n2"], ["int32"], {"header": True}),
    "tabs": (["1\ta,b\t0.5\n"], TYPES, {"field_delim": "\t"}),
    "semicolons": (['1;"a;b";0.5\n'], TYPES, {"field_delim": ";"}),
    "missing values": ([",,\n1,,\n,a,2\n"], [["int32", -1], ["string", "none"], ["float32", 0.5]], {}),
    "missing values by a word": (["-,-,-\n1,\"-\",2\n,,\n"], [["int32", -1], ["string", "none"], ["float32", 0.5]], {"na_value": "-"}),
    "a required value that is missing": (["1,a,1\n2,b,\n"], TYPES, {}),
    "all dtypes": (["1,2,3.5,4.25,five\n"], ["int32", "int64", "float32", "float64", "string"], {}),
    "numbers at their limits": (
        ["-2147483648,9223372036854775807,3.4028235e38,1e308\n"], ["int32", "int64", "float32", "float64"], {}),
    "an int32 beyond its limit": (["2147483647\n2147483648\n"], ["int32"], {}),
    "an int64 beyond its limit": (["9223372036854775808\n"], ["int64"], {}),
    "floats in other words": (["nan,inf\n-inf,NaN\n1e-400,1e400\n0x1p3,1e5\n.5,5.\n"], ["float32", "float64"], {}),
    "a float where an integer is expected": (["1\n1.0\n"], ["int32"], {}),
    "an underscore in a number": (["1_000\n"], ["int32"], {}),
    "a plus before numbers": (["+1,+2.5\n"], ["int32", "float32"], {}),
    "white space around numbers": ([" 1 ,\t2.5 \n"], ["int32", "float32"], {}),
    "white space alone": (["1\n \n"], [["int32", 7]], {}),
    "white space is kept in strings": (["1, a ,1\n"], TYPES, {}),
    "letters beyond ASCII": (["1,\u00e4\u20ac\U0001f600,1\n"], TYPES, {}),
    "too few fields": (["1,a,1\n2,b\n"], TYPES, {}),
    "too many fields": (["1,a,1\n2,b,2,3\n"], TYPES, {}),
    "selected columns": (["1,a,0.5,x\n2,b,-1,y\n"], ["string", "string"], {"select_cols": [1, 3]}),
    "selected columns of records of many lengths": (["1,a\n2,b,c\n3\n"], ["string"], {"select_cols": [1]}),
    "a bad value in a column that is not selected": (['x,1\ny,2\n'], ["int32"], {"select_cols": [1]}),
    "excluded columns": (["1,a,0.5\n2,b,-1\n"], ["int32", "float32"], {"exclude_cols": [1]}),
    "excluded columns of records with more fields": (["1,a,0.5\n2,b,-1,x\n"], ["int32", "float32"], {"exclude_cols": [1]}),
    "gzip": ([PLAIN], TYPES, {"compression_type": "GZIP"}),
}

MANY = "id,word,x\n" + "".join(f"{i},w{i},{i / 4}\n" for i in range(5))

# case: (texts of the files, batch size, options)
BATCHES = {
    "inferred columns": ([MANY], 2, {}),
    "a label": ([MANY], 2, {"label_name": "x"}),
    "selected columns by name and number": ([MANY], 5, {"select_columns": ["x", 0]}),
    "no header": (["1,a\n2,b\n"], 2, {"header": False, "column_names": ["n", "w"]}),
    "other names than the header": (["a,b\n1,2\n"], 1, {"column_names": ["n", "m"]}),
    "given defaults": (["a,b\n1,\n,x\n"], 2, {"column_defaults": [["int32", -1], ["string", "?"]]}),
    "required columns": (["a,b\n1,x\n2,\n"], 1, {"column_defaults": ["int64", "string"]}),
    "several files": (["a\n1\n2\n", "a\n3\n", "a\n"], 2, {}),
    "tabs and a word for what is missing": (["a\tb\n1\tNA\nNA\tx\n"], 2, {"field_delim": "\t", "na_value": "NA"}),
    "a repeated dataset": (["a\n1\n2\n3\n"], 2, {"num_epochs": 2}),
    "a column of nothing": (["a,b\n,1\n,2\n"], 2, {}),
    "wide integers": (["a\n1\n3000000000\n"], 2, {}),
    "integers and floats": (["a\n1\n2.5\n"], 2, {}),
    "floats beyond float32": (["a\n1\n1e300\n"], 2, {}),
    "words for what is no number": (["a,b\nnan,inf\n1,2\n"], 2, {}),
    "white space around numbers": (["a\n 1\n2 \n"], 2, {}),
    "rows for inference": (["a\n1\n2\nx\n"], 1, {"num_rows_for_inference": 2}),
    "all rows for inference": (["a\n" + "1\n" * 100 + "x\n"], 101, {"num_rows_for_inference": None}),
    "bad records left out": (["a,b\n1,2\n3\n4,x\n5,6\n"], 4, {"ignore_errors": True, "column_defaults": ["int32", "int32"]}),
    "quoted names": (['"a ""b""","c,d"\n1,2\n'], 1, {}),
}


def cases():
    with tempfile.TemporaryDirectory() as folder:
        return [
            *(records_case(folder, case, *given) for case, given in RECORDS.items()),
            *(batches_case(folder, case, *given) for case, given in BATCHES.items()),
        ]


def files_of(folder, texts, packed):
    paths = []
    for i, text in enumerate(texts):
        paths.append(os.path.join(folder, f"{i}.csv"))
        with (gzip.open if packed else open)(paths[-1], "wb") as file:
            file.write(text.encode())
    return paths


def default(given):
    if isinstance(given, str):
        return tf.as_dtype(given)
    dtype, value = given
    return tf.constant([value], dtype)


def records_case(folder, case, texts, defaults, options):
    paths = files_of(folder, texts, options.get("compression_type"))
    dataset = tf.data.experimental.CsvDataset(paths, [default(given) for given in defaults], **options)
    ours = {camel(name): value for name, value in options.items() if name != "buffer_size"}
    given = {"texts": texts, "defaults": defaults}
    return {"name": "tf.data.experimental.CsvDataset", "case": case, "args": [given], "options": ours, **read(dataset)}


def batches_case(folder, case, texts, batch_size, options):
    paths = files_of(folder, texts, None)
    python = {"shuffle": False, "num_epochs": 1, **options}
    if "column_defaults" in options:
        python["column_defaults"] = [default(given) for given in options["column_defaults"]]
    dataset = tf.data.experimental.make_csv_dataset(paths, batch_size, **python)
    ours = {camel(name): value for name, value in {"shuffle": False, "num_epochs": 1, **options}.items()}
    given = {"texts": texts, "batchSize": batch_size}
    return {"name": "tf.data.experimental.makeCsvDataset", "case": case, "args": [given], "options": ours, **read(dataset)}


def read(dataset):
    """The dtypes, the elements before the first error, and whether there is one."""
    elements = []
    try:
        for element in dataset.as_numpy_iterator():
            elements.append(plain(element))
    except (tf.errors.InvalidArgumentError, tf.errors.DataLossError):
        return {"dtypes": dtypes(dataset.element_spec), "elements": elements, "fails": True}
    return {"dtypes": dtypes(dataset.element_spec), "elements": elements, "fails": False}


def dtypes(spec):
    return tf.nest.map_structure(lambda leaf: leaf.dtype.name, to_plain(spec))


def to_plain(value):
    if isinstance(value, dict):
        return {name: to_plain(item) for name, item in value.items()}
    return [to_plain(item) for item in value] if isinstance(value, (tuple, list)) else value


def plain(value):
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray) and value.ndim > 0:
        return [plain(item) for item in value]
    if isinstance(value, bytes):
        return value.decode()
    number = value.item()
    if isinstance(number, bytes):
        return number.decode()
    if isinstance(number, float) and not math.isfinite(number):
        return str(number)
    return number if abs(number) < 2**53 or isinstance(number, float) else str(number)
