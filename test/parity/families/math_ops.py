"""Elementwise functions, comparisons, reductions and products of matrices."""
import numpy as np
import tensorflow as tf

from .ops import Ops
from .recorder import Draw

POSITIVE, WHOLE, UNIT, ABOVE_ONE = "positive", "whole", "unit", "aboveOne"

# name -> domain of its inputs
UNARY = {
    "tf.abs": WHOLE, "tf.negative": WHOLE, "tf.sign": WHOLE, "tf.sqrt": POSITIVE, "tf.math.rsqrt": POSITIVE,
    "tf.square": WHOLE, "tf.exp": WHOLE, "tf.math.expm1": WHOLE, "tf.math.log": POSITIVE, "tf.math.log1p": POSITIVE,
    "tf.sin": WHOLE, "tf.cos": WHOLE, "tf.tan": UNIT, "tf.asin": UNIT, "tf.acos": UNIT, "tf.atan": WHOLE,
    "tf.sinh": WHOLE, "tf.cosh": WHOLE, "tf.tanh": WHOLE, "tf.asinh": WHOLE, "tf.acosh": ABOVE_ONE, "tf.atanh": UNIT,
    "tf.sigmoid": WHOLE, "tf.math.log_sigmoid": WHOLE, "tf.math.erf": WHOLE, "tf.math.erfc": WHOLE,
    "tf.math.lgamma": POSITIVE, "tf.floor": WHOLE, "tf.math.ceil": WHOLE, "tf.round": WHOLE, "tf.math.rint": WHOLE,
    "tf.math.reciprocal": WHOLE,
}
BINARY = {
    "tf.add": WHOLE, "tf.subtract": WHOLE, "tf.multiply": WHOLE, "tf.divide": WHOLE, "tf.pow": POSITIVE,
    "tf.maximum": WHOLE, "tf.minimum": WHOLE, "tf.math.squared_difference": WHOLE, "tf.math.divide_no_nan": WHOLE,
    "tf.math.floordiv": WHOLE, "tf.math.floormod": WHOLE, "tf.atan2": WHOLE, "tf.math.xlogy": POSITIVE,
}
INTEGER_TOO = ["tf.add", "tf.subtract", "tf.multiply", "tf.maximum", "tf.minimum", "tf.math.squared_difference",
               "tf.math.floordiv", "tf.math.floormod", "tf.pow"]
COMPARISONS = ["tf.equal", "tf.not_equal", "tf.less", "tf.less_equal", "tf.greater", "tf.greater_equal"]
SPECIAL = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1.5, -2.5], dtype=np.float32)
REDUCTIONS = ["tf.reduce_sum", "tf.reduce_mean", "tf.reduce_max", "tf.reduce_min", "tf.reduce_prod",
              "tf.reduce_logsumexp", "tf.math.reduce_variance", "tf.math.reduce_std"]


def inputs(draw, domain, *shape, dtype=np.float32):
    if domain == POSITIVE:
        return draw.uniform(0.2, 3.0, *shape, dtype=dtype)
    if domain == UNIT:
        return np.asarray(draw.uniform(0.1, 0.9, *shape) * draw.rng.choice([-1, 1], size=shape), dtype=dtype)
    if domain == ABOVE_ONE:
        return draw.uniform(1.1, 4.0, *shape, dtype=dtype)
    return draw.away(*shape, dtype=dtype)


