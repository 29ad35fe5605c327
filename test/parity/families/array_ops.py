"""Shapes, slices, gathers and scatters, and the methods of Tensor."""
import numpy as np
import tensorflow as tf

from .ops import Ops
from .recorder import Draw


def shapes(ops):
    x = Draw("shapes").normal(2, 3, 4)
    ops("tf.reshape", x, [4, 6], case="to a matrix")
    ops("tf.reshape", x, [-1], case="flat")
    ops("tf.reshape", x, [3, -1, 2], case="one inferred")
    ops("tf.reshape", x[0, 0, :1], [], case="to a scalar")
    ops("tf.reshape", np.zeros((0, 3), np.float32), [3, 0], case="nothing")
    ops("tf.transpose", x, case="all reversed")
    ops("tf.transpose", x, perm=[1, 0, 2], case="permutation")
    ops("tf.transpose", x[0].astype(np.float64), case="float64 matrix")
    for axis in (0, 1, -1):
        ops("tf.expand_dims", x[0], axis, case=f"axis {axis}")
    ops("tf.squeeze", x.reshape(1, 2, 3, 1, 4), case="all")
    ops("tf.squeeze", x.reshape(1, 2, 3, 1, 4), axis=[-2], case="one axis")
    ops("tf.broadcast_to", x[:, :1, :1], [2, 3, 4], case="two axes")
    ops("tf.broadcast_to", x[0, 0], [2, 4], case="a new axis")
    for path in ("tf.identity", "tf.stop_gradient"):
        ops(path, x[0], case="matrix")
        ops(path, np.array([1, 2], np.int32), case="int32")
    ops("tf.shape", x, case="three axes")
    ops("tf.shape", x, out_type=tf.int64, case="int64")
    for path in ("tf.rank", "tf.size"):
        ops(path, x, case="three axes")
        ops(path, np.zeros((0, 2), np.float32), case="nothing")
    ops("tf.size", x, out_type=tf.int64, case="int64")
    ops("tf.cast", x[0], tf.float64, case="to float64")
    ops("tf.cast", x[0], tf.int32, case="to int32")
    ops("tf.cast", np.array([0, 1, 2], np.int32), tf.float32, case="from int32")
    ops("tf.cast", np.array([0, 1, 2], np.int32), tf.bool, case="to bool")
    ops("tf.cast", np.array([True, False]), tf.float32, case="from bool")
    ops("tf.cast", np.array([3, -4], np.int64), tf.int32, case="from int64")
    ops("tf.cast", np.array([250, 3], np.uint8), tf.float32, case="from uint8")


def joining(ops):
    draw = Draw("joining")
    a, b, c = draw.normal(2, 3), draw.normal(2, 3), draw.normal(2, 1)
    ops("tf.concat", [a, b], 0, case="axis 0")
    ops("tf.concat", [a, c, b], 1, case="three along axis 1")
    ops("tf.concat", [a, b], -1, case="last axis")
    ops("tf.concat", [np.zeros((0, 3), np.float32), a], 0, case="with nothing")
    ops("tf.concat", [draw.ints(0, 9, 2), draw.ints(0, 9, 3)], 0, case="int32")
    for axis in (0, 1, -1):
        ops("tf.stack", [a, b], axis=axis, case=f"axis {axis}")
    ops("tf.stack", [a, b, draw.normal(2, 3)], case="default axis")
    ops("tf.unstack", a, case="default axis")
    ops("tf.unstack", a, axis=-1, case="last axis")
    ops("tf.split", draw.normal(2, 6), 3, axis=1, case="equal parts")
    ops("tf.split", draw.normal(4, 2), 2, case="default axis")
    ops("tf.split", draw.normal(2, 6), [1, 3, 2], axis=-1, case="given sizes")
    ops("tf.tile", a, [2, 3], case="both axes")
    ops("tf.tile", draw.ints(0, 9, 3), [2], case="int32")
    ops("tf.repeat", a, 2, axis=1, case="a number")
    ops("tf.repeat", a, [1, 3], axis=0, case="counts")
    ops("tf.repeat", a, 2, case="flat")
    ops("tf.meshgrid", np.array([1, 2, 3], np.float32), np.array([4, 5], np.float32), case="two", gradient=False)
    ops("tf.meshgrid", np.array([1, 2], np.int32), np.array([4, 5, 6], np.int32), indexing="ij", case="matrix indexing")
    for name, paddings in {"one side": [[0, 1], [2, 0]], "both": [[1, 1], [2, 2]]}.items():
        ops("tf.pad", a, paddings, case=name)
    ops("tf.pad", a, [[1, 0], [0, 1]], constant_values=1.5, case="a value")
    ops("tf.pad", a, [[1, 1], [2, 1]], mode="REFLECT", case="reflect")
    ops("tf.pad", a, [[1, 1], [2, 1]], mode="SYMMETRIC", case="symmetric")
    ops("tf.pad", draw.ints(0, 9, 3), [[1, 2]], case="int32")


