#!/usr/bin/python3
"""Turns .tflite weights of the npm packages @mediapipe/pose and
@mediapipe/face_mesh into ONNX for ONNX Runtime. models/build.sh runs it; see
models/README.md.

    convert.py [--update] MANIFEST SOURCE_DIR OUT_DIR

The manifest says which file becomes which model and which outputs are kept.
Sources and results are compared with its SHA-256 sums; --update writes the
sums of the results into it instead.

What it does to a graph, beyond renaming operators:

  layout   NHWC becomes NCHW once, at conversion. The input is planar, and a
           Transpose is left only where a map of pixels is flattened.
  pruning  only the operators that lead to the outputs in use are kept.
  weights  they are 16 bit floats in the source and stay so in the file, each
           behind a Cast to 32 bits, which ONNX Runtime folds when it loads.
           Sparse weights (the detector's) are written out densely.
  padding  TensorFlow's SAME, which puts the odd pixel at the end, becomes
           explicit pads; a spatial PAD is folded into the convolution after it.

The same input gives the same bytes on any machine: nothing of the time, the
place or the versions of the libraries goes into the file.

It needs Debian's python3-numpy and python3-onnx, nothing else: the TFLite
FlatBuffer is read here by the field numbers of its public schema.
"""

import argparse
import hashlib
import json
import re
import struct
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 13  # Resize, Pad and Clip as ONNX Runtime 1.8 and later fuse them
IR_VERSION = 7  # the IR version that came with opset 13

# Numbers of the public TFLite schema.
DTYPES = {0: np.float32, 1: np.float16, 2: np.int32}
OPERATORS = {
    0: "ADD",
    2: "CONCATENATION",
    3: "CONV_2D",
    4: "DEPTHWISE_CONV_2D",
    5: "DEPTH_TO_SPACE",
    6: "DEQUANTIZE",
    14: "LOGISTIC",
    17: "MAX_POOL_2D",
    22: "RESHAPE",
    23: "RESIZE_BILINEAR",
    34: "PAD",
    54: "PRELU",
    124: "DENSIFY",
}
SAME, VALID = 0, 1
ACTIVATIONS = {0: None, 1: "Relu", 3: "Relu6"}
SPARSE_CSR = 1


class Table:
    """A FlatBuffers table. Fields go by their number in the schema; an absent
    field reads as the default given."""

    def __init__(self, buf, pos):
        self.buf, self.pos = buf, pos
        self.vtable = pos - self._read("<i", pos)
        self.vtable_size = self._read("<H", self.vtable)

    def _read(self, fmt, pos):
        return struct.unpack_from(fmt, self.buf, pos)[0]

    def _field(self, n):
        at = 4 + 2 * n
        if at >= self.vtable_size:
            return 0
        offset = self._read("<H", self.vtable + at)
        return self.pos + offset if offset else 0

    def _follow(self, n):
        at = self._field(n)
        return at + self._read("<I", at) if at else 0

    def byte(self, n, default=0):
        at = self._field(n)
        return self._read("<b", at) if at else default

    def int(self, n, default=0):
        at = self._field(n)
        return self._read("<i", at) if at else default

    def table(self, n):
        at = self._follow(n)
        return Table(self.buf, at) if at else None

    def tables(self, n):
        at = self._follow(n)
        if not at:
            return []
        first, count = at + 4, self._read("<I", at)
        return [Table(self.buf, p + self._read("<I", p)) for p in range(first, first + 4 * count, 4)]

    def array(self, n, dtype=np.int32):
        at = self._follow(n)
        if not at:
            return np.zeros(0, dtype)
        return np.frombuffer(self.buf, np.dtype(dtype).newbyteorder("<"), self._read("<I", at), at + 4)

    def string(self, n):
        return self.array(n, np.uint8).tobytes().decode()


class Tensor:
    def __init__(self, table, buffers):
        self.shape = [int(d) for d in table.array(0)]
        self.dtype = DTYPES[table.byte(1)]
        self.name = table.string(3)
        self.sparsity = table.table(6)
        raw = buffers[table.int(2)].array(0, np.uint8)
        self.values = raw.view(self.dtype) if raw.size else None

    def constant(self):
        """The tensor's values in its shape, sparse ones written out."""
        if self.values is None:
            raise ValueError(f"tensor {self.name}: not a constant")
        if self.sparsity is not None:
            return densify(self.values, self.shape, self.sparsity)
        return self.values.reshape(self.shape)