def elementwise():
    ops = Ops()
    for path, domain in UNARY.items():
        draw = Draw(path)
        ops(path, inputs(draw, domain, 2, 3), case="matrix")
        ops(path, inputs(draw, domain, dtype=np.float64), case="float64 scalar")
        ops(path, inputs(draw, domain, 0, 3), case="nothing")
        ops(path, SPECIAL, case="special values", gradient=False)
    for path in ["tf.abs", "tf.negative", "tf.sign", "tf.square"]:
        ops(path, Draw(path).ints(-5, 6, 5), case="int32")
    for path, domain in BINARY.items():
        draw = Draw(path)
        ops(path, inputs(draw, domain, 2, 3), inputs(draw, domain, 2, 3), case="same shape")
        ops(path, inputs(draw, domain, 2, 1, 3), inputs(draw, domain, 4, 1), case="both broadcast")
        ops(path, inputs(draw, domain, 3), inputs(draw, domain), case="scalar beside vector")
        ops(path, inputs(draw, domain, 2, 2, dtype=np.float64), inputs(draw, domain, 2, dtype=np.float64), case="float64")
        ops(path, inputs(draw, domain, 0, 3), inputs(draw, domain, 3), case="nothing")
        if path not in ("tf.atan2",):
            ops(path, inputs(draw, domain, 3), 1.5, case="a number second")
            ops(path, 2.5, inputs(draw, domain, 3), case="a number first")
    for path in INTEGER_TOO:
        draw = Draw(path + " int32")
        ops(path, draw.ints(-7, 8, 2, 3), draw.ints(1, 5, 3), case="int32")
        ops(path, draw.ints(-7, 8, 4), 3, case="int32 and a number")
    ops("tf.divide", np.array([7, -7, 8], np.int32), np.array([2, 2, -3], np.int32), case="int32 gives float64")
    ops("tf.divide", SPECIAL, np.zeros(7, np.float32), case="by zero", gradient=False)
    ops("tf.math.divide_no_nan", np.array([1, 2, 0], np.float32), np.array([0, 4, 0], np.float32), case="by zero")
    ops("tf.math.xlogy", np.array([0, 1], np.float32), np.array([0, 2], np.float32), case="zero times log zero", gradient=False)
    ops("tf.pow", np.array([-2.0, 3.0, 0.0], np.float32), np.array([2.0, -1.0, 2.0], np.float32), case="whole exponents", gradient=False)
    clipping(ops)
    predicates(ops)
    return ops.cases


def clipping(ops):
    draw = Draw("clip")
    x = draw.away(2, 4)
    ops("tf.clip_by_value", x, -0.55, 0.75, case="numbers")
    ops("tf.clip_by_value", x, np.array([-1.05, -0.33, -0.07, -2.03], np.float32), np.array(1.005, np.float32), case="tensors broadcast")
    ops("tf.clip_by_value", np.array([-5, 0, 7], np.int32), -2, 3, case="int32")
    ops("tf.clip_by_norm", x, 1.0, case="above")
    ops("tf.clip_by_norm", x, 100.0, case="below")
    ops("tf.clip_by_norm", x, 1.5, axes=[1], case="along an axis")
    many = [draw.away(2, 2), draw.away(3)]
    ops("tf.clip_by_global_norm", many, 1.0, case="above")
    ops("tf.clip_by_global_norm", many, 50.0, case="below")
    ops("tf.linalg.global_norm", many, case="two tensors")
    ops("tf.linalg.global_norm", [draw.normal(4)], case="one tensor")
    ops("tf.add_n", [draw.normal(2, 2), draw.normal(2, 2), draw.normal(2, 2)], case="three")
    ops("tf.add_n", [draw.normal(2, 2)], case="one")


def predicates(ops):
    for path in ["tf.math.is_nan", "tf.math.is_finite", "tf.math.is_inf"]:
        ops(path, SPECIAL, case="special values")
        ops(path, SPECIAL.astype(np.float64).reshape(7, 1), case="float64")
    draw = Draw("logic")
    for path in ["tf.logical_and", "tf.logical_or", "tf.math.logical_xor"]:
        ops(path, draw.bools(2, 4), draw.bools(2, 4), case="same shape")
        ops(path, draw.bools(3, 1), draw.bools(4), case="broadcast")
    ops("tf.logical_not", draw.bools(5), case="vector")
    ops("tf.logical_not", draw.bools(0, 2), case="nothing")
    for path in COMPARISONS:
        ops(path, draw.ints(0, 3, 2, 3), draw.ints(0, 3, 3), case="int32 broadcast")
        ops(path, np.round(draw.normal(6)), np.round(draw.normal(6)), case="float32")
        ops(path, SPECIAL, np.array(1.5, np.float32), case="special values", gradient=False)
        ops(path, draw.ints(0, 3, 4), 1, case="a number")
    ops("tf.equal", np.array(["a", "b"]), np.array(["a", "c"]), case="strings")
    ops("tf.equal", draw.bools(4), draw.bools(4), case="bool")