def slices(ops):
    x = Draw("slices").normal(3, 4, 5)
    ops("tf.slice", x, [0, 1, 2], [2, 3, 2], case="inner")
    ops("tf.slice", x, [1, 0, 0], [-1, 1, -1], case="to the end")
    ops("tf.strided_slice", x, [0, 1, 0], [3, 4, 5], strides=[2, 1, 3], case="strides")
    ops("tf.strided_slice", x, [2, 3, 4], [0, 0, 0], strides=[-1, -2, -1], case="backwards")
    ops("tf.strided_slice", x, [1, 0, 1], [2, 4, 3], shrink_axis_mask=1, end_mask=2, case="masks")
    for index in ([0], [-1, "..."], ["1:3", 2], ["::2", "...", "::-1"], ["...", 1], [":", "-2:", "1:-1"], ["newaxis", 0, "newaxis"], [1, 2, 3]):
        specs = [tf.newaxis if part == "newaxis" else part for part in index]
        ops("Tensor.at", x, *specs, python=at, case=" ".join(map(str, index)))
    ops("Tensor.at", np.array([1, 2, 3, 4], np.int32), "1::2", python=at, case="int32")
    ops("tf.reverse", x[0], [1], case="one axis")
    ops("tf.reverse", x, [0, -1], case="two axes")
    ops("tf.roll", x[0], 2, 1, case="one axis")
    ops("tf.roll", x[0], [1, -2], [0, 1], case="two axes")


def at(x, *specs):
    """x.at(0, "1:3", "...", newaxis) as Python writes it."""
    def part(spec):
        if spec == "...":
            return Ellipsis
        if not isinstance(spec, str):
            return spec
        return slice(*[int(piece) if piece else None for piece in spec.split(":")])
    return x[tuple(part(spec) for spec in specs)]


def gathers(ops):
    draw = Draw("gathers")
    x = draw.normal(4, 3, 2)
    ops("tf.gather", x, np.array([0, 2, 2], np.int32), case="rows, one twice")
    ops("tf.gather", x, np.array([[1, 0], [2, 1]], np.int64), axis=1, case="axis 1, int64")
    ops("tf.gather", x, np.array([1], np.int32), axis=-1, case="last axis")
    ops("tf.gather", x, 3, case="a number")
    ops("tf.gather", x, draw.ints(0, 3, 4, 2), axis=1, batch_dims=1, case="batch")
    ops("tf.gather_nd", x, np.array([[0, 1], [3, 2]], np.int32), case="rows")
    ops("tf.gather_nd", x, np.array([[[0, 1, 1]], [[2, 0, 0]]], np.int32), case="elements")
    ops("tf.gather_nd", x, draw.ints(0, 3, 4, 1), batch_dims=1, case="batch")
    ops("tf.scatter_nd", np.array([[1], [3], [1]], np.int32), draw.normal(3, 2), [4, 2], case="sums what meets")
    ops("tf.scatter_nd", np.array([[0, 1], [2, 0]], np.int32), draw.normal(2), [3, 2], case="elements")
    for path in ("tf.tensor_scatter_nd_update", "tf.tensor_scatter_nd_add"):
        ops(path, x[0], np.array([[1], [0]], np.int32), draw.normal(2, 2), case="rows")
        ops(path, x[0], np.array([[1, 1], [2, 0]], np.int32), draw.normal(2), case="elements")
    mask = np.array([True, False, True, False])
    ops("tf.boolean_mask", x, mask, case="rows")
    ops("tf.boolean_mask", x, np.array([True, False, True]), axis=1, case="axis 1")
    ops("tf.boolean_mask", x[0], np.array([[True, False], [False, False], [True, True]]), case="matrix")
    ids = np.array([0, 0, 1, 3], np.int32)
    ops("tf.math.segment_sum", x, ids, case="sorted")
    ops("tf.math.segment_sum", x[:, 0, 0].astype(np.float64), ids.astype(np.int64), case="float64 vector")
    ops("tf.math.unsorted_segment_sum", x, np.array([2, 0, 2, 1], np.int32), 4, case="unsorted")
    ops("tf.math.unsorted_segment_sum", x[:, 0, 0], np.array([1, -1, 1, 0], np.int32), 2, case="negative ids are dropped")
    condition = draw.bools(3, 2)
    ops("tf.where", condition, x[0], draw.normal(3, 2), case="same shape")
    ops("tf.where", condition[:, :1], x[0], draw.normal(2), case="broadcast")
    ops("tf.where", np.array([[True, False], [True, True]]), case="positions")
    for depth, options in ((3, {}), (4, {"axis": 0}), (3, {"dtype": tf.int32})):
        ops("tf.one_hot", np.array([0, 2, 5, -1], np.int32), depth, case=f"depth {depth} {list(options)}", **options)
    ops("tf.one_hot", np.array([[1], [0]], np.int32), 2, on_value=draw.normal(), off_value=draw.normal(), case="given values")


