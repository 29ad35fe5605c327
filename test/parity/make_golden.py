"""Writes golden/*.json: `python make_golden.py [family ...]`, all families without arguments.

Needs TensorFlow 2.21 (the CPU wheel is enough) with Keras 3.15. Inputs are seeded by the name of each case, so
that a run again gives the same files, and a new case leaves the others as they are.
"""
import os
import pathlib
import sys

sys.dont_write_bytecode = True
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

from families import array_ops, csv_files, datasets, keras_parts, layers, math_ops, metrics, nn_ops, optimizers, preprocessing, slices, training  # noqa: E402
from families.recorder import write  # noqa: E402

GOLDEN = pathlib.Path(__file__).parent / "golden"

# family -> (kind of its cases, function that makes them)
FAMILIES = {
    "math-elementwise": ("op", math_ops.elementwise),
    "math-reductions": ("op", math_ops.reductions),
    "math-products": ("op", math_ops.products),
    "array": ("op", array_ops.arrays),
    "tensor-methods": ("op", array_ops.methods),
    "nn": ("op", nn_ops.nn),
    "nn-convolutions": ("op", nn_ops.images_through_filters),
    "images": ("op", nn_ops.images),
    "strings": ("op", nn_ops.strings),
    "activations": ("op", keras_parts.activations),
    "csv": ("csv", csv_files.cases),
    "datasets": ("dataset", datasets.cases),
    "layers": ("layer", layers.cases),
    "preprocessing": ("preprocessing", preprocessing.cases),
    "losses": ("loss", keras_parts.losses),
    "metrics": ("metric", metrics.metrics),
    "optimizers": ("optimizer", optimizers.cases),
    "slices": ("slices", slices.cases),
    "schedules": ("schedule", keras_parts.schedules),
    "objects": ("object", keras_parts.objects),
    "training": ("training", training.cases),
}


def main(wanted):
    unknown = [name for name in wanted if name not in FAMILIES]
    if unknown:
        sys.exit(f"make_golden: expected families of {', '.join(FAMILIES)}, got {', '.join(unknown)}")
    GOLDEN.mkdir(exist_ok=True)
    for family, (kind, make) in FAMILIES.items():
        if not wanted or family in wanted:
            write(GOLDEN, family, kind, make())


if __name__ == "__main__":
    main(sys.argv[1:])