def reductions():
    ops = Ops()
    for path in REDUCTIONS:
        draw = Draw(path)
        x = draw.distinct(2, 3, 4) if path != "tf.reduce_prod" else draw.away(2, 3, 4)
        ops(path, x, case="all")
        ops(path, x, axis=1, case="axis 1")
        ops(path, x, axis=-1, keepdims=True, case="last axis kept")
        ops(path, x, axis=[0, 2], case="two axes")
        ops(path, x, axis=[], case="no axis")
        ops(path, x[0].astype(np.float64), axis=[-2], keepdims=True, case="float64")
    for path in ["tf.reduce_sum", "tf.reduce_mean", "tf.reduce_max", "tf.reduce_min", "tf.reduce_prod"]:
        draw = Draw(path + " int32")
        ops(path, draw.ints(-9, 10, 3, 4), axis=0, case="int32")
        ops(path, np.zeros((0, 3), np.float32), axis=0, case="over nothing", gradient=path == "tf.reduce_sum")
    ops("tf.reduce_prod", np.array([[2.0, 0.0, 3.0], [0.0, 0.0, 4.0]], np.float32), axis=1, case="with zeros")
    ops("tf.reduce_max", np.array([[1.0, 2.0, 2.0]], np.float32), axis=1, case="a tie shares the gradient")
    for path in ["tf.reduce_any", "tf.reduce_all"]:
        x = Draw(path).bools(2, 3)
        ops(path, x, case="all")
        ops(path, x, axis=1, case="axis 1")
        ops(path, x, axis=-2, keepdims=True, case="kept")
    scans(ops)
    positions(ops)
    return ops.cases


def scans(ops):
    for path in ["tf.cumsum", "tf.math.cumprod"]:
        x = Draw(path).away(2, 4)
        ops(path, x, case="default axis")
        ops(path, x, axis=1, case="axis 1")
        ops(path, x, axis=-1, exclusive=True, case="exclusive")
        ops(path, x, axis=1, reverse=True, case="reverse")
        ops(path, x, axis=0, exclusive=True, reverse=True, case="exclusive reverse")
    ops("tf.cumsum", np.arange(6, dtype=np.int32), case="int32")
    x = Draw("norm").away(2, 3, 2)
    ops("tf.norm", x, case="all")
    ops("tf.norm", x, axis=1, case="axis 1")
    ops("tf.norm", x, axis=-1, keepdims=True, case="kept")
    ops("tf.norm", x, ord=1, axis=1, case="order 1")
    ops("tf.norm", x[0], ord="fro", axis=[0, 1], case="Frobenius")


def positions(ops):
    for path in ["tf.argmax", "tf.argmin"]:
        x = Draw(path).distinct(3, 4)
        ops(path, x, case="default axis")
        ops(path, x, axis=1, case="axis 1")
        ops(path, x, axis=-1, output_type=tf.int32, case="int32 positions")
        ops(path, x.astype(np.float64)[0], axis=0, case="float64 vector")
        ops(path, np.array([2, 5, 5, 2], np.int32), axis=0, case="a tie gives the first")
    x = np.array([[0, 1, 2], [0, 0, 3]], np.float32)
    ops("tf.math.count_nonzero", x, case="all")
    ops("tf.math.count_nonzero", x, axis=1, dtype=tf.int32, case="axis 1 as int32")
    ops("tf.math.bincount", np.array([1, 3, 1, 0], np.int32), case="counts")
    ops("tf.math.bincount", np.array([1, 3, 1, 0], np.int32), minlength=6, maxlength=8, case="minimal length")
    ops("tf.math.bincount", np.array([1, 2, 1], np.int32), weights=np.array([0.5, 1.5, 2.0], np.float32), case="weights", gradient=False)
    labels, predictions = np.array([0, 1, 2, 2], np.int32), np.array([0, 2, 2, 1], np.int32)
    ops("tf.math.confusion_matrix", labels, predictions, case="counts")
    ops("tf.math.confusion_matrix", labels, predictions, num_classes=4, case="four classes")
    ops("tf.math.confusion_matrix", labels, predictions, weights=np.array([1, 2, 3, 4], np.float32), dtype=tf.float32, case="weights", gradient=False)


