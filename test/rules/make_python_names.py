"""Writes python-names.txt: `python make_python_names.py`. What is public in Python's TensorFlow and Keras, one name a line.

Needs TensorFlow 2.21 (the CPU wheel is enough) with Keras 3.15. The lines are
  tf.reduce_sum(input_tensor, axis=, name=)     a function: `=` behind a parameter that has a default
  class tf.keras.layers.Dense(units, ...) < tf.keras.Layer, tf.keras.Operation     a class and its public bases
  tf.Variable.assign(value, use_locking=)       a method that no public base has, or not with these parameters
  tf.Variable.name                              a property or attribute
  tf.math.add = tf.add                          another name of the same thing
  tf.newaxis                                    a value
Names that the package keras has and tf.keras lacks begin with keras.
"""
import ast
import enum
import inspect
import os
import pathlib
import re
import textwrap
import types

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import keras  # noqa: E402
import tensorflow as tf  # noqa: E402

TARGET = pathlib.Path(__file__).parent / "python-names.txt"

# Not part of the API that tensorfleet follows: old names, raw operations, other products, tools.
SKIPPED = {"compat", "raw_ops", "lite", "tpu", "dtensor", "mlir", "feature_column", "tools", "security", "test",
           "applications", "wrappers", "legacy", "ragged", "version", "sysconfig", "xla", "audio", "__internal__", "ops",
           "numpy", "quantization", "quantizers", "preprocessing", "train", "distillation", "types", "lookup", "sparse", "src"}
# Old aliases of what tf.keras has.
SKIPPED_PATHS = {"tf.losses", "tf.metrics", "tf.optimizers", "tf.initializers"}


def is_public(name):
    return not name.startswith("_") or name == "__call__"


def members(module):
    """The public names of a module, sorted, without what it merely imported."""
    names = getattr(module, "__all__", None) or filter(is_public, dir(module))
    for name in sorted(names):
        if name not in SKIPPED and hasattr(module, name):
            yield name, getattr(module, name)


def is_api_module(value):
    return inspect.ismodule(value) and re.match(r"(tensorflow|keras)\b", value.__name__) is not None


def walk(path, module):
    """Public names of a package and what they stand for, shorter names first."""
    level = [(path, module)]
    seen = set()
    while level:
        below = []
        for path, module in level:
            for name, value in members(module):
                full = f"{path}.{name}"
                if is_api_module(value):
                    if id(value) not in seen and full not in SKIPPED_PATHS:
                        seen.add(id(value))
                        below.append((full, value))
                elif not inspect.ismodule(value) and not isinstance(value, types.FunctionType | type) or is_ours(value):
                    yield full, value
        level = below


def is_ours(value):
    return re.match(r"(tensorflow|keras|abc)\b", getattr(value, "__module__", "") or "") is not None


def parameters(function, skip_self):
    try:
        found = list(inspect.signature(function).parameters.values())
    except (ValueError, TypeError):
        return "(...)"
    if skip_self and found and found[0].name in ("self", "cls"):
        found = found[1:]
    marks = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    words = []
    for parameter in found:
        has_default = parameter.default is not inspect.Parameter.empty
        words.append(marks.get(parameter.kind, "") + parameter.name + ("=" if has_default else ""))
    return f"({', '.join(words)})"


def constructor(cls):
    for maker in ("__init__", "__new__"):
        function = getattr(cls, maker)
        if function is not getattr(object, maker):
            return parameters(function, True)
    return "()"


def assigned_attributes(cls):
    """The public names that the code of a class assigns to `self`."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    except (OSError, TypeError):
        return
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            if isinstance(target, ast.Attribute) and getattr(target.value, "id", "") == "self" and is_public(target.attr):
                yield target.attr


def class_lines(path, cls, names, inherited_from):
    """A class, its public bases, and what no public base has: methods, properties, attributes set by its code."""
    mro = [base for base in cls.__mro__ if base is not object]
    bases = [names[base] for base in mro[1:] if base in names]
    yield f"class {path}{constructor(cls)}" + (f" < {', '.join(bases)}" if bases else "")
    if issubclass(cls, (enum.Enum, BaseException)):
        return
    inherited = {id(base) for known in mro[1:] if known in names for base in known.__mro__}
    own = [base for base in mro if id(base) not in inherited]
    found = {}
    for base in own:
        for name in assigned_attributes(base):
            found.setdefault(name, None)
        for name in vars(base):
            if is_public(name):
                found[name] = inspect.getattr_static(cls, name, None)
    shared = set().union(*(inherited_from.get(base, ()) for base in mro[1:]))
    own_lines = {member_text(cls, name, found[name]) for name in found}
    inherited_from[cls] = own_lines | shared
    for text in sorted(own_lines - shared):
        yield f"{path}.{text}"


def member_text(cls, name, value):
    if isinstance(value, classmethod | staticmethod):
        return name + parameters(getattr(cls, name), False)
    return name + (parameters(value, True) if callable(value) and not isinstance(value, type) else "")


def lines():
    everything = list(walk("tf", tf))
    taken = {path for path, _ in everything}
    everything += [(path, value) for path, value in walk("keras", keras) if f"tf.{path}" not in taken]
    names = {}
    for path, value in everything:
        if isinstance(value, type):
            names.setdefault(value, path)
    classes = sorted(names, key=lambda cls: len(cls.__mro__))
    inherited_from = {}
    described = {cls: list(class_lines(names[cls], cls, names, inherited_from)) for cls in classes}
    known = {}
    for path, value in everything:
        if not callable(value):
            yield path
        elif id(value) in known:
            yield f"{path} = {known[id(value)]}"
        else:
            known[id(value)] = path
            yield from described[value] if isinstance(value, type) else [path + parameters(value, False)]


if __name__ == "__main__":
    TARGET.write_text("\n".join(lines()) + "\n")