def densify(values, shape, sparsity):
    """Writes a TFLite sparse tensor out densely: compressed rows along the
    last dimension, the one form that the models have."""
    levels = sparsity.tables(2)
    in_order = list(sparsity.array(0)) == list(range(len(shape))) and sparsity.array(1).size == 0
    if not in_order or [level.byte(0) for level in levels] != [0] * (len(shape) - 1) + [SPARSE_CSR]:
        raise ValueError("sparse tensor: not compressed along its last dimension alone")
    starts, columns = index_vector(levels[-1], 2), index_vector(levels[-1], 4)
    rows = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    dense = np.zeros((len(starts) - 1, shape[-1]), values.dtype)
    dense[rows, columns] = values
    return dense.reshape(shape)


def index_vector(level, n):
    """The row starts (n = 2) or columns (n = 4) of a compressed dimension,
    which the schema stores as a union of three integer widths."""
    dtype = {1: np.int32, 2: np.uint16, 3: np.uint8}[level.byte(n)]
    return level.table(n + 1).array(0, dtype).astype(np.int64)


class Converter:
    def __init__(self, data, outputs):
        model = Table(data, struct.unpack_from("<I", data)[0])
        if data[4:8] != b"TFL3":
            raise ValueError("not a TFLite file")
        # The code of an operator stands in field 3; older files have field 0.
        codes = [max(c.byte(0), c.int(3)) for c in model.tables(1)]
        self.codes = [OPERATORS.get(c, f"operator {c}") for c in codes]
        graph = model.tables(2)[0]
        buffers = model.tables(4)
        self.tensors = [Tensor(t, buffers) for t in graph.tables(0)]
        self.inputs = [int(i) for i in graph.array(1)]
        self.ops = self.prune(graph.tables(3), graph.array(2), outputs)
        self.outputs = outputs
        self.nodes, self.weights = [], []
        self.names = {}  # tensor number -> value in the ONNX graph
        self.folded = {}  # tensor number -> (tensor before a PAD, its pads)
        self.weight_names = {}

    def prune(self, ops, outputs, wanted):
        """The operators that lead to the outputs wanted, in the file's order."""
        producer = {int(o): op for op in ops for o in op.array(2)}
        need = [int(o) for o in outputs if self.tensors[o].name in wanted]
        keep = set()
        while need:
            op = producer.get(need.pop())
            if op is not None and op.pos not in keep:
                keep.add(op.pos)
                need += [int(i) for i in op.array(1) if i >= 0]
        return [op for op in ops if op.pos in keep]

    def emit(self, op_type, inputs, out, **attributes):
        self.nodes.append(helper.make_node(op_type, inputs, [out], name=out, **attributes))
        return out

    def weight(self, values, name):
        """Adds a constant: halves stay halves in the file, behind a Cast."""
        values = np.ascontiguousarray(values)
        if values.dtype == np.float32 and np.array_equal(values.astype(np.float16).astype(np.float32), values):
            values = values.astype(np.float16)
        key = (values.dtype.str, values.shape, values.tobytes())
        if key in self.weight_names:
            return self.weight_names[key]
        if values.dtype == np.float16:
            self.weights.append(numpy_helper.from_array(values, name + "_half"))
            self.emit("Cast", [name + "_half"], name, to=TensorProto.FLOAT)
        else:
            self.weights.append(numpy_helper.from_array(values, name))
        self.weight_names[key] = name
        return name

    def value(self, i):
        """The ONNX value of tensor i, in NCHW where it has four dimensions."""
        if i not in self.names:
            tensor = self.tensors[i]
            values = tensor.constant()
            if values.ndim == 4:
                values = values.transpose(0, 3, 1, 2)
            self.names[i] = self.weight(values, f"c{i}")
        return self.names[i]

    def constant(self, i):
        """The values of tensor i, through DEQUANTIZE and DENSIFY."""
        while self.tensors[i].values is None:
            op = next(o for o in self.ops if i in o.array(2))
            if self.codes[op.int(0)] not in ("DEQUANTIZE", "DENSIFY"):
                raise ValueError(f"tensor {self.tensors[i].name}: computed where a constant is needed")
            i = int(op.array(1)[0])
        return self.tensors[i].constant()

    def activated(self, out, kind, write):
        """Calls write with the name for an operator's result and adds the
        activation that TFLite fuses into the operator."""
        if kind not in ACTIVATIONS:
            raise ValueError(f"activation {kind}: unknown")
        kind = ACTIVATIONS[kind]
        if kind is None:
            return write(out)
        before = write(out + "_linear")
        if kind == "Relu":
            return self.emit("Relu", [before], out)
        bounds = [self.weight(np.float32(v), f"bound_{v}") for v in (0, 6)]
        return self.emit("Clip", [before] + bounds, out)

    def window(self, source, target, kernel, strides, dilations, padding):
        """Pads of a window over two axes, as ONNX wants them: begins, ends."""
        if padding == VALID:
            return [0, 0, 0, 0]
        begins, ends = [], []
        for axis in (0, 1):
            size, out = self.tensors[source].shape[1 + axis], self.tensors[target].shape[1 + axis]
            reach = (kernel[axis] - 1) * dilations[axis] + 1
            total = max((out - 1) * strides[axis] + reach - size, 0)
            begins.append(total // 2)
            ends.append(total - total // 2)
        return begins + ends

    def convolve(self, op, out, depthwise):
        ins = [int(i) for i in op.array(1)]
        options = op.table(4)
        padding = options.byte(0)
        strides = [options.int(2, 1), options.int(1, 1)]
        if depthwise:
            activation, dilations = options.byte(4), [options.int(6, 1), options.int(5, 1)]
        else:
            activation, dilations = options.byte(3), [options.int(5, 1), options.int(4, 1)]
        weights = self.constant(ins[1])
        # Both layouts become output, input / group, height, width.
        weights = weights.transpose(3, 0, 1, 2) if depthwise else weights.transpose(0, 3, 1, 2)
        kernel = list(weights.shape[2:])
        source, pads = self.folded.get(ins[0], (ins[0], [0, 0, 0, 0]))
        extra = self.window(ins[0], int(op.array(2)[0]), kernel, strides, dilations, padding)
        inputs = [self.value(source), self.weight(weights, f"w{ins[1]}")]
        if len(ins) > 2 and ins[2] >= 0:
            inputs.append(self.weight(self.constant(ins[2]), f"w{ins[2]}"))
        self.activated(
            out,
            activation,
            lambda name: self.emit(
                "Conv",
                inputs,
                name,
                kernel_shape=kernel,
                strides=strides,
                dilations=dilations,
                pads=[a + b for a, b in zip(pads, extra)],
                group=self.tensors[ins[0]].shape[3] if depthwise else 1,
            ),
        )

    def pad(self, op, out):
        source, target = int(op.array(1)[0]), int(op.array(2)[0])
        pads = self.constant(int(op.array(1)[1])).reshape(4, 2)
        users = [o for o in self.ops if target in o.array(1)]
        spatial = not pads[0].any() and not pads[3].any()
        if spatial and all(self.codes[o.int(0)] in ("CONV_2D", "DEPTHWISE_CONV_2D") for o in users):
            self.folded[target] = (source, [int(v) for v in (*pads[1:3, 0], *pads[1:3, 1])])
            return
        nchw = pads[[0, 3, 1, 2]]
        values = np.concatenate([nchw[:, 0], nchw[:, 1]]).astype(np.int64)
        self.emit("Pad", [self.value(source), self.weight(values, out + "_pads")], out)

    def reshape(self, op, out):
        source, target = int(op.array(1)[0]), int(op.array(2)[0])
        before, after = self.tensors[source].shape, self.tensors[target].shape
        name = self.value(source)
        if len(after) == 4:
            raise ValueError(f"tensor {self.tensors[target].name}: reshape to four dimensions")
        # One pixel, or one channel, has the same order in both layouts.
        if len(before) == 4 and before[3] != 1 and before[1:3] != [1, 1]:
            name = self.emit("Transpose", [name], out + "_nhwc", perm=[0, 2, 3, 1])
        self.emit("Reshape", [name, self.weight(np.array(after, np.int64), out + "_shape")], out)

    def resize(self, op, out):
        source, target = int(op.array(1)[0]), int(op.array(2)[0])
        options = op.table(4)
        if options.byte(2) or not options.byte(3):
            raise ValueError(f"tensor {self.tensors[target].name}: resize without half pixel centres")
        before, after = self.tensors[source].shape, self.tensors[target].shape
        scales = np.array([1, 1, after[1] / before[1], after[2] / before[2]], np.float32)
        # Scales are kept as 32 bits: the runtime reads them before it folds.
        name = out + "_scales"
        self.weights.append(numpy_helper.from_array(scales, name))
        self.emit(
            "Resize",
            [self.value(source), "", name],
            out,
            mode="linear",
            coordinate_transformation_mode="half_pixel",
        )

    def operator(self, op):
        kind = self.codes[op.int(0)]
        target = int(op.array(2)[0])
        ins = [int(i) for i in op.array(1)]
        options = op.table(4)
        out = self.outputs.get(self.tensors[target].name, (f"t{target}",))[0]
        if kind in ("DEQUANTIZE", "DENSIFY"):
            return  # constants, written where they are used
        self.names[target] = out
        if kind in ("CONV_2D", "DEPTHWISE_CONV_2D"):
            self.convolve(op, out, kind == "DEPTHWISE_CONV_2D")
        elif kind == "PAD":
            self.pad(op, out)
        elif kind == "ADD":
            values = [self.value(i) for i in ins]
            self.activated(out, options.byte(0), lambda name: self.emit("Add", values, name))
        elif kind == "PRELU":
            slope = self.constant(ins[1]).reshape(-1, 1, 1)  # one of each channel
            self.emit("PRelu", [self.value(ins[0]), self.weight(slope, f"slope{ins[1]}")], out)
        elif kind == "MAX_POOL_2D":
            strides = [options.int(2, 1), options.int(1, 1)]
            kernel = [options.int(4, 1), options.int(3, 1)]
            pads = self.window(ins[0], target, kernel, strides, [1, 1], options.byte(0))
            self.activated(
                out,
                options.byte(5),
                lambda name: self.emit(
                    "MaxPool", [self.value(ins[0])], name, kernel_shape=kernel, strides=strides, pads=pads
                ),
            )
        elif kind == "RESIZE_BILINEAR":
            self.resize(op, out)
        elif kind == "RESHAPE":
            self.reshape(op, out)
        elif kind == "LOGISTIC":
            self.emit("Sigmoid", [self.value(ins[0])], out)
        elif kind == "DEPTH_TO_SPACE":
            # TFLite's order is ONNX's DCR: the block's pixel before the channel.
            self.emit("DepthToSpace", [self.value(ins[0])], out, blocksize=options.int(0), mode="DCR")
        elif kind == "CONCATENATION":
            axis, rank = options.int(0), len(self.tensors[target].shape)
            axis = axis + rank if axis < 0 else axis
            if rank == 4:
                axis = [0, 2, 3, 1][axis]
            values = [self.value(i) for i in ins]
            self.activated(out, options.byte(1), lambda name: self.emit("Concat", values, name, axis=axis))
        else:
            raise ValueError(f"tensor {self.tensors[target].name}: {kind} is not supported")

    def convert(self, name):
        (i,) = self.inputs
        _, height, width, channels = self.tensors[i].shape
        self.names[i] = "image"
        for op in self.ops:
            self.operator(op)
        image = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, channels, height, width])
        outputs = [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in self.outputs.values()]
        graph = helper.make_graph(self.nodes, name, [image], outputs, self.weights)
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
            producer_name="sitwell models/convert.py",
        )
        onnx.checker.check_model(model, full_check=True)
        return model


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--update", action="store_true", help="write the results' sums into the manifest")
    parser.add_argument("manifest", type=Path)
    parser.add_argument("source", type=Path, help="folder of the .tflite files")
    parser.add_argument("out", type=Path, help="folder to write the .onnx files to")
    args = parser.parse_args()

    manifest = json.loads(args.manifest.read_text())
    for entry in manifest["models"]:
        path = args.source / entry["source"]["file"]
        data = path.read_bytes()
        if sha256(data) != entry["source"]["sha256"]:
            sys.exit(f"convert {path}: SHA-256 {sha256(data)} is not the manifest's {entry['source']['sha256']}")
        data = data[entry["source"].get("offset", 0) :]  # where the .tflite begins
        outputs = {o["tflite"]: (o["name"], o["shape"]) for o in entry["outputs"]}
        model = Converter(data, outputs).convert(Path(entry["file"]).stem)
        data = model.SerializeToString(deterministic=True)
        if args.update:
            entry["bytes"], entry["sha256"] = len(data), sha256(data)
        elif sha256(data) != entry["sha256"]:
            sys.exit(
                f"convert {path}: the result's SHA-256 {sha256(data)} is not the manifest's {entry['sha256']}; "
                "if the converter was changed on purpose, run models/build.sh --update"
            )
        (args.out / entry["file"]).write_bytes(data)
        print(f"{entry['source']['file']} -> {entry['file']}: {len(model.graph.node)} nodes, {len(data)} bytes")
    if args.update:
        text = json.dumps(manifest, indent=2)
        # Shapes read better on one line.
        text = re.sub(r"\[\s+([\d,\s]+?)\s+\]", lambda m: "[" + re.sub(r"\s+", " ", m[1]) + "]", text)
        args.manifest.write_text(text + "\n")


if __name__ == "__main__":
    main()