def products():
    ops = Ops()
    draw = Draw("matmul")
    a, b = draw.normal(2, 3), draw.normal(3, 4)
    ops("tf.matmul", a, b, case="matrices")
    for left in (False, True):
        for right in (False, True):
            if left or right:
                ops("tf.matmul", a.T.copy() if left else a, b.T.copy() if right else b, transpose_a=left, transpose_b=right,
                    case=f"transposes {left} {right}".lower())
    ops("tf.matmul", draw.normal(2, 3, 4), draw.normal(2, 4, 2), case="batch")
    ops("tf.matmul", draw.normal(2, 1, 3, 4), draw.normal(3, 4, 2), case="batch broadcast")
    ops("tf.matmul", draw.normal(2, 4, 3), draw.normal(2, 2, 4), transpose_a=True, transpose_b=True, case="batch transposes")
    ops("tf.matmul", draw.normal(2, 2, dtype=np.float64), draw.normal(2, 2, dtype=np.float64), case="float64")
    ops("tf.matmul", draw.ints(-3, 4, 2, 3), draw.ints(-3, 4, 3, 2), case="int32")
    ops("tf.matmul", np.zeros((0, 3), np.float32), draw.normal(3, 2), case="nothing")
    ops("tf.linalg.matvec", draw.normal(2, 3), draw.normal(3), case="vector")
    ops("tf.linalg.matvec", draw.normal(2, 3), draw.normal(2), transpose_a=True, case="transposed")
    ops("tf.tensordot", draw.normal(2, 3), draw.normal(3, 2), 1, case="one axis")
    ops("tf.tensordot", draw.normal(2, 3, 4), draw.normal(3, 4, 2), 2, case="two axes")
    ops("tf.tensordot", draw.normal(2, 3, 4), draw.normal(4, 2), [[0, 2], [1, 0]], case="named axes")
    ops("tf.tensordot", draw.normal(2), draw.normal(3), 0, case="outer product")
    ops("tf.einsum", "ij,jk->ik", draw.normal(2, 3), draw.normal(3, 4), case="matrices")
    ops("tf.einsum", "bij,bkj->bik", draw.normal(2, 2, 3), draw.normal(2, 4, 3), case="batch")
    ops("tf.einsum", "...ij,jk->...ik", draw.normal(2, 2, 3), draw.normal(3, 2), case="ellipsis")
    ops("tf.einsum", "ij->j", draw.normal(2, 3), case="a sum")
    ops("tf.einsum", "ij->ji", draw.normal(2, 3), case="a transpose")
    draw = Draw("linalg")
    square = draw.normal(2, 3, 3) + 4 * np.eye(3, dtype=np.float32)
    positive = np.round(square @ square.transpose(0, 2, 1), 2).astype(np.float32)
    ops("tf.linalg.inv", square, case="batch")
    ops("tf.linalg.inv", square[1].astype(np.float64), adjoint=True, case="adjoint")
    ops("tf.linalg.det", square, case="batch")
    ops("tf.linalg.det", square[0].astype(np.float64), case="float64")
    ops("tf.linalg.cholesky", positive, case="batch")
    ops("tf.linalg.cholesky", positive[0].astype(np.float64), case="float64")
    ops("tf.linalg.solve", square[0], draw.normal(3, 2), case="two sides")
    ops("tf.linalg.solve", square[0], draw.normal(3, 1), adjoint=True, case="adjoint")
    return ops.cases
