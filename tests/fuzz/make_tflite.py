# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Made tests/fuzz/corpus/tflite/small.tflite, and the numbers that LiteRT gives for it, which
tests/models/test_tflite.c holds. Needs ai-edge-litert, flatbuffers and numpy; no test runs it.

    python make_tflite.py corpus/tflite/small.tflite
"""
import sys

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as S
from ai_edge_litert.interpreter import Interpreter

rng = np.random.default_rng(1)
model, graph = S.ModelT(), S.SubGraphT()
model.version, model.buffers, model.operatorCodes, model.subgraphs = 3, [S.BufferT()], [], [graph]
graph.tensors, graph.operators = [], []
codes = {}


def tensor(shape, data=None, kind=S.TensorType.FLOAT32):
    t = S.TensorT()
    t.shape, t.type, t.buffer, t.name = list(shape), kind, 0, f"t{len(graph.tensors)}"
    if data is not None:
        b = S.BufferT()
        b.data = np.frombuffer(np.ascontiguousarray(data).tobytes(), np.uint8)
        model.buffers.append(b)
        t.buffer = len(model.buffers) - 1
    graph.tensors.append(t)
    return len(graph.tensors) - 1


def op(name, inputs, shape, options=None, kind=0):
    code = getattr(S.BuiltinOperator, name)
    if code not in codes:
        c = S.OperatorCodeT()
        c.builtinCode = c.deprecatedBuiltinCode = code
        c.version = 1
        codes[code] = len(codes)
        model.operatorCodes.append(c)
    o = S.OperatorT()
    out = tensor(shape)
    o.opcodeIndex, o.inputs, o.outputs = codes[code], list(inputs), [out]
    o.builtinOptions, o.builtinOptionsType = options, kind
    graph.operators.append(o)
    return out


def half(shape):
    data = (rng.integers(-8, 9, shape) / 8).astype(np.float16)
    return op("DEQUANTIZE", [tensor(shape, data, S.TensorType.FLOAT16)], shape)


def options(cls, **values):
    o = cls()
    for k, v in values.items():
        setattr(o, k, v)
    return o


SAME, VALID, RELU = 0, 1, 1
x = tensor((1, 8, 8, 3))
a = op("CONV_2D", [x, half((4, 3, 3, 3)), half((4,))], (1, 4, 4, 4),
       options(S.Conv2DOptionsT, padding=SAME, strideW=2, strideH=2, fusedActivationFunction=RELU), S.BuiltinOptions.Conv2DOptions)
b = op("DEPTHWISE_CONV_2D", [a, half((1, 3, 3, 4)), half((4,))], (1, 4, 4, 4),
       options(S.DepthwiseConv2DOptionsT, padding=SAME, strideW=1, strideH=1, depthMultiplier=1), S.BuiltinOptions.DepthwiseConv2DOptions)
c = op("ADD", [a, b], (1, 4, 4, 4), S.AddOptionsT(), S.BuiltinOptions.AddOptions)
c = op("PRELU", [c, half((1, 1, 4))], (1, 4, 4, 4))
d = op("MAX_POOL_2D", [c], (1, 2, 2, 4),
       options(S.Pool2DOptionsT, padding=SAME, strideW=2, strideH=2, filterWidth=2, filterHeight=2), S.BuiltinOptions.Pool2DOptions)
e = op("PAD", [d, tensor((4, 2), np.array([[0, 0], [0, 0], [0, 0], [0, 2]], np.int32), S.TensorType.INT32)], (1, 2, 2, 6),
       S.PadOptionsT(), S.BuiltinOptions.PadOptions)
f = op("CONV_2D", [e, half((5, 2, 2, 6)), half((5,))], (1, 1, 1, 5),
       options(S.Conv2DOptionsT, padding=VALID, strideW=2, strideH=2), S.BuiltinOptions.Conv2DOptions)
g = op("CONV_2D", [a, half((2, 1, 1, 4)), half((2,))], (1, 4, 4, 2),
       options(S.Conv2DOptionsT, padding=SAME, strideW=1, strideH=1), S.BuiltinOptions.Conv2DOptions)
shape = tensor((2,), np.array([1, 32], np.int32), S.TensorType.INT32)
g = op("RESHAPE", [g, shape], (1, 32), options(S.ReshapeOptionsT, newShape=[1, 32]), S.BuiltinOptions.ReshapeOptions)
shape = tensor((2,), np.array([1, 5], np.int32), S.TensorType.INT32)
f = op("RESHAPE", [f, shape], (1, 5), options(S.ReshapeOptionsT, newShape=[1, 5]), S.BuiltinOptions.ReshapeOptions)
both = op("CONCATENATION", [f, g], (1, 37), options(S.ConcatenationOptionsT, axis=1), S.BuiltinOptions.ConcatenationOptions)
graph.inputs, graph.outputs = [x], [both]
builder = flatbuffers.Builder(4096)
builder.Finish(model.Pack(builder), b"TFL3")
open(sys.argv[1], "wb").write(bytes(builder.Output()))
it = Interpreter(model_path=sys.argv[1])
it.allocate_tensors()
i = np.arange(192, dtype=np.float32)
it.set_tensor(it.get_input_details()[0]["index"], (np.float32(0.25) * (i * 7 % 11) - 1).reshape(1, 8, 8, 3).astype(np.float32))
it.invoke()
print(", ".join("%.6gf" % v for v in it.get_tensor(it.get_output_details()[0]["index"]).ravel()))
