"""Random nets that PyTorch, Keras and ONNX save and run, compared with what the lab shows of the same files."""
