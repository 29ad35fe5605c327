"""Activations, convolutions, pooling, normalization and the loss kernels of tf.nn."""
import numpy as np
import tensorflow as tf

from .ops import Ops
from .recorder import Draw

ACTIVATIONS = ["relu", "relu6", "leaky_relu", "elu", "selu", "gelu", "silu", "softplus", "softsign", "softmax", "log_softmax"]


def activations(ops):
    for name in ACTIVATIONS:
        path = f"tf.nn.{name}"
        draw = Draw(path)
        ops(path, draw.away(2, 4), case="matrix")
        ops(path, draw.away(2, 2, 3, dtype=np.float64), case="float64")
        ops(path, draw.away(0, 3), case="nothing")
    x = Draw("more activations").away(2, 3)
    ops("tf.nn.relu6", x * 5, case="above six")
    ops("tf.nn.leaky_relu", x, alpha=0.35, case="alpha")
    ops("tf.nn.gelu", x, approximate=True, case="approximate")
    ops("tf.nn.silu", x, beta=1.5, case="beta")
    ops("tf.nn.softmax", x, axis=0, case="axis 0")
    ops("tf.nn.log_softmax", x, axis=0, case="axis 0")
    ops("tf.nn.softmax", np.array([[1000, 1001, 999]], np.float32), case="large logits")
    ops("tf.nn.l2_loss", x, case="matrix")
    ops("tf.nn.l2_loss", x.astype(np.float64)[0], case="float64 vector")
    ops("tf.nn.l2_normalize", x, case="all")
    ops("tf.nn.l2_normalize", x, axis=1, case="axis 1")
    ops("tf.nn.l2_normalize", x, axis=[0, 1], epsilon=0.01, case="two axes")
    ops("tf.nn.bias_add", x, Draw("bias").normal(3), case="matrix")
    ops("tf.nn.bias_add", Draw("bias 4").normal(2, 2, 2, 3), Draw("bias").normal(3), case="image")


def convolutions(ops):
    draw = Draw("conv")
    x, w = draw.normal(2, 5, 6, 2), draw.normal(3, 2, 2, 3)
    for padding in ("SAME", "VALID"):
        ops("tf.nn.conv2d", x, w, 1, padding, case=f"stride 1 {padding}")
        ops("tf.nn.conv2d", x, w, [2, 1], padding, case=f"strides 2 1 {padding}")
        ops("tf.nn.conv2d", x, w, [1, 2, 2, 1], padding, case=f"stride 2 {padding}")
    ops("tf.nn.conv2d", x, w, 1, "SAME", dilations=2, case="dilation 2 SAME")
    ops("tf.nn.conv2d", x, w, 1, "VALID", dilations=[1, 2, 1, 1], case="dilations")
    ops("tf.nn.conv2d", x, w, 1, [[0, 0], [1, 2], [0, 1], [0, 0]], case="explicit padding")
    ops("tf.nn.conv2d", draw.normal(1, 4, 4, 4), draw.normal(2, 2, 2, 4), 1, "VALID", case="two groups")
    ops("tf.nn.conv2d", draw.normal(1, 4, 4, 1, dtype=np.float64), draw.normal(3, 3, 1, 1, dtype=np.float64), 1, "SAME", case="float64")
    ops("tf.nn.conv2d", draw.normal(1, 4, 4, 2), draw.normal(1, 1, 2, 3), 1, "VALID", case="one by one")
    d = draw.normal(3, 2, 2, 2)
    ops("tf.nn.depthwise_conv2d", x, d, [1, 1, 1, 1], "SAME", case="SAME")
    ops("tf.nn.depthwise_conv2d", x, d, [1, 2, 2, 1], "VALID", case="stride 2 VALID")
    ops("tf.nn.depthwise_conv2d", x, d, [1, 1, 1, 1], "VALID", dilations=[2, 2], case="dilations")
    t = draw.normal(3, 2, 4, 3)
    y = draw.normal(2, 3, 4, 3)
    ops("tf.nn.conv2d_transpose", y, t, [2, 3, 4, 4], 1, case="stride 1 SAME")
    ops("tf.nn.conv2d_transpose", y, t, [2, 6, 8, 4], 2, case="stride 2 SAME")
    ops("tf.nn.conv2d_transpose", y, t, [2, 7, 8, 4], [2, 2], padding="VALID", case="stride 2 VALID")


