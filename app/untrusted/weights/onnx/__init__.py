"""The part of ONNX that holds the weights of convolutions, read from the protobuf wire format as data only."""

from app.untrusted.weights.onnx.graph import read_onnx, starts_onnx

__all__ = ["read_onnx", "starts_onnx"]