def creation(ops):
    draw = Draw("creation")
    ops("tf.zeros", [2, 3], case="float32")
    ops("tf.zeros", [2], dtype=tf.int32, case="int32")
    ops("tf.ones", [2, 2], case="float32")
    ops("tf.ones", [1], dtype=tf.float64, case="float64")
    ops("tf.ones", [2], dtype=tf.bool, case="bool")
    ops("tf.fill", [2, 3], 1.5, case="a number")
    ops("tf.fill", [2, 0], draw.normal(), case="nothing")
    ops("tf.fill", [3], draw.normal(), case="a tensor")
    for path in ("tf.zeros_like", "tf.ones_like"):
        ops(path, draw.normal(2, 3), case="float32")
        ops(path, draw.ints(0, 5, 2), dtype=tf.float32, case="another dtype")
        ops(path, draw.bools(3), case="bool")
    ops("tf.range", 5, dtype=tf.int32, case="limit alone")
    ops("tf.range", 2, 11, 3, dtype=tf.int32, case="step")
    ops("tf.range", 3, 0, -1, dtype=tf.int64, case="down")
    ops("tf.range", 0.0, 1.0, 0.25, dtype=tf.float32, case="float32")
    ops("tf.linspace", 0.5, 2.5, 5, case="numbers")
    ops("tf.linspace", draw.normal(3), draw.normal(3), 4, case="tensors")
    ops("tf.linspace", draw.normal(2, dtype=np.float64), draw.normal(2, dtype=np.float64), 3, axis=1, case="axis 1")
    ops("tf.eye", 3, case="square")
    ops("tf.eye", 2, num_columns=4, case="wide")
    ops("tf.eye", 2, batch_shape=[3], dtype=tf.float64, case="batch")
    ops("tf.sequence_mask", np.array([1, 3, 0], np.int32), case="longest")
    ops("tf.sequence_mask", np.array([[1], [2]], np.int32), maxlen=4, dtype=tf.float32, case="given length")


def ordering(ops):
    draw = Draw("ordering")
    x = draw.distinct(3, 5)
    ops("tf.math.top_k", x, k=2, case="two")
    ops("tf.math.top_k", x, case="one")
    ops("tf.math.top_k", x[0], k=5, case="all")
    ops("tf.sort", x, case="ascending")
    ops("tf.sort", x, direction="DESCENDING", case="descending")
    ops("tf.sort", x, axis=0, case="axis 0")
    ops("tf.argsort", x, case="ascending")
    ops("tf.argsort", x, direction="DESCENDING", axis=0, case="descending, axis 0")
    ops("tf.unique", np.array([3, 1, 3, 2, 1], np.int32), case="int32")
    ops("tf.unique", np.array(["b", "a", "b"]), out_idx=tf.int64, case="strings")
    ops("tf.searchsorted", np.array([1, 3, 3, 7], np.float32), np.array([0, 3, 8], np.float32), case="left", gradient=False)
    ops("tf.searchsorted", np.array([1, 3, 3, 7], np.float32), np.array([0, 3, 8], np.float32), side="right", case="right", gradient=False)
    square = draw.normal(2, 3, 3)
    ops("tf.linalg.band_part", square, 1, 0, case="lower and one")
    ops("tf.linalg.band_part", square, 0, -1, case="upper")
    ops("tf.linalg.diag", draw.normal(2, 3), case="batch")
    ops("tf.linalg.diag", draw.normal(2), k=1, case="above")
    ops("tf.linalg.diag_part", square, case="batch")
    ops("tf.linalg.diag_part", draw.normal(3, 4), k=-1, case="below")
    ops("tf.linalg.trace", square, case="batch")
    ops("tf.linalg.trace", square[0, :2], case="wide")


def methods():
    ops = Ops()
    draw = Draw("methods")
    a, b = draw.away(2, 3), draw.away(3)
    for name in ("add", "subtract", "multiply", "divide"):
        ops(f"Tensor.{name}", a, b, python=getattr(tf, name), case="broadcast")
        ops(f"Tensor.{name}", a, 2.5, python=getattr(tf, name), case="a number")
    ops("Tensor.matmul", a, draw.normal(3, 2), python=tf.matmul, case="matrices")
    ops("Tensor.matmul", a, draw.normal(2, 3), transpose_b=True, python=tf.matmul, case="transposed")
    ops("Tensor.negative", a, python=tf.negative, case="matrix")
    ops("Tensor.negative", draw.ints(-4, 5, 3), python=tf.negative, case="int32")
    ops("Tensor.reshape", a, [3, 2], python=tf.reshape, case="matrix")
    ops("Tensor.reshape", a, [-1], python=tf.reshape, case="flat")
    ops("Tensor.cast", a, tf.float64, python=tf.cast, case="float64")
    ops("Tensor.cast", a, tf.int32, python=tf.cast, case="int32")
    return ops.cases


def arrays():
    ops = Ops()
    for part in (shapes, joining, slices, gathers, creation, ordering):
        part(ops)
    return ops.cases
