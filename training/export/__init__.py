"""From weights to one ONNX file: graph, int8, operating points."""