def pooling(ops):
    x = Draw("pool").distinct(2, 5, 6, 2)
    for path in ("tf.nn.max_pool2d", "tf.nn.avg_pool2d"):
        ops(path, x, 2, 2, "VALID", case="2 by 2")
        ops(path, x, 2, 2, "SAME", case="2 by 2 SAME")
        ops(path, x, [3, 2], [1, 2], "SAME", case="overlapping")
        ops(path, x, [1, 2, 3, 1], [1, 2, 1, 1], "VALID", case="four numbers")


def normalization(ops):
    draw = Draw("normalization")
    x = draw.normal(3, 2, 4)
    ops("tf.nn.moments", x, [0], case="first axis")
    ops("tf.nn.moments", x, [0, 1], keepdims=True, case="kept")
    ops("tf.nn.moments", x.astype(np.float64), [-1], case="float64, last axis")
    mean, variance = draw.normal(4), draw.uniform(0.3, 2.0, 4)
    ops("tf.nn.batch_normalization", x, mean, variance, draw.normal(4), draw.normal(4), 0.001, case="all")
    ops("tf.nn.batch_normalization", x, mean, variance, None, None, 0.01, case="neither offset nor scale")


def loss_kernels(ops):
    draw = Draw("loss kernels")
    logits, labels = draw.normal(4, 3), draw.probabilities(4, 3)
    ops("tf.nn.softmax_cross_entropy_with_logits", labels, logits, case="matrix")
    ops("tf.nn.softmax_cross_entropy_with_logits", labels.reshape(2, 2, 3), logits.reshape(2, 2, 3), case="three axes")
    ops("tf.nn.softmax_cross_entropy_with_logits", labels, logits, axis=0, case="axis 0")
    ops("tf.nn.softmax_cross_entropy_with_logits", labels.astype(np.float64), logits.astype(np.float64), case="float64")
    ids = np.array([2, 0, 1, 1], np.int32)
    ops("tf.nn.sparse_softmax_cross_entropy_with_logits", ids, logits, case="matrix")
    ops("tf.nn.sparse_softmax_cross_entropy_with_logits", ids.reshape(2, 2).astype(np.int64), logits.reshape(2, 2, 3), case="int64, three axes")
    ops("tf.nn.sigmoid_cross_entropy_with_logits", draw.uniform(0, 1, 2, 3), draw.normal(2, 3), case="matrix")
    ops("tf.nn.sigmoid_cross_entropy_with_logits", np.array([0, 1, 1], np.float32), np.array([-60, 60, -60], np.float32), case="large logits")
    table = draw.normal(5, 3)
    ops("tf.nn.embedding_lookup", table, np.array([[0, 4], [4, 1]], np.int32), case="one twice")
    ops("tf.nn.embedding_lookup", table, np.array([1, 2], np.int64), max_norm=1.0, case="maximal norm")
    predictions = draw.distinct(3, 4)
    ops("tf.nn.in_top_k", np.array([0, 2, 3], np.int32), predictions, 2, case="two", gradient=False)
    ops("tf.nn.in_top_k", np.array([1, 2, 3], np.int64), predictions, 1, case="int64", gradient=False)


def nn():
    ops = Ops()
    for part in (activations, normalization, loss_kernels):
        part(ops)
    return ops.cases


def images_through_filters():
    ops = Ops()
    convolutions(ops)
    pooling(ops)
    return ops.cases


