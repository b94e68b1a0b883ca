"""Many posts on many machines: a scan of files and a service, both on Ray.

A package of its own beside serving, which needs numpy and onnxruntime alone: nothing here is imported by what one
machine runs.
"""