def images():
    ops = Ops()
    draw = Draw("images")
    x = draw.uniform(0, 1, 2, 4, 5, 3)
    ops("tf.image.resize", x, [7, 8], case="bilinear up")
    ops("tf.image.resize", x, [2, 3], case="bilinear down")
    ops("tf.image.resize", x, [6, 4], method="nearest", case="nearest")
    ops("tf.image.resize", x[0], [3, 3], case="one image")
    ops("tf.image.resize", x, [8, 9], method="bicubic", case="bicubic")
    ops("tf.image.rgb_to_grayscale", x, case="batch")
    ops("tf.image.rgb_to_grayscale", x[0], case="one image")
    for path in ("tf.image.flip_left_right", "tf.image.flip_up_down"):
        ops(path, x, case="batch")
        ops(path, x[0], case="one image")
    ops("tf.image.central_crop", draw.uniform(0, 1, 4, 6, 1), 0.5, case="half")
    ops("tf.image.central_crop", x, 0.6, case="batch")
    ops("tf.image.adjust_brightness", x[0], 0.25, case="float32")
    ops("tf.image.adjust_brightness", draw.ints(0, 200, 2, 2, 1, dtype=np.uint8), 0.125, case="uint8")
    ops("tf.image.adjust_contrast", x[0], 0.5, case="one image", gradient=False)
    ops("tf.image.adjust_contrast", x, 1.5, case="batch", gradient=False)  # Python's TensorFlow has no gradient for it
    ops("tf.image.per_image_standardization", x[0], case="one image")
    ops("tf.image.per_image_standardization", x, case="batch")
    ops("tf.image.convert_image_dtype", np.array([[[0], [128], [255]]], np.uint8), tf.float32, case="uint8 to float32")
    ops("tf.image.convert_image_dtype", x[0, :1], tf.uint8, case="float32 to uint8")
    return ops.cases


def strings():
    ops = Ops()
    words = np.array([["apple", "Fig"], ["", "kiwi x"]])
    ops("tf.strings.length", words, case="bytes")
    ops("tf.strings.length", np.array(["häß", "日本"]), unit="UTF8_CHAR", case="characters")
    ops("tf.strings.length", np.array(["häß", "日本"]), case="bytes of UTF-8")
    ops("tf.strings.join", [words, words], case="two")
    ops("tf.strings.join", [words, np.array("s")], separator="-", case="separator and broadcast")
    ops("tf.strings.lower", words, case="ascii")
    ops("tf.strings.lower", np.array(["HÄß"]), encoding="utf-8", case="utf-8")
    ops("tf.strings.upper", words, case="ascii")
    ops("tf.strings.upper", np.array(["häß"]), encoding="utf-8", case="utf-8")
    ops("tf.strings.strip", np.array(["  a b ", "c\n"]), case="vector")
    ops("tf.strings.strip", np.array("\t x"), case="scalar")
    ops("tf.strings.substr", np.array(["hello", "world"]), 1, 3, case="numbers")
    ops("tf.strings.substr", np.array(["hello", "world"]), -3, 2, case="from the end")
    ops("tf.strings.to_number", np.array(["1.5", "-2", "1e3"]), case="float32")
    ops("tf.strings.to_number", np.array(["15", "-2"]), out_type=tf.int32, case="int32")
    ops("tf.strings.as_string", np.array([1, -20], np.int32), case="int32")
    ops("tf.strings.as_string", np.array([1.5, 2.25], np.float32), precision=2, case="precision")
    ops("tf.strings.regex_replace", np.array(["a1b22", "c"]), "[0-9]+", "#", case="all")
    ops("tf.strings.regex_replace", np.array(["a1b22", "c"]), "[0-9]+", "#", replace_global=False, case="first")
    ops("tf.strings.to_hash_bucket_fast", np.array(["a", "b", "a"]), 1000, case="thousand")
    ops("tf.strings.to_hash_bucket_fast", words, 7, case="seven")
    ops("tf.io.decode_raw", np.array(["abcd", "1234"]), tf.uint8, case="uint8")
    ops("tf.io.decode_raw", np.array(["abcd"]), tf.int32, case="int32")
    return ops.cases
